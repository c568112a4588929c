import type { PresetsTraits } from "../contract.js";
import { lessonPresets } from "../views/lesson_presets.js";
import { Commits } from "./commits.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { ThemeFollower } from "./theme.js";

/** One view of the presets of a widget. */
export class LessonPresetsViewer {
  constructor(model: WidgetModel<PresetsTraits>, root: HTMLElement, signal: AbortSignal) {
    const view = lessonPresets();
    const commits = new Commits(model, signal);
    const draw = () => {
      const [{ meta }, chosen, failure] = [model.get("payload"), model.get("chosen"), model.get("error")];
      view.update(
        { names: meta.names, chosen, failure },
        { onChoose: (name) => commits.put("chosen", name) },
      );
    };
    root.append(view.element);
    new ThemeFollower(model, root, signal);
    onChange(model, ["payload", "chosen", "error"], draw, signal);
    atEnd(signal, () => view.destroy());
    draw();
  }
}
