// The bundle: drawn by one hidden widget a page, asked for by every other one.
import type { Model } from "./contract";

export interface Mount {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
}

export interface Exports {
  mount(parts: Mount): void;
}

const exports: Exports = { mount() {} };

export default { initialize: () => exports };
