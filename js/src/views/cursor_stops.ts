// Where the keyboard cursor of a view can stand: its bins or cells, or else its rows.

import type { Chart, Meaning, Row, Scalar } from "../contract";
import { binCount } from "./bins";
import { binOfRow, type Channel } from "./scales";

/** The bin of each dimension; the row, where a view has no dimensions. */
export type Cell = number[];

export interface Stops {
  size: number[];
  rows(at: Cell): Row[];
}

export function stopsOf(view: Chart, rows: Row[]): Stops {
  if (!view.dims.length) {
    return { size: [rows.length], rows: ([i]) => rows.slice(i, (i ?? 0) + 1) };
  }
  const cells = new Map<string, Row[]>();
  for (const row of rows) {
    const at = view.dims.map((dim) => binOfRow(dim, row)).join();
    const here = cells.get(at);
    if (here) here.push(row);
    else cells.set(at, [row]);
  }
  return { size: view.dims.map(binCount), rows: (at) => cells.get(at.join()) ?? [] };
}

/** One step of an arrow key. A line of stops goes along with either pair of arrows. */
export function inDirection(
  at: Cell,
  key: string,
  size: readonly number[],
  channel: (index: number) => Channel,
  forward: (index: number) => boolean,
): Cell {
  const along: Channel = key === "ArrowLeft" || key === "ArrowRight" ? "x" : "y";
  const pixels = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const found = size.findIndex((_, i) => channel(i) === along);
  const index = size.length === 1 ? 0 : found;
  if (index < 0) return at;
  const across = size.length === 1 && channel(0) !== along && along === "y";
  const step = across || forward(index) ? pixels : -pixels;
  return at.map((bin, i) => {
    return i === index ? Math.min(Math.max(bin + step, 0), (size[i] ?? 1) - 1) : bin;
  });
}

/** The clause of all bins from one cell to another, both included. */
export function meaningOf(view: Chart, from: Cell, to: Cell): Meaning {
  const intervals: [string, [number, number]][] = [];
  const values: [string, Scalar[]][] = [];
  for (const [i, dim] of view.dims.entries()) {
    const lo = Math.min(from[i] ?? 0, to[i] ?? 0);
    const hi = Math.max(from[i] ?? 0, to[i] ?? 0) + 1;
    const [a, b] = [dim.edges?.[lo], dim.edges?.[hi]];
    if (a !== undefined && b !== undefined) intervals.push([dim.key, [a, b]]);
    else if (dim.levels) values.push([dim.key, dim.levels.slice(lo, hi)]);
  }
  return {
    intervals: intervals.length ? Object.fromEntries(intervals) : null,
    values: values.length ? Object.fromEntries(values) : null,
  };
}
