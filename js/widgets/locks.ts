import { h, setText } from "../views/controls/dom.js";
import { onChange, type WidgetModel } from "./lifecycle.js";

/** The trait of every widget whose controls can be locked. */
export interface LockTraits {
  locked?: string[];
}

/** Whether a teacher has locked a control: then no gesture of a person reaches it. */
export function isLocked<Traits>(model: WidgetModel<Traits>, control: string): boolean {
  return (model as WidgetModel<LockTraits>).get("locked")?.includes(control) ?? false;
}

/**
 * Disables the controls that are locked, and gives the words that say which are. A control is an element that stands in the
 * page already, or several; what it shows still follows Python.
 */
export function lockControls<Traits>(
  model: WidgetModel<Traits>,
  controls: Record<string, HTMLElement[]>,
  signal: AbortSignal,
): HTMLElement {
  const words = h("p.xai-locked", { role: "note" });
  const sets = Object.entries(controls).map(([name, elements]) => ({
    name,
    fieldsets: elements.map((element) => {
      // A fieldset disables what it holds whatever that says of itself.
      const fieldset = h("fieldset.xai-lock", { role: "none" });
      element.replaceWith(fieldset);
      fieldset.append(element);
      return fieldset;
    }),
  }));
  const look = () => {
    const locked = (model as WidgetModel<LockTraits>).get("locked") ?? [];
    for (const { name, fieldsets } of sets) {
      for (const fieldset of fieldsets) fieldset.disabled = locked.includes(name);
    }
    setText(words, `Locked for this lesson: ${locked.join(", ").replaceAll("_", " ")}.`);
    words.hidden = locked.length === 0;
  };
  onChange(model as WidgetModel<LockTraits>, ["locked"], look, signal);
  look();
  return words;
}
