// Counts under a moving brush, without the kernel: a cube of active bins × passive cells,
// summed up along the active bins once, then every brush is a difference of two (or four) sums.
import type { Cube, Passive, Series } from "../contract";

/** Bins [from, to) of an active dimension. */
export type BinRange = [from: number, to: number];

export interface Prefix {
  bins: number[];
  cells: number;
  sums: Float64Array;
  /** The numbers of everybody, in an active bin or not. */
  whole: Float64Array;
  /** The numbers of each range of bins, where they do not add up: there are no sums then. */
  ranges?: ArrayLike<number>;
}

/** Whether the cube answers for the data, model and clauses that are shown. */
export function matches(cube: Cube | null, key: string, view: string): cube is Cube {
  return cube !== null && cube.key === key && cube.active.view === view;
}

/** The numbers of one passive view, as sent: those of each active bin, then those of everybody. */
export function numbersOf(cube: Cube, passive: Passive): ArrayLike<number> {
  const { buffer } = cube;
  const view = buffer instanceof DataView ? buffer : new DataView(buffer);
  const cells = passive.shape.at(-1) ?? 1;
  const length = passive.shape.reduce((product, n) => product * n, 1) + cells;
  const bytes = Number(passive.dtype[1]);
  const start = view.byteOffset + passive.offset;
  if (passive.offset + length * bytes > view.byteLength) {
    throw new RangeError(`cube of ${passive.view} is shorter than its shape`);
  }
  const part = view.buffer.slice(start, start + length * bytes);
  if (passive.dtype === "u2") return new Uint16Array(part);
  if (passive.dtype === "u4") return new Uint32Array(part);
  return passive.dtype === "f4" ? new Float32Array(part) : new Float64Array(part);
}

/** What answers a brush for one passive view. */
export function prefixOf(cube: Cube, passive: Passive): Prefix {
  const values = numbersOf(cube, passive);
  const cells = passive.shape.at(-1) ?? 1;
  const { bins, ranges } = cube.active;
  if (!ranges) return prefixSums(values, bins, cells);
  const last = rangeIndex(0, (bins[0] ?? 0) + 1) * cells;
  const whole = Float64Array.from({ length: cells }, (_, c) => values[last + c] ?? 0);
  return { bins: [bins[0] ?? 0, 1], cells, sums: new Float64Array(), whole, ranges: values };
}

/** Where the range of bins [from, to) stands among all. */
function rangeIndex(from: number, to: number): number {
  return (to * (to - 1)) / 2 + from;
}

/** Sums up to each active bin, one or two active dimensions, `cells` numbers in each. */
export function prefixSums(values: ArrayLike<number>, bins: number[], cells: number): Prefix {
  const [nx, ny] = [bins[0] as number, bins[1] ?? 1];
  if (bins.length > 2) throw new RangeError("at most two active dimensions");
  if (values.length !== (nx * ny + 1) * cells) throw new RangeError("values do not fill the bins");
  const row = (ny + 1) * cells;
  const sums = new Float64Array((nx + 1) * row);
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      const from = (x * ny + y) * cells;
      const here = (x + 1) * row + (y + 1) * cells;
      for (let c = 0; c < cells; c++) {
        sums[here + c] =
          (values[from + c] as number) +
          (sums[here - row + c] as number) +
          (sums[here - cells + c] as number) -
          (sums[here - row - cells + c] as number);
      }
    }
  }
  const whole = Float64Array.from({ length: cells }, (_, c) => values[nx * ny * cells + c] ?? 0);
  return { bins: [nx, ny], cells, sums, whole };
}

/**
 * The sum over the brushed bins, for every cell. A dimension without range is taken whole; without
 * any, everybody counts.
 */
export function under(prefix: Prefix, ranges: readonly (BinRange | null)[]): Float64Array {
  if (ranges.every((range) => !range)) return prefix.whole;
  const [nx, ny] = prefix.bins as [number, number];
  const [x0, x1] = clamp(ranges[0], nx);
  const [y0, y1] = clamp(ranges[1], ny);
  const { cells, sums } = prefix;
  const found = new Float64Array(cells);
  if (prefix.ranges) {
    const at = rangeIndex(x0, x1) * cells;
    for (let i = 0; i < cells && x0 < x1; i++) found[i] = prefix.ranges[at + i] as number;
    return found;
  }
  const row = (ny + 1) * cells;
  const corners = [x1 * row + y1 * cells, x0 * row + y1 * cells, x1 * row + y0 * cells];
  const [a, b, c] = corners as [number, number, number];
  const d = x0 * row + y0 * cells;
  for (let i = 0; i < cells; i++) {
    found[i] =
      (sums[a + i] as number) -
      (sums[b + i] as number) -
      (sums[c + i] as number) +
      (sums[d + i] as number);
  }
  return found;
}

function clamp(range: BinRange | null | undefined, bins: number): BinRange {
  if (!range) return [0, bins];
  const from = Math.min(Math.max(range[0], 0), bins);
  return [from, Math.min(Math.max(range[1], from), bins)];
}

/** How many numbers a cell carries: a mean is sent as its sum and its count. */
export function components(series: readonly Series[]): number {
  return series.reduce((n, { agg }) => n + (agg === "mean" ? 2 : 1), 0);
}

/** The columns of a passive view's rows, its cells in the order of its bins, last fastest. */
export function seriesOf(
  cells: Float64Array,
  series: readonly Series[],
): Record<string, (number | null)[]> {
  const width = components(series);
  const rows = width ? cells.length / width : 0;
  const columns: [string, (number | null)[]][] = [];
  let at = 0;
  for (const { field, agg } of series) {
    const column: (number | null)[] = new Array(rows);
    for (let r = 0; r < rows; r++) {
      const value = cells[r * width + at] as number;
      if (agg !== "mean") column[r] = value;
      else {
        const n = cells[r * width + at + 1] as number;
        column[r] = n > 0 ? value / n : null;
      }
    }
    columns.push([field, column]);
    at += agg === "mean" ? 2 : 1;
  }
  return Object.fromEntries(columns);
}
