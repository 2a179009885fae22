// What jsdom lacks and Vega or the widget asks for.
import { vi } from "vitest";

HTMLCanvasElement.prototype.getContext = vi.fn(() => {
  const nothing = () => undefined;
  return new Proxy(
    { measureText: (text: string) => ({ width: 6 * text.length }), canvas: null },
    {
      get: (target, key) => (Reflect.has(target, key) ? Reflect.get(target, key) : nothing),
      set: () => true,
    },
  );
}) as never;

if (!globalThis.CSS) {
  globalThis.CSS = { supports: () => true, escape: (text: string) => text } as never;
}

/** Vega and the frame ask boxes for their size. */
for (const [name, size] of [
  ["clientWidth", 400],
  ["clientHeight", 200],
] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
}
