/** What every view is: an element that shows data under options, and can be shown other data in place. */
export interface View<Data, Options> {
  readonly element: HTMLElement;
  /** Draws anew with what changed; nothing that did not change moves. */
  update(data: Data, options: Options): void;
  /** Ends every listener, observer and frame that the view started. */
  destroy(): void;
}
