// The bundle: held by one hidden widget a page, asked for by the shim of every other one.
import type { Model } from "./contract";
import { Widget } from "./page/mount";
import { warm } from "./views/warm_up";

export interface Mount {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
}

export interface Exports {
  mount(parts: Mount): void;
  mountStatic(el: HTMLElement, state: Record<string, unknown>): void;
}

/** Draws a widget in `el` until `signal` is aborted. */
export function mount({ model, el, signal }: Mount): void {
  new Widget(model, el, signal);
}

/** Draws what a widget showed when it was saved: no kernel, no network. */
export function mountStatic(el: HTMLElement, state: Record<string, unknown>): void {
  const model: Model = {
    get: (name) => (Object.hasOwn(state, name) ? state[name] : undefined),
    set() {},
    save_changes() {},
    on() {},
    off() {},
  };
  new Widget(model, el, new AbortController().signal, true);
}

const exports: Exports = { mount, mountStatic };

function initialize(): Exports {
  // a page where this fails will say so when it draws a chart that is wanted
  warm().catch(() => undefined);
  return exports;
}

export default { initialize };
