import type { View as VegaView } from "vega";
import { expect, test } from "vitest";
import { readBrush, writeBrush } from "../../src/views/brush";
import { histogram } from "../fake";

test("a brush too narrow to be seen is drawn so that it can be read, and taken away", () => {
  const signals: Record<string, unknown> = { brush_x: [0, 0] };
  const scale = Object.assign((value: number) => value * 2, {
    invert: (pixel: number) => pixel / 2,
  });
  const signal = (name: string, value?: unknown) => {
    if (!(name in signals)) throw new Error(name);
    if (value !== undefined) signals[name] = value;
    return signals[name];
  };
  const vega = { signal, scale: () => scale, width: () => 100 } as unknown as VegaView;
  const view = histogram();
  writeBrush(vega, view, { intervals: { money: [20.1, 20.11] }, values: null });
  expect(readBrush(vega, view)).not.toBeNull();
  writeBrush(vega, view, null);
  expect(readBrush(vega, view)).toBeNull();
  expect(signals.brush_x).toEqual([0, 0]);
});
