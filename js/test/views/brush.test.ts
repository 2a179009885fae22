import type { View as VegaView } from "vega";
import { describe, expect, test } from "vitest";
import { localeOf } from "../../src/dom/words";
import {
  brushedChannels,
  meaningOfSpans,
  type Spans,
  spansOf,
  writeBrush,
} from "../../src/views/brush";
import { BrushBox } from "../../src/views/brush_box";
import { baseConfig, draw, prepare, usesBrush } from "../../src/views/chart";
import { dragged, type Grip, inside } from "../../src/views/grip";
import { histogram } from "../fake";

const scale = Object.assign((value: number) => value * 2, {
  invert: (pixel: number) => pixel / 2,
});
const vega = { scale: () => scale, width: () => 100, height: () => 50 } as unknown as VegaView;
const view = histogram();
const across = (from: number, to: number): Spans => new Map([["x", [from, to]]]);
const money = (lo: number, hi: number) => ({
  intervals: { money: [lo, hi] as never },
  values: null,
});

describe("a brush", () => {
  test("moves along the channels of its param that have a dimension", () => {
    expect(brushedChannels(view)).toEqual(["x"]);
    expect(brushedChannels({ ...view, param: null })).toEqual([]);
    const layered = { ...view, spec: { encoding: view.spec.encoding, layer: [view.spec] } };
    expect(brushedChannels(layered)).toEqual(["x"]);
  });

  test("means the bins that its ends are nearest to, whichever way it was drawn", () => {
    expect(meaningOfSpans(vega, view, across(22, 58))).toEqual(money(10, 30));
    expect(meaningOfSpans(vega, view, across(58, 22))).toEqual(money(10, 30));
    expect(meaningOfSpans(vega, view, across(22, 22.5))).toBeNull();
  });

  test("is where its meaning is, and nowhere without one", () => {
    expect(spansOf(vega, view, money(10, 30))).toEqual(across(20, 60));
    expect(spansOf(vega, view, null).size).toBe(0);
  });

  test("leaves a channel whole that its meaning says nothing of", () => {
    const second = { ...view.dims[0], key: "n", field: ["n"] } as never;
    const select = { type: "interval", encodings: ["x", "y"] };
    const spec = { ...view.spec, params: [{ name: "brush", select }] };
    const both = { ...view, spec, dims: [...view.dims, second] };
    expect([...spansOf(vega, both, money(10, 30))]).toEqual([
      ["x", [20, 60]],
      ["y", [0, 50]],
    ]);
  });
});

interface Mark extends Record<string, unknown> {
  name?: string;
  items?: Mark[];
}

/** The items of the mark of this name, wherever it is in a scene. */
function itemsOf(mark: Mark, name: string): Mark[] {
  const items = mark.items ?? [];
  return mark.name === name ? items : items.flatMap((item) => itemsOf(item, name));
}

describe("the spec that Vega draws", () => {
  const params = (prepared: Record<string, unknown>) => prepared.params as { select: unknown }[];

  test("has no brush, which is the page's", () => {
    expect(usesBrush(view)).toBe(false);
    expect(params(prepare(view, false))).toEqual([]);
  });

  test("keeps one that a condition looks at, unseen and deaf to the pointer", async () => {
    const opacity = { condition: { param: "brush", value: 1 }, value: 0.3 };
    const encoding = { ...(view.spec.encoding as object), opacity };
    const lit = { ...view, spec: { ...view.spec, encoding } };
    expect(usesBrush(lit)).toBe(true);
    expect(JSON.stringify(params(prepare(lit, false)))).toContain("event.never");

    const drawn = draw({
      view: lit,
      rows: { money: { lo: [0, 10, 20, 30, 40], hi: [10, 20, 30, 40, 50], n: [5, 4, 3, 2, 1] } },
      size: { width: 300, height: 200 },
      look: { key: "", config: baseConfig("", ""), locale: localeOf({}), still: false },
      tooltip: () => undefined,
    });
    await drawn.initialize(document.createElement("div")).runAsync();
    writeBrush(drawn, lit, money(10, 30));
    await drawn.runAsync();
    const named = (name: string) =>
      itemsOf((drawn.scenegraph() as unknown as { root: Mark }).root, name);
    // Vega counts both ends in
    expect(named("marks").map((item) => item.opacity)).toEqual([0.3, 1, 1, 1, 0.3]);
    const unseen = [...named("brush_brush_bg"), ...named("brush_brush")];
    expect(unseen).toHaveLength(2);
    const filled = ({ fill, fillOpacity }: Mark) => fill !== "transparent" && fillOpacity !== 0;
    expect(unseen.filter(filled)).toEqual([]);
    expect(unseen.every(({ stroke, strokeOpacity }) => !stroke || !strokeOpacity)).toBe(true);
    drawn.finalize();
  });
});

describe("the rectangle of a brush", () => {
  const plot = document.createElement("div");
  plot.append(document.createElement("canvas"));
  const box = new BrushBox();
  box.join(plot);
  const parts = [...plot.querySelectorAll<HTMLElement>(".crmw-brush")];

  test("lies where the plot is, its shade behind and its edge over the chart", () => {
    box.show(across(20, 60), [30, 5], [100, 50]);
    for (const { style } of parts)
      expect([style.left, style.top, style.width, style.height]).toEqual([
        ...["50px", "5px", "40px", "50px"],
      ]);
    expect(plot.children[1]?.tagName).toBe("CANVAS");
  });

  test("is seen however narrow, and is taken away", () => {
    box.show(across(20.1, 20.11), [0, 0], [100, 50]);
    expect(parts.map(({ style }) => style.width)).toEqual(["2px", "2px"]);
    box.show(new Map(), [0, 0], [100, 50]);
    expect(parts.every(({ hidden }) => hidden)).toBe(true);
  });
});

describe("a press on a plot", () => {
  const grip = (taken: Spans | null): Grip => ({
    from: { x: 30, y: 10 },
    taken,
    channels: ["x"],
    size: { x: 100, y: 50 },
  });

  test("begins a brush, which ends where the plot ends", () => {
    expect(dragged(grip(null), { x: 70, y: 90 })).toEqual(across(30, 70));
    expect(dragged(grip(null), { x: 170, y: 90 })).toEqual(across(30, 100));
    expect(dragged(grip(null), { x: -9, y: 90 })).toEqual(across(30, 0));
  });

  test("takes the brush that is there along, in its width and within the plot", () => {
    expect(inside(across(20, 40), { x: 30, y: 10 })).toBe(true);
    expect(inside(across(40, 20), { x: 41, y: 10 })).toBe(false);
    expect(inside(new Map(), { x: 30, y: 10 })).toBe(false);
    expect(dragged(grip(across(20, 40)), { x: 35, y: 0 })).toEqual(across(25, 45));
    expect(dragged(grip(across(20, 40)), { x: 350, y: 0 })).toEqual(across(80, 100));
    expect(dragged(grip(across(20, 40)), { x: -350, y: 0 })).toEqual(across(0, 20));
  });
});
