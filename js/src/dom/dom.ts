// Elements without markup: text is only ever text.
type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | number | boolean | null | undefined>;

/** An element with attributes and children; strings become text, `true` an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) attribute(element, name, value);
  element.append(
    ...children.filter((child) => child || child === "").map((child) => child as Node),
  );
  return element;
}

/** Sets, or takes away, an attribute. */
export function attribute(element: Element, name: string, value: Properties[string]): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

let count = 0;

/** An id that no other widget on the page has. */
export function uniqueId(): string {
  count += 1;
  return `crmw-${count}`;
}

/** Calls `run` once things have been quiet for `ms`; `.now()` at once, if it is `.due()`. */
export function debounce(run: () => void, ms: number, signal: AbortSignal) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  signal.addEventListener("abort", cancel, { once: true });
  const later = () => {
    cancel();
    if (signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      run();
    }, ms);
  };
  const now = () => {
    if (timer === undefined) return;
    cancel();
    run();
  };
  return Object.assign(later, { now, due: () => timer !== undefined });
}
