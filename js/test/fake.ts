// A model without a kernel, a small widget for it, and a page that shows it.
import { afterEach, beforeEach, vi } from "vitest";
import type { Chart, Figures, Head, Listing, Model, Rows, View } from "../src/contract";
import runtime from "../src/runtime";

type Listener = (...values: never[]) => void;

export class FakeModel implements Model {
  readonly sent: Record<string, unknown>[] = [];
  readonly #listeners = new Map<string, Set<Listener>>();
  #changes: Record<string, unknown> = {};
  /** Plays the kernel. */
  answer: (sent: Record<string, unknown>) => void = () => {};

  constructor(readonly state: Record<string, unknown>) {}

  get(name: string): unknown {
    return this.state[name];
  }

  set(name: string, value: unknown): void {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    this.#changes[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {
    const sent = structuredClone(this.#changes);
    this.#changes = {};
    this.sent.push(sent);
    this.answer(sent);
  }

  on(event: string, run: Listener): void {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(run));
  }

  off(event: string, run: Listener): void {
    this.#listeners.get(event)?.delete(run);
  }

  emit(event: string, ...values: unknown[]): void {
    for (const run of [...(this.#listeners.get(event) ?? [])]) run(...(values as never[]));
  }

  receive(state: Record<string, unknown>): void {
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) this.emit(`change:${name}`);
  }

  listeners(): number {
    return [...this.#listeners.values()].reduce((n, set) => n + set.size, 0);
  }
}

export function head(changes: Partial<Head> = {}): Head {
  return {
    title: "Title",
    line: "",
    chips: [],
    footer: [],
    status: "ready",
    message: "",
    progress: null,
    for_inputs: 1,
    keys: {},
    undo: false,
    redo: false,
    groups: [],
    ...changes,
  };
}

/** A histogram of five bins with a brush. */
export function histogram(changes: Partial<Chart> = {}): Chart {
  return {
    kind: "chart",
    id: "money",
    spec: {
      data: { name: "money" },
      mark: "bar",
      params: [{ name: "brush", select: { type: "interval", encodings: ["x"] } }],
      encoding: {
        x: { field: "lo", type: "quantitative", bin: "binned", scale: { domain: [0, 50] } },
        x2: { field: "hi" },
        y: { field: "n", type: "quantitative" },
      },
    },
    hash: "h1",
    datasets: ["money"],
    dims: [
      {
        key: "money",
        label: "money",
        field: ["lo", "hi"],
        edges: [0, 10, 20, 30, 40, 50],
        levels: null,
        time: false,
      },
    ],
    series: [{ field: "n", agg: "count" }],
    param: "brush",
    active_bins: 64,
    pick: [],
    columns: [
      { field: "lo", label: "from", format: "," },
      { field: "n", label: "customers", format: "," },
    ],
    span: 4,
    height: 150,
    ...changes,
  };
}

const pick = [{ param: "pick", field: "segment", key: "segment", knob: null }];

/** Three key figures: one that is better, one that cannot be picked, and one without a line. */
export const figures: Figures = {
  kind: "figures",
  id: "keys",
  hash: "f1",
  datasets: ["keys", "keys/line"],
  pick,
  span: 12,
};
export const figureRows = {
  keys: {
    label: ["Recent", "Revenue", "Lapsed"],
    value: ["412", "$17 k", "980"],
    change: ["+12 % (95 % CI 3 to 21 %)", "", "+4 %"],
    sense: ["good", "none", "bad"],
    n: [2357, null, 2357],
    segment: ["recent", null, "lapsed"],
  },
  "keys/line": { figure: [0, 0, 0, 1, 1], value: [1, null, 3, 5, 5] },
};

export const listing: Listing = {
  kind: "listing",
  id: "remarks",
  hash: "l1",
  datasets: ["remarks"],
  pick,
  span: 6,
};
export const listingRows = {
  remarks: {
    text: ["11 orders have no amount.", "3 orders lie in the future.", "All is read."],
    n: [11, 3, null],
    severity: ["warning", "serious", "note"],
    segment: ["recent", "lapsed", null],
  },
};

/** A table of three rows, the largest first. */
export const rowTable: Rows = {
  kind: "rows",
  id: "largest",
  hash: "r1",
  datasets: ["largest"],
  pick: [{ param: "pick", field: "segment", key: "segment", knob: null }],
  columns: [
    { field: "segment", label: "segment", format: null },
    { field: "n", label: "customers", format: ",d" },
    { field: "since", label: "since", format: "time" },
  ],
  sort: "n",
  descending: true,
  span: 6,
  height: 200,
};
export const tableRows = {
  largest: {
    segment: ["new 10", "new 9", "lapsed"],
    n: [1200, null, 30000],
    since: [86_400_000, 0, 172_800_000],
  },
};

/** Views as they are sent. */
export const sent = (...views: View[]) => views.map((view) => JSON.stringify(view));

export const money = { lo: [0, 10, 20, 30, 40], hi: [10, 20, 30, 40, 50], n: [5, 1200, 3, 2, 1] };

export function traits(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _views: sent(histogram()),
    _rows: { money },
    _words: { money: { title: "Money", subtitle: "by customer", sentence: "" } },
    _head: head(),
    _controls: [],
    _strings: { lang: "en", remove: "Remove: {name}", clear_all: "Clear all", table: "Table" },
    _theme: { light: {}, dark: {} },
    selection: [],
    ...changes,
  };
}

/** An element of the page of a test, an end of its own, and what is asked of them. */
export class FakePage {
  #end = new AbortController();
  el = document.createElement("div");

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  begin(): void {
    this.#end = new AbortController();
    this.el = document.createElement("div");
    document.body.append(this.el);
  }

  end(): void {
    this.#end.abort();
  }

  /** Draws a widget as its shim would; `given` are traits of the small one to change. */
  show(given: Record<string, unknown> | FakeModel = {}): FakeModel {
    const model = given instanceof FakeModel ? given : new FakeModel(traits(given));
    runtime.initialize().mount({ model, el: this.el, signal: this.signal });
    return model;
  }

  /** What a selector finds first. A test that needs it fails where there is none. */
  find = <E extends HTMLElement>(selector: string) => this.el.querySelector<E>(selector) as E;
}

/** A page that every test of a file has anew. */
export function newPage(): FakePage {
  const page = new FakePage();
  beforeEach(() => page.begin());
  afterEach(() => {
    page.end();
    document.body.replaceChildren();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  return page;
}

/** Until what was asked for has been drawn. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((done) => setTimeout(done, 5));
}
