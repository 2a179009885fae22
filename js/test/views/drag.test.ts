import { beforeEach, describe, expect, test } from "vitest";
import type { Chart, Cube, Datasets } from "../../src/contract";
import { localeOf } from "../../src/dom/words";
import { Drag, rangesOf } from "../../src/views/drag";
import { draws, hintInWords, takeHints } from "../../src/views/hints";
import { FakeModel, head, histogram, money } from "../fake";

const edges = [0, 10, 20, 30, 40, 50];
const active = histogram({
  id: "recency",
  dims: [{ ...histogram().dims[0], key: "recency", edges } as never],
});
const passive = histogram();
const rows: Datasets = { recency: money, money };

/** Five active bins × five rows: bin b leaves b + 1 customers in row 0, none elsewhere. */
function cube(changes: Partial<Cube> = {}): Cube & { type: string } {
  const numbers = new Uint32Array(6 * 5 + 6);
  for (let b = 0; b < 5; b++) numbers[b * 5] = b + 1;
  numbers.set([20, 0, 0, 0, 0], 25);
  numbers.set([1, 2, 3, 4, 5, 20], 30);
  return {
    type: "cube",
    key: "k1",
    active: { view: "recency", bins: [5], ranges: false },
    passive: [
      { view: "money", shape: [5, 5], offset: 0, dtype: "u4", rows: null },
      { view: "", shape: [5, 1], offset: 120, dtype: "u4", rows: null },
    ],
    waiting: ["medians"],
    tally: { text: "{0} of 20", parts: [{ format: ",d", whole: 1 }] },
    buffer: numbers.buffer,
    ...changes,
  };
}

let asked: [string, string][] = [];
let steps = 0;
let keys: Record<string, string> = {};
let model = new FakeModel({});
let drag: Drag;
const views: Chart[] = [active, passive];

function send(sent: Cube & { type: string }): void {
  const { buffer, ...message } = sent;
  model.emit("msg:custom", message, [new DataView(buffer as ArrayBuffer)]);
}

beforeEach(() => {
  [asked, steps, keys] = [[], 0, { recency: "k1" }];
  model = new FakeModel({});
  drag = new Drag(model, new AbortController().signal, {
    ask: (...one) => asked.push(one),
    kernel: () => ({ charts: views, rows, head: head({ keys }), locale: localeOf({}) }),
    changed: () => {
      steps += 1;
    },
  });
});

const brush = (lo: number, hi: number) => ({
  intervals: { recency: [lo, hi] as [number, number] },
  values: null,
});

describe("asking for a cube", () => {
  test("once, however often the pointer comes by", () => {
    for (let i = 0; i < 3; i++) drag.hover("recency");
    expect(asked).toEqual([["recency", "k1"]]);
    send(cube());
    drag.hover("recency");
    expect(asked).toHaveLength(1);
  });

  test("again after an answer that changed what it would be", () => {
    drag.hover("recency");
    send(cube());
    keys = { recency: "k2" };
    drag.want();
    expect(asked).toEqual([
      ["recency", "k1"],
      ["recency", "k2"],
    ]);
  });

  test("never of a view that has none", () => {
    drag.hover("money");
    drag.hover("__proto__");
    expect(asked).toEqual([]);
  });
});

describe("a brush that moves", () => {
  test("is answered from the cube: rows of the others, and the line", () => {
    send(cube());
    drag.move("recency", brush(10, 30));
    expect(drag.preview?.rows).toEqual({ money: { ...money, n: [5, 0, 0, 0, 0] } });
    expect(drag.preview?.line).toBe("5 of 20");
    expect(drag.preview?.waiting).toEqual(["medians"]);
  });

  test("without a brush everybody counts, in a bin or not", () => {
    send(cube());
    drag.move("recency", null);
    expect(drag.preview?.rows.money?.n).toEqual([20, 0, 0, 0, 0]);
  });

  test("is answered as soon as the cube is there", () => {
    drag.move("recency", brush(0, 10));
    expect([steps, asked.length]).toEqual([0, 1]);
    send(cube());
    expect(steps).toBe(1);
    expect(drag.preview?.rows.money?.n?.[0]).toBe(1);
  });

  test("a cube of other data is thrown away", () => {
    drag.move("recency", brush(0, 10));
    send(cube({ key: "old" }));
    expect(drag.preview).toBeNull();
  });

  test("other rows are drawn where the cube brings them, the rest of longer rows stays", () => {
    const sent = cube();
    const coarse = { lo: [0], n: [7] };
    const [first, line] = sent.passive as [Cube["passive"][0], Cube["passive"][0]];
    send({ ...sent, passive: [{ ...first, rows: coarse }, line] });
    drag.move("recency", brush(0, 20));
    expect(drag.preview?.rows.money).toEqual({ lo: [0], n: [3, 0, 0, 0, 0] });
    const short = new Uint32Array([1, 2, 3, 4, 5, 15]);
    send(
      cube({
        passive: [{ view: "money", shape: [5, 1], offset: 0, dtype: "u4", rows: null }],
        tally: null,
        buffer: short.buffer,
      }),
    );
    drag.move("recency", brush(0, 20));
    expect(drag.preview?.rows.money?.n).toEqual([3, 1200, 3, 2, 1]);
  });

  test("what is shown stays until there is an answer", () => {
    send(cube());
    drag.move("recency", brush(0, 20));
    drag.release();
    expect(drag.held).toBe(false);
    expect(drag.preview).not.toBeNull();
    drag.end();
    expect(drag.preview).toBeNull();
  });
});

test("levels that are brushed are the bins from the first to the last", () => {
  const dims = [
    { key: "r", label: "R", field: ["r"], edges: null, levels: ["1", "2", "3", "4"], time: false },
  ];
  const view = histogram({ dims });
  expect(rangesOf(view, { intervals: null, values: { r: ["3", "2"] } })).toEqual([[1, 3]]);
  expect(rangesOf(view, { intervals: null, values: { r: ["9"] } })).toEqual([null]);
});

describe("tooltips", () => {
  const spec = {
    layer: [
      { encoding: { x: { field: "a" } } },
      {
        encoding: {
          tooltip: [
            { field: "sel", title: "selected", format: ",d" },
            { field: "a\\.b", title: "where" },
          ],
        },
      },
    ],
  };

  test("are a number on the marks, and words when the pointer asks", () => {
    const { spec: drawn, hints } = takeHints(spec);
    const [, layer] = drawn.layer as { encoding: { tooltip: unknown } }[];
    // Vega takes a tooltip of 0 for none
    expect(layer?.encoding.tooltip).toEqual({ value: 1 });
    const said = hintInWords(1, hints, { sel: 1200, "a.b": "here" }, localeOf({}));
    expect(said).toEqual({ selected: "1,200", where: "here" });
  });

  test("are no reason to draw a chart anew", () => {
    expect(draws(spec, ["sel", "b"])).toBe(false);
    expect(draws(spec, ["sel", "a"])).toBe(true);
    expect(draws({ encoding: { y: { field: "a\\.b" } } }, ["a.b"])).toBe(true);
    expect(draws({ ...spec, transform: [{ filter: "datum.sel > 0" }] }, ["sel"])).toBe(true);
  });

  test("of other makers stay as they are", () => {
    expect(hintInWords("plain", [], {}, localeOf({}))).toBe("plain");
    expect(hintInWords(null, [], {}, localeOf({}))).toBeNull();
  });
});
