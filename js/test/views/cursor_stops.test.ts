import { describe, expect, test } from "vitest";
import { inDirection, meaningOf, stopsOf } from "../../src/views/cursor_stops";
import { histogram } from "../fake";

const level = (key: string, levels: string[]) => ({
  key,
  label: key,
  field: [key],
  edges: null,
  levels,
  time: false,
});
const grid = histogram({ dims: [level("r", ["1", "2", "3"]), level("f", ["a", "b"])] });

describe("stops", () => {
  test("rows stand in their cells, several in one, and empty cells are stops too", () => {
    const rows = [
      { r: 2, f: "b", n: 1 },
      { r: 2, f: "b", n: 2 },
    ];
    const stops = stopsOf(grid, rows);
    expect(stops.size).toEqual([3, 2]);
    expect(stops.rows([1, 1])).toEqual(rows);
    expect(stops.rows([0, 0])).toEqual([]);
  });

  test("a view without dimensions is walked row by row", () => {
    const rows = [{ k: 2 }, { k: 3 }];
    const stops = stopsOf(histogram({ dims: [] }), rows);
    expect(stops.size).toEqual([2]);
    expect(stops.rows([1])).toEqual([{ k: 3 }]);
  });
});

describe("arrows", () => {
  const channel = (i: number) => (i === 0 ? "x" : "y") as "x" | "y";

  test("go where they point, whichever way the axis runs, and stop at the ends", () => {
    const up = (i: number) => i === 0;
    expect(inDirection([1, 0], "ArrowRight", [3, 2], channel, up)).toEqual([2, 0]);
    expect(inDirection([2, 0], "ArrowRight", [3, 2], channel, up)).toEqual([2, 0]);
    expect(inDirection([1, 0], "ArrowUp", [3, 2], channel, up)).toEqual([1, 1]);
    expect(inDirection([1, 0], "ArrowDown", [3, 2], channel, up)).toEqual([1, 0]);
    expect(inDirection([1, 0], "ArrowDown", [3, 2], channel, () => true)).toEqual([1, 1]);
  });

  test("along a line both pairs move", () => {
    for (const key of ["ArrowRight", "ArrowDown"]) {
      expect(inDirection([0], key, [3], channel, () => true)).toEqual([1]);
    }
  });
});

describe("a brush by keys", () => {
  test("covers both ends, in either direction", () => {
    const wanted = { intervals: { money: [10, 40] }, values: null };
    expect(meaningOf(histogram(), [1], [3])).toEqual(wanted);
    expect(meaningOf(histogram(), [3], [1])).toEqual(wanted);
  });

  test("over levels it is their values", () => {
    const values = { r: ["2", "3"], f: ["a"] };
    expect(meaningOf(grid, [2, 0], [1, 0])).toEqual({ intervals: null, values });
  });
});
