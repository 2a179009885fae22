import { describe, expect, test } from "vitest";
import type { Cube } from "../../src/contract";
import { binOf, nearestEdge, snapBins, snapInterval } from "../../src/views/bins";
import {
  matches,
  numbersOf,
  prefixOf,
  prefixSums,
  seriesOf,
  under,
} from "../../src/views/crossfilter";

/** Reproducible whole numbers below 100. */
function numbers(n: number): number[] {
  let seed = 7;
  return Array.from({ length: n }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % 100;
  });
}

describe("prefix sums", () => {
  test("one active dimension: every brush equals adding up its bins", () => {
    const [bins, cells] = [12, 5];
    const values = numbers((bins + 1) * cells);
    const prefix = prefixSums(values, [bins], cells);
    for (let i = 0; i <= bins; i++) {
      for (let j = i; j <= bins; j++) {
        const wanted = new Float64Array(cells);
        for (let b = i; b < j; b++) {
          for (let c = 0; c < cells; c++)
            wanted[c] = (wanted[c] ?? 0) + (values[b * cells + c] ?? 0);
        }
        expect(under(prefix, [[i, j]])).toEqual(wanted);
      }
    }
  });

  test("two active dimensions: every box equals adding up its cells", () => {
    const [nx, ny, cells] = [4, 3, 2];
    const values = numbers((nx * ny + 1) * cells);
    const prefix = prefixSums(values, [nx, ny], cells);
    for (const box of [
      [0, 4, 0, 3],
      [1, 3, 1, 2],
      [2, 2, 0, 3],
      [3, 4, 2, 3],
    ] as const) {
      const wanted = new Float64Array(cells);
      for (let x = box[0]; x < box[1]; x++) {
        for (let y = box[2]; y < box[3]; y++) {
          for (let c = 0; c < cells; c++) {
            wanted[c] = (wanted[c] ?? 0) + (values[(x * ny + y) * cells + c] ?? 0);
          }
        }
      }
      const ranges: [number, number][] = [
        [box[0], box[1]],
        [box[2], box[3]],
      ];
      expect(under(prefix, ranges)).toEqual(wanted);
    }
  });

  test("no range is everybody, in a bin or not, and a range beyond the bins is cut", () => {
    const prefix = prefixSums([1, 2, 3, 10], [3], 1);
    expect([...under(prefix, [null])]).toEqual([10]);
    expect([...under(prefix, [[-5, 99]])]).toEqual([6]);
    expect([...under(prefix, [[2, 1]])]).toEqual([0]);
  });

  test("values that do not fill the bins are refused", () => {
    expect(() => prefixSums([1, 2, 3], [2], 2)).toThrow(RangeError);
  });
});

describe("cubes", () => {
  const buffer = new ArrayBuffer(8 + 6 * 4);
  new Uint32Array(buffer, 8).set([1, 2, 3, 4294967295, 4, 5]);
  const cube: Cube = {
    key: "data1",
    active: { view: "money", bins: [2], ranges: false },
    passive: [{ view: "recency", shape: [2, 2], offset: 8, dtype: "u4", rows: null }],
    waiting: [],
    tally: null,
    buffer,
  };

  test("numbers are read at their offset, counts beyond single precision exactly", () => {
    const [passive] = cube.passive as [Cube["passive"][0]];
    const sent = [1, 2, 3, 4294967295, 4, 5];
    expect([...(numbersOf(cube, passive) as Uint32Array)]).toEqual(sent);
  });

  test("counts that fit take two bytes", () => {
    const two = new Uint16Array([1, 65535, 3, 4, 5, 6]);
    const passive = { view: "recency", shape: [2, 2], offset: 0, dtype: "u2" as const, rows: null };
    const small = { ...cube, buffer: two.buffer };
    expect([...(numbersOf(small, passive) as Uint16Array)]).toEqual([...two]);
  });

  test("a buffer inside a larger one is read from its own beginning", () => {
    const [passive] = cube.passive as [Cube["passive"][0]];
    const inner = { ...cube, buffer: new DataView(buffer, 8) };
    expect([...(numbersOf(inner, { ...passive, offset: 0 }) as Uint32Array)][3]).toBe(4294967295);
  });

  test("ranges that do not add up are looked up, one by one", () => {
    // ranges [0,1) [0,2) [1,2) [0,3) [1,3) [2,3), two numbers each, then everybody
    const numbers = new Uint16Array([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60, 9, 90]);
    const passive = { view: "v", shape: [6, 2], offset: 0, dtype: "u2" as const, rows: null };
    const active = { view: "money", bins: [3], ranges: true };
    const prefix = prefixOf({ ...cube, active, buffer: numbers.buffer }, passive);
    const at = (range: [number, number] | null) => [...under(prefix, [range])];
    expect([at([0, 1]), at([0, 2]), at([1, 2])]).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect([at([0, 3]), at([1, 3]), at([2, 3])]).toEqual([
      [4, 40],
      [5, 50],
      [6, 60],
    ]);
    expect([at(null), at([-4, 9]), at([2, 2])]).toEqual([
      [9, 90],
      [4, 40],
      [0, 0],
    ]);
  });

  test("a buffer shorter than its shape is refused", () => {
    const long = { view: "recency", shape: [3, 2], offset: 8, dtype: "u4" as const, rows: null };
    expect(() => numbersOf(cube, long)).toThrow(/recency/);
  });

  test("a cube for other data, or another view, does not match", () => {
    expect(matches(cube, "data1", "money")).toBe(true);
    expect(matches(cube, "data2", "money")).toBe(false);
    expect(matches(cube, "data1", "recency")).toBe(false);
    expect(matches(null, "data1", "money")).toBe(false);
  });
});

test("series: counts and sums as they are, means from sum and count, none where nothing is", () => {
  const cells = Float64Array.from([3, 10, 4, 0, 0, 0]);
  const series = [
    { field: "n", agg: "count" },
    { field: "mean", agg: "mean" },
  ] as const;
  expect(seriesOf(cells, series)).toEqual({ n: [3, 0], mean: [2.5, null] });
});

describe("snapping", () => {
  const edges = [0, 1, 2, 4, 8];

  test("pixels that miss an edge by rounding mean the edge", () => {
    expect(snapInterval(edges, 1.0000000001, 1.9999999999999996)).toEqual([1, 2]);
  });

  test("a brush drawn from right to left is the same brush", () => {
    expect(snapInterval(edges, 7.9, 1.1)).toEqual([1, 8]);
  });

  test("a brush inside one bin is that bin, beyond the edges the last", () => {
    expect(snapBins(edges, 5, 5.2)).toEqual([3, 4]);
    expect(snapBins(edges, 50, 60)).toEqual([3, 4]);
    expect(snapBins(edges, -9, -8)).toEqual([0, 1]);
  });

  test("snapping twice changes nothing", () => {
    for (const [a, b] of [
      [0.4, 3.3],
      [2.9, 3.1],
      [0, 8],
    ] as const) {
      const once = snapInterval(edges, a, b);
      expect(snapInterval(edges, ...once)).toEqual(once);
    }
  });

  test("bins are half-open and the last one closed", () => {
    expect([0, 0.99, 1, 3.9, 4, 8].map((value) => binOf(edges, value))).toEqual([0, 0, 1, 2, 3, 3]);
    expect(nearestEdge(edges, 2.9)).toBe(2);
  });
});
