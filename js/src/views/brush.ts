// An interval brush of a view: read as a clause on bin edges, and drawn from one.
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

/** The brushed channels of a chart with an interval param, x first. */
export function brushedChannels(vega: VegaView, param: string): Channel[] {
  return (["x", "y"] as const).filter((channel) => {
    try {
      vega.signal(`${param}_${channel}`);
      return true;
    } catch {
      return false;
    }
  });
}

/** The brush as a clause, snapped to bin edges. */
export function readBrush(vega: VegaView, view: Chart): Meaning {
  if (!view.param) return null;
  const channels = brushedChannels(vega, view.param);
  const intervals: [string, Span][] = [];
  const values: [string, Scalar[]][] = [];
  for (const [index, dim] of view.dims.entries()) {
    const channel = channelOf(view, index);
    if (!channels.includes(channel)) continue;
    const pixels = vega.signal(`${view.param}_${channel}`) as Span | null;
    if (!Array.isArray(pixels) || Math.abs(pixels[0] - pixels[1]) < EMPTY_PX) return null;
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

/** Draws the brush of a clause, or takes it away. The caller runs the view. */
export function writeBrush(vega: VegaView, view: Chart, meaning: Meaning): void {
  const { param } = view;
  if (!param) return;
  const spans = spansOf(vega, view, meaning);
  for (const channel of brushedChannels(vega, param)) {
    const whole: Span = [0, lengthOf(vega, channel)];
    vega.signal(`${param}_${channel}`, spans.size ? seen(spans.get(channel) ?? whole) : [0, 0]);
  }
}

/** A span too narrow to be read again would stay when its clause is gone. */
function seen([from, to]: Span): Span {
  return Math.abs(to - from) < EMPTY_PX ? [from - EMPTY_PX, from + EMPTY_PX] : [from, to];
}

/** Puts a brush that moves on the edges it means; its first end stays the one that is held. */
export function snapBrush(vega: VegaView, view: Chart, meaning: Meaning): void {
  const { param } = view;
  if (!param) return;
  for (const [channel, [lo, hi]] of spansOf(vega, view, meaning)) {
    const name = `${param}_${channel}`;
    const [from, to] = vega.signal(name) as Span;
    const snapped: Span = from <= to ? [lo, hi] : [hi, lo];
    if (snapped[0] !== from || snapped[1] !== to) vega.signal(name, snapped);
  }
}

function spansOf(vega: VegaView, view: Chart, meaning: Meaning): Map<Channel, Span> {
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
  return spans;
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
