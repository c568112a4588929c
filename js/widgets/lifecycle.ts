/** What the widgets use of anywidget's model: small enough for a test to stand in for it. */
export interface WidgetModel<Traits> {
  get<Name extends keyof Traits & string>(name: Name): Traits[Name];
  set<Name extends keyof Traits & string>(name: Name, value: Traits[Name]): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: string, callback: Listener): void;
  off(event: string, callback: Listener): void;
}

/** anywidget passes (message, buffers) with "msg:custom", and what it likes with "change:...". */
export type Listener = (message: unknown, buffers: DataView[]) => void;

/** What anywidget hands to `render`. Hosts before anywidget 0.11 give no signal. */
export interface RenderContext<Traits> {
  model: WidgetModel<Traits>;
  el: HTMLElement;
  signal?: AbortSignal;
}

/** The life of one view: ends with the host's signal, or by the clean-up function on hosts that have none. */
export interface Life {
  readonly signal: AbortSignal;
  end(): void;
}

export function startLife(host?: AbortSignal): Life {
  const controller = new AbortController();
  const end = () => controller.abort();
  if (host?.aborted) end();
  else host?.addEventListener("abort", end, { once: true, signal: controller.signal });
  return { signal: controller.signal, end };
}

/** Does something when the view ends. */
export function atEnd(signal: AbortSignal, act: () => void): void {
  signal.addEventListener("abort", act, { once: true });
}

/** Listens for as long as the view lives. */
export function listen<Traits>(
  model: WidgetModel<Traits>,
  event: string,
  callback: Listener,
  signal: AbortSignal,
): void {
  if (signal.aborted) return;
  model.on(event, callback);
  atEnd(signal, () => model.off(event, callback));
}

export function onChange<Traits>(
  model: WidgetModel<Traits>,
  names: readonly (keyof Traits & string)[],
  callback: (name: keyof Traits & string) => void,
  signal: AbortSignal,
): void {
  for (const name of names) listen(model, `change:${name}`, () => callback(name), signal);
}
