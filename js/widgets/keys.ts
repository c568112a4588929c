/** Lumino, under JupyterLab and Notebook 7, looks for no shortcut inside an element that has this attribute. */
const LUMINO = "data-lm-suppress-shortcuts";

/**
 * Keeps keys that are pressed inside the widget from the notebook: "a" typed here must not insert a cell. Ctrl or
 * Command with a letter stays the host's, so that saving still saves.
 */
export function keepKeys(root: HTMLElement, signal: AbortSignal): void {
  root.addEventListener(
    "keydown",
    (event) => {
      if (!forHost(event)) event.stopPropagation();
    },
    { signal },
  );
  // Lumino listens in the capture phase of the document, before any listener here: only the attribute reaches it.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.composedPath().includes(root)) root.toggleAttribute(LUMINO, !forHost(event));
    },
    { capture: true, signal },
  );
}

function forHost(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && event.key.length === 1 && !isEditing(event);
}

/** Copy, paste, undo and select all belong to the box in which they are pressed. */
function isEditing(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof Element &&
    target.matches("textarea, input[type=text]") &&
    "acvxyz".includes(event.key.toLowerCase())
  );
}
