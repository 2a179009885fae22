// Code that a browser has not run before is slow the first time: what draws is run once, out of sight,
// while the page has nothing else to do, mostly as the kernel still computes what will be drawn.

import type { Chart } from "../contract";
import { localeOf } from "../dom/words";
import { baseConfig, draw } from "./chart";

/** What somebody waits for comes first. */
const PAUSE_MS = 400;

const ROWS = { lo: [0, 1, 2], hi: [1, 2, 3], n: [3, 1, 2], name: ["a", "b", "c"] };

const transform = [
  { filter: "datum.n > 0" },
  { calculate: "datum.n / max(datum.hi, 1)", as: "share" },
];

const bars = {
  transform,
  encoding: {
    x: {
      field: "lo",
      bin: "binned",
      type: "quantitative",
      axis: { labelExpr: "abs(datum.value) < 1 ? '<' : format(datum.value, '.3~r')" },
      scale: { domain: [0, 3], range: [{ expr: "0" }, { expr: "width" }], nice: false },
    },
    x2: { field: "hi" },
    y: { field: "n", type: "quantitative", stack: null, axis: { tickCount: 3, title: null } },
  },
};

const names = {
  transform,
  params: [{ name: "pick", select: { type: "point", fields: ["name"] } }],
  encoding: {
    x: { field: "share", type: "quantitative", scale: { type: "log", clamp: true }, axis: null },
    y: { field: "name", type: "nominal", sort: null, axis: { title: null } },
    color: { field: "name", type: "nominal", legend: null },
    opacity: { condition: { param: "pick", value: 1 }, value: 0.3 },
  },
};

const text = { text: { field: "n", type: "quantitative", format: ",d" } };

/** Charts with what charts mostly have: a pick, bins, names, transforms, numbers. */
const CHARTS: Chart["spec"][] = [
  {
    layer: [
      { ...bars, mark: "bar" },
      { ...bars, mark: "rect", encoding: { ...bars.encoding, tooltip: [{ field: "n" }] } },
    ],
  },
  {
    layer: [
      { ...names, mark: { type: "bar", size: { expr: "min(32, bandwidth('y'))" } } },
      {
        transform,
        encoding: { ...names.encoding, ...text },
        mark: { type: "text", align: "left" },
      },
    ],
  },
];

/** Draws a few charts where nobody sees them; not at all where a page cannot say that it is idle. */
export async function warm(): Promise<void> {
  if (typeof requestIdleCallback === "undefined") return;
  await new Promise((done) => setTimeout(done, PAUSE_MS));
  for (const chart of CHARTS) {
    await idle();
    const spec = { ...chart, data: { name: "rows" } };
    const drawn = draw({
      view: { spec, datasets: ["rows"] } as unknown as Chart,
      rows: { rows: ROWS },
      size: { width: 300, height: 200 },
      look: { key: "", config: baseConfig("", ""), locale: localeOf({}), still: false },
      tooltip: () => undefined,
    });
    await drawn.initialize(document.createElement("div")).runAsync();
    drawn.finalize();
  }
}

function idle(): Promise<void> {
  return new Promise((done) => requestIdleCallback(() => done()));
}
