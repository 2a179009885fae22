// While the hand moves, the kernel rests: a cube is asked for when a view is about to be brushed,
// and every step of the brush is answered from it.

import type { Chart, Columns, Cube, Datasets, Head, Meaning, Model } from "../contract";
import type { Locale } from "../dom/words";
import { show } from "../dom/words";
import { nearestEdge } from "./bins";
import { sameMeaning } from "./brush";
import { type BinRange, matches, type Prefix, prefixOf, seriesOf, under } from "./crossfilter";

export interface KernelState {
  charts: readonly Chart[];
  rows: Datasets;
  head: Head;
  locale: Locale;
}

/** What a step of the hand changes: rows by the id of a view, and the line. */
export interface Preview {
  rows: Datasets;
  line: string | null;
  waiting: readonly string[];
}

export class Drag {
  /** What is shown in the place of the kernel's last answer, until there is another. */
  preview: Preview | null = null;
  /** Whether the hand has not yet told the kernel. */
  held = false;
  readonly #ask: (view: string, key: string) => void;
  readonly #kernel: () => KernelState;
  readonly #changed: () => void;
  #cube: Cube | null = null;
  #prefixes = new Map<string, Prefix>();
  #hovered = "";
  #asked = "";
  #last: { view: string; meaning: Meaning } | null = null;

  constructor(
    model: Model,
    signal: AbortSignal,
    callbacks: {
      ask: (view: string, key: string) => void;
      kernel: () => KernelState;
      changed: () => void;
    },
  ) {
    this.#ask = callbacks.ask;
    this.#kernel = callbacks.kernel;
    this.#changed = callbacks.changed;
    const received = (message: Cube & { type?: string }, buffers: (ArrayBuffer | DataView)[]) => {
      const [buffer] = buffers ?? [];
      if (message?.type === "cube" && buffer) this.#receive({ ...message, buffer });
    };
    model.on("msg:custom", received);
    signal.addEventListener("abort", () => model.off("msg:custom", received), { once: true });
  }

  /** A view is about to be brushed: its cube is wanted, now and after each answer. */
  hover(view: string): void {
    this.#hovered = view;
    this.want();
  }

  /** Asks for the cube of the hovered view, if there is to be one that is not here. */
  want(): void {
    const key = this.#key(this.#hovered);
    if (!key || key === this.#asked || matches(this.#cube, key, this.#hovered)) return;
    this.#asked = key;
    this.#ask(this.#hovered, key);
  }

  /** The brush of a view is here now. */
  move(view: string, meaning: Meaning): void {
    const moved = this.#last?.view !== view || !sameMeaning(this.#last.meaning, meaning);
    this.#last = { view, meaning };
    this.held = true;
    this.hover(view);
    if (moved) this.#step();
  }

  /** The kernel has been told, or there is nothing to tell. */
  release(): void {
    this.held = false;
    this.#last = null;
  }

  /** The kernel's answer is what is shown again. */
  end(): void {
    this.preview = null;
    this.#last = null;
  }

  #key(view: string): string {
    const { keys } = this.#kernel().head;
    return keys && Object.hasOwn(keys, view) ? (keys[view] ?? "") : "";
  }

  #receive(cube: Cube): void {
    if (!matches(cube, this.#key(cube.active.view), cube.active.view)) return;
    this.#cube = cube;
    this.#asked = "";
    this.#prefixes.clear();
    if (this.held) this.#step();
  }

  #step(): void {
    if (!this.#last) return;
    const { view, meaning } = this.#last;
    const { charts, rows, head, locale } = this.#kernel();
    const cube = this.#cube;
    const active = charts.find(({ id }) => id === view);
    if (!active || !cube || !matches(cube, head.keys[view] ?? "", view)) return;
    const ranges = rangesOf(active, meaning);
    const shown: Datasets = {};
    for (const passive of charts) {
      const prefix = this.#prefix(cube, passive.id);
      const own = cube.passive.find((one) => one.view === passive.id)?.rows;
      const columns = own ?? rows[passive.id];
      if (!prefix || !columns) continue;
      shown[passive.id] = replaced(columns, seriesOf(under(prefix, ranges), passive.series));
    }
    const line = this.#line(cube, ranges, locale);
    this.preview = { rows: shown, line, waiting: cube.waiting };
    this.#changed();
  }

  #prefix(cube: Cube, id: string): Prefix | null {
    const known = this.#prefixes.get(id);
    if (known) return known;
    const passive = cube.passive.find(({ view }) => view === id);
    if (!passive) return null;
    const made = prefixOf(cube, passive);
    this.#prefixes.set(id, made);
    return made;
  }

  #line(cube: Cube, ranges: readonly (BinRange | null)[], locale: Locale): string | null {
    const prefix = this.#prefix(cube, "");
    if (!prefix || !cube.tally) return null;
    const numbers = under(prefix, ranges);
    const words = cube.tally.parts.map(({ format, whole }, i) =>
      show((numbers[i] ?? 0) / whole, format, locale),
    );
    return cube.tally.text.replace(/\{(\d+)\}/g, (hole, i) => words[Number(i)] ?? hole);
  }
}

/** The bins of an active view that a brush means; null where it leaves a dimension whole. */
export function rangesOf(view: Chart, meaning: Meaning): (BinRange | null)[] {
  return view.dims.map(({ key, edges, levels }): BinRange | null => {
    const interval = meaning?.intervals?.[key];
    if (interval && edges)
      return [nearestEdge(edges, interval[0]), nearestEdge(edges, interval[1])];
    const values = meaning?.values?.[key];
    if (!values || !levels) return null;
    const at = values.map((value) => levels.indexOf(String(value))).filter((i) => i >= 0);
    return at.length ? [Math.min(...at), Math.max(...at) + 1] : null;
  });
}

/** The rows with other numbers in the columns of their series. */
function replaced(columns: Columns, series: Record<string, (number | null)[]>): Columns {
  const found: Columns = { ...columns };
  for (const [field, values] of Object.entries(series)) {
    const before = columns[field] ?? [];
    found[field] =
      values.length < before.length ? [...values, ...before.slice(values.length)] : values;
  }
  return found;
}
