// Between the bins of a view and the pixels of its plot.
import type { View as VegaView } from "vega";
import type { Chart, Dim } from "../contract";
import { binOf, snapInterval } from "./bins";

export type Channel = "x" | "y";
export type Span = [number, number];

type Json = Record<string, unknown>;

interface Scale {
  (value: unknown): number | undefined;
  invert?(pixel: number): number;
  bandwidth?(): number;
  domain(): unknown[];
  range(): number[];
}

/** The axis a dimension lies on, by the field that the spec puts there. */
export function channelOf(view: Chart, index: number): Channel {
  const dim = view.dims[index];
  const found = dim && encoded(view.spec, dim.field[0] ?? dim.key);
  return found ?? (index === 0 ? "x" : "y");
}

function encoded(spec: Json, field: string): Channel | null {
  const encoding = spec.encoding as Record<string, { field?: unknown }> | undefined;
  for (const channel of ["x", "y"] as const) {
    const named = encoding?.[channel]?.field;
    if (typeof named === "string" && named.replace(/\\(.)/g, "$1") === field) return channel;
  }
  for (const layer of (spec.layer as Json[] | undefined) ?? []) {
    const found = encoded(layer, field);
    if (found) return found;
  }
  return null;
}

function scaleOf(view: VegaView, channel: Channel): Scale | null {
  try {
    return view.scale(channel) as Scale;
  } catch {
    return null;
  }
}

/** Where the plot begins in its box: what axes take, and the padding around all. */
export function originOf(vega: VegaView): Span {
  const [x, y] = vega.origin() as Span;
  const padding = vega.padding() as number | { left: number; top: number };
  if (typeof padding === "number") return [x + padding, y + padding];
  return [x + padding.left, y + padding.top];
}

/** The plot's length along a channel, in pixels. */
export function lengthOf(view: VegaView, channel: Channel): number {
  return channel === "x" ? view.width() : view.height();
}

/** The pixels of one bin or level. */
export function binPixels(view: VegaView, channel: Channel, dim: Dim, bin: number): Span | null {
  const scale = scaleOf(view, channel);
  if (!scale) return null;
  if (dim.edges) return ordered(scale(dim.edges[bin]), scale(dim.edges[bin + 1]));
  return levelPixels(scale, dim.levels?.[bin]);
}

function levelPixels(scale: Scale, level: string | undefined): Span | null {
  const value = scale.domain().find((known) => String(known) === level);
  const start = value === undefined ? undefined : scale(value);
  if (start === undefined) return null;
  const width = scale.bandwidth?.() ?? 0;
  return width ? [start, start + width] : [start - 6, start + 6];
}

function ordered(a: number | undefined, b: number | undefined): Span | null {
  if (a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)) return null;
  return a <= b ? [a, b] : [b, a];
}

/** The pixels of an interval. */
export function intervalPixels(view: VegaView, channel: Channel, interval: Span): Span | null {
  const scale = scaleOf(view, channel);
  return scale && ordered(scale(interval[0]), scale(interval[1]));
}

/** The pixels from the first to the last of some levels. */
export function levelsPixels(view: VegaView, channel: Channel, levels: unknown[]): Span | null {
  const scale = scaleOf(view, channel);
  if (!scale) return null;
  const spans = levels.map((level) => levelPixels(scale, String(level))).filter((span) => !!span);
  if (!spans.length) return null;
  return [Math.min(...spans.map(([a]) => a)), Math.max(...spans.map(([, b]) => b))];
}

/** The interval between bin edges that a brush over these pixels means. */
export function pixelInterval(
  view: VegaView,
  channel: Channel,
  edges: number[],
  [a, b]: Span,
): Span | null {
  const scale = scaleOf(view, channel);
  if (!scale?.invert) return null;
  const [lo, hi] = [Number(scale.invert(a)), Number(scale.invert(b))];
  return Number.isFinite(lo) && Number.isFinite(hi) ? snapInterval(edges, lo, hi) : null;
}

/** The levels whose middle a brush over these pixels covers; at least the one it began in. */
export function pixelLevels(
  view: VegaView,
  channel: Channel,
  levels: string[],
  [a, b]: Span,
): string[] {
  const scale = scaleOf(view, channel);
  if (!scale) return [];
  const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
  const spans = levels.map((level) => levelPixels(scale, level));
  const covered = levels.filter((_, i) => {
    const span = spans[i];
    const middle = span ? (span[0] + span[1]) / 2 : Number.NaN;
    return middle >= lo && middle <= hi;
  });
  if (covered.length) return covered;
  return levels.filter((_, i) => {
    const span = spans[i];
    return span !== null && span !== undefined && span[0] <= lo && lo <= span[1];
  });
}

/** The bin or level of a row. */
export function binOfRow(dim: Dim, row: Record<string, unknown>): number {
  const value = row[dim.field[0] ?? dim.key];
  if (dim.edges) return typeof value === "number" ? binOf(dim.edges, value) : -1;
  return dim.levels?.indexOf(String(value)) ?? -1;
}
