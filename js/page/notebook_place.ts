/** An output that is younger than this, and than the page, has just been made: the widget itself is on its way. */
const YOUNG_MS = 20_000;
/** Started a little before it is scrolled to, so that it is there when it is seen. */
const MARGIN = "600px";
/** An output, in JupyterLab's words and in those of the notebook before it, which nbconvert's classic template speaks. */
const OUTPUT = ".jp-OutputArea-child, .output_area";
/** How Jupyter marks a view that no kernel is there for. */
const DISCONNECTED = ".jupyter-widgets-disconnected";

/**
 * In a notebook a kept view is the output before the widget itself. While the widget is alive only the widget is shown;
 * where it is not (no kernel, another reader than Jupyter) only what was kept. `page.css` hides the other's output, by
 * the attributes that are set here. `start` is called once, when the kept view is to be seen; its signal ends with it.
 */
export function inNotebook(container: HTMLElement, start: (signal: AbortSignal) => void): void {
  const output = container.closest<HTMLElement>(OUTPUT);
  const outputs = output?.parentElement;
  const life = new AbortController();
  if (!output || !outputs) {
    start(life.signal);
    return;
  }
  // JupyterLab's own elements, or nbclassic's page: elsewhere (a page made by nbconvert) no widget comes to life.
  const inJupyter =
    output.classList.contains("lm-Widget") || document.body.classList.contains("notebook_app");
  const made = Number(container.dataset.xaiAt);
  const young = inJupyter && made > performance.timeOrigin && made <= Date.now();
  const wait = young ? Math.max(0, made + YOUNG_MS - Date.now()) : 0;
  let waited = wait === 0;
  let seen: IntersectionObserver | null = null;

  function look(): void {
    if (!outputs?.contains(container)) {
      observer.disconnect();
      seen?.disconnect();
      clearTimeout(timer);
      life.abort();
      return;
    }
    const hosts = inJupyter ? (output?.nextElementSibling?.querySelectorAll(".xai-host") ?? []) : [];
    const alive = [...hosts].some((host) => host.closest(DISCONNECTED) === null);
    const shown = !alive && waited;
    container.hidden = !shown;
    container.toggleAttribute("data-xai-shown", shown);
    if (shown && seen === null) startWhenSeen();
  }

  function startWhenSeen(): void {
    seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        seen?.disconnect();
        start(life.signal);
      },
      { rootMargin: MARGIN },
    );
    seen.observe(container);
  }

  const observer = new MutationObserver(look);
  observer.observe(outputs, { childList: true, subtree: true, attributeFilter: ["class"] });
  const timer = setTimeout(() => {
    waited = true;
    look();
  }, wait);
  look();
}
