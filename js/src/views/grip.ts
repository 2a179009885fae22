// How a press on a plot goes on: a new brush from there, or the one that is there, taken along.
import type { Spans } from "./brush";
import type { Channel, Span } from "./scales";

export type Point = Record<Channel, number>;

/** Where a brush is held. */
export interface Grip {
  from: Point;
  /** The brush that was pressed on, which keeps its size; null for a new one. */
  taken: Spans | null;
  channels: readonly Channel[];
  /** Of the plot. */
  size: Point;
}

/** Whether a point is in a brush. */
export function inside(spans: Spans, at: Point): boolean {
  const channels = [...spans];
  return (
    channels.length > 0 &&
    channels.every(([channel, [a, b]]) => {
      return at[channel] >= Math.min(a, b) && at[channel] <= Math.max(a, b);
    })
  );
}

/** Where the brush is once the pointer has come to a point; it stays in the plot. */
export function dragged({ from, taken, channels, size }: Grip, to: Point): Spans {
  const spans = new Map<Channel, Span>();
  for (const channel of channels) {
    const length = size[channel];
    const old = taken?.get(channel);
    if (old) {
      const [lo, hi] = [Math.min(...old), Math.max(...old)];
      const moved = Math.min(Math.max(to[channel] - from[channel], -lo), length - hi);
      spans.set(channel, [lo + moved, hi + moved]);
    } else {
      spans.set(channel, [clamp(from[channel], length), clamp(to[channel], length)]);
    }
  }
  return spans;
}

function clamp(pixel: number, length: number): number {
  return Math.min(Math.max(pixel, 0), length);
}
