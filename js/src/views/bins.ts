// Bins of a dimension: which one a value falls into, and brushes that end on their edges.
import type { Dim } from "../contract";

/** How many bins or levels a dimension has. */
export function binCount(dim: Dim): number {
  return dim.edges ? Math.max(0, dim.edges.length - 1) : (dim.levels?.length ?? 0);
}

/** The index of the edge nearest to `value`. */
export function nearestEdge(edges: readonly number[], value: number): number {
  let lo = 0;
  let hi = edges.length - 1;
  while (hi - lo > 1) {
    const middle = (lo + hi) >> 1;
    if ((edges[middle] as number) <= value) lo = middle;
    else hi = middle;
  }
  const below = value - (edges[lo] as number);
  const above = (edges[hi] as number) - value;
  return below <= above ? lo : hi;
}

/** The bin that holds `value`: half-open, the last one closed; clamped to the first and last. */
export function binOf(edges: readonly number[], value: number): number {
  const last = edges.length - 2;
  let lo = 0;
  let hi = last;
  while (lo < hi) {
    const middle = (lo + hi + 1) >> 1;
    if ((edges[middle] as number) <= value) lo = middle;
    else hi = middle - 1;
  }
  return lo;
}

/** The bins [i, j) that a brush from `a` to `b` covers once snapped: never fewer than one. */
export function snapBins(edges: readonly number[], a: number, b: number): [number, number] {
  const [lo, hi] = a <= b ? [a, b] : [b, a];
  const from = nearestEdge(edges, lo);
  const to = nearestEdge(edges, hi);
  if (from < to) return [from, to];
  const bin = binOf(edges, (lo + hi) / 2);
  return [bin, bin + 1];
}

/** The interval between edges that a brush from `a` to `b` means. */
export function snapInterval(edges: readonly number[], a: number, b: number): [number, number] {
  const [i, j] = snapBins(edges, a, b);
  return [edges[i] as number, edges[j] as number];
}
