interface Shown {
  readonly element: HTMLElement;
  destroy(): void;
}

/** As many views of a kind as are wanted, one after the other in an element. */
export function several<Each extends Shown>(
  element: HTMLElement,
  make: () => Each,
): (count: number) => Each[] {
  const all: Each[] = [];
  return (count) => {
    while (all.length > count) all.pop()?.destroy();
    while (all.length < count) {
      const own = make();
      all.push(own);
      element.append(own.element);
    }
    return all;
  };
}
