// The brush of a view between pixels and a clause on the edges of bins.
import type { View as VegaView } from "vega";
import type { Chart, Clause, Meaning, Scalar } from "../contract";
import {
  type Channel,
  channelOf,
  intervalPixels,
  lengthOf,
  levelsPixels,
  pixelInterval,
  pixelLevels,
  type Span,
} from "./scales";

/** Where a brush is, in pixels of the plot. */
export type Spans = ReadonlyMap<Channel, Span>;

const EMPTY_PX = 1;

/** What the clauses of a view say together: several, where each was set by itself. */
export function meaningIn(view: string, selection: readonly Clause[]): Meaning {
  const clauses = selection.filter((clause) => clause.view === view);
  const [first, ...more] = clauses;
  if (!first) return null;
  const together = <T>(parts: (Record<string, T> | null)[]) =>
    parts.some(Boolean) ? Object.assign(Object.create(null), ...parts) : null;
  if (!more.length) return { intervals: first.intervals, values: first.values };
  return {
    intervals: together(clauses.map(({ intervals }) => intervals)),
    values: together(clauses.map(({ values }) => values)),
  };
}

/** The channels that the brush of a chart moves along. */
export function brushedChannels(view: Chart): Channel[] {
  const encodings = view.param ? encodingsOf(view.spec, view.param) : [];
  const along = view.dims.map((_, index) => channelOf(view, index));
  return along.filter((channel) => encodings.includes(channel));
}

type Json = Record<string, unknown>;

/** The channels of an interval param, wherever in a spec it is; both, where it names none. */
function encodingsOf(spec: Json, param: string): unknown[] {
  for (const one of (spec.params as Json[] | undefined) ?? []) {
    if (one.name !== param) continue;
    return ((one.select as Json | undefined)?.encodings as unknown[] | undefined) ?? ["x", "y"];
  }
  const parts = ["layer", "hconcat", "vconcat", "concat"].flatMap((key) => spec[key] ?? []);
  for (const part of parts as Json[]) {
    const found = encodingsOf(part, param);
    if (found.length) return found;
  }
  return [];
}

/** What a brush over these pixels means, on the edges of bins; null if it is too small to be one. */
export function meaningOfSpans(vega: VegaView, view: Chart, spans: Spans): Meaning {
  const intervals: [string, Span][] = [];
  const values: [string, Scalar[]][] = [];
  for (const [index, dim] of view.dims.entries()) {
    const channel = channelOf(view, index);
    const pixels = spans.get(channel);
    if (!pixels) continue;
    if (Math.abs(pixels[0] - pixels[1]) < EMPTY_PX) return null;
    if (dim.edges) {
      const interval = pixelInterval(vega, channel, dim.edges, pixels);
      if (interval) intervals.push([dim.key, interval]);
    } else if (dim.levels) {
      const levels = pixelLevels(vega, channel, dim.levels, pixels);
      if (levels.length) values.push([dim.key, levels]);
    }
  }
  if (!intervals.length && !values.length) return null;
  return {
    intervals: intervals.length ? Object.fromEntries(intervals) : null,
    values: values.length ? Object.fromEntries(values) : null,
  };
}

/** The cell of levels at a point of the plot, as a clause; null where a view has other bins. */
export function cellAt(vega: VegaView, view: Chart, [x, y]: Span): Meaning {
  if (!view.param || !view.dims.length) return null;
  const values: [string, Scalar[]][] = [];
  for (const [index, dim] of view.dims.entries()) {
    const channel = channelOf(view, index);
    const pixel = channel === "x" ? x : y;
    const here = dim.levels ? pixelLevels(vega, channel, dim.levels, [pixel, pixel]) : [];
    if (!here.length) return null;
    values.push([dim.key, here]);
  }
  return { intervals: null, values: Object.fromEntries(values) };
}

/** The pixels of what a brush means: all of a channel that it leaves whole. Empty without a brush. */
export function spansOf(vega: VegaView, view: Chart, meaning: Meaning): Spans {
  const spans = new Map<Channel, Span>();
  for (const [index, dim] of view.dims.entries()) {
    const channel = channelOf(view, index);
    const interval = own(meaning?.intervals, dim.key);
    const values = own(meaning?.values, dim.key);
    const span = interval
      ? intervalPixels(vega, channel, interval)
      : values && levelsPixels(vega, channel, values);
    if (span) spans.set(channel, span);
  }
  if (!spans.size) return spans;
  const whole = (channel: Channel): Span => [0, lengthOf(vega, channel)];
  return new Map(brushedChannels(view).map((one) => [one, spans.get(one) ?? whole(one)]));
}

/** Tells a chart that looks at its brush where that is. The caller runs the view. */
export function writeBrush(vega: VegaView, view: Chart, meaning: Meaning): void {
  const spans = spansOf(vega, view, meaning);
  for (const channel of brushedChannels(view))
    vega.signal(`${view.param}_${channel}`, spans.get(channel) ?? [0, 0]);
}

function own<T>(record: Record<string, T> | null | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Whether two brushes say the same, so that nothing need be sent or drawn. */
export function sameMeaning(a: Meaning, b: Meaning): boolean {
  return sorted(a) === sorted(b);
}

function sorted(meaning: Meaning): string {
  const part = (record: Record<string, unknown[]> | null | undefined) =>
    Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([part(meaning?.intervals), part(meaning?.values)]);
}
