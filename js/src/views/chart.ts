// From a Vega-Lite spec and its rows to a Vega view: theme, locale, nothing from anywhere.
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Chart, Columns, VegaConfig } from "../contract";
import type { Locale } from "../dom/words";
import { expressions } from "./expressions";
import { hintInWords, takeHints } from "./hints";
import { toRows } from "./rows";

/** How views look just now: a change of `key` draws them anew. */
export interface Look {
  key: string;
  config: VegaConfig;
  locale: Locale;
  /** d3's definitions of numbers and times, which Vega makes its own locale of. */
  formats?: { number?: unknown; time?: unknown };
  still: boolean;
}

export interface Size {
  width: number;
  height: number;
}

type Spec = Record<string, unknown>;
type Json = Record<string, unknown>;

/** An event that no page fires: how a brush or pick is switched off in a page without kernel. */
const NEVER = "touchcancel[event.never]";
const NEVER_DRAGGED = `[${NEVER}, ${NEVER}] > ${NEVER}`;

const refuse = () => Promise.reject(new Error("nothing is loaded from anywhere"));

const loader = {
  options: {},
  load: refuse,
  sanitize: refuse,
  http: refuse,
  file: refuse,
} as unknown as vega.Loader;

const quiet = vega.logger(vega.Error);

const LABELS = { labelOverlap: "greedy", labelSeparation: 6, labelFlush: false };

/** The config beneath every theme: the host's font, no frame, no background. */
export function baseConfig(color: string, fontFamily: string): VegaConfig {
  const font = fontFamily || "sans-serif";
  const ink = color || "#222";
  const axis = { labelColor: ink, titleColor: ink, titleFontWeight: "normal", labelLimit: 140 };
  return {
    background: null,
    // a canvas has no elements to be described: the frame around it says what it shows
    aria: false,
    font,
    padding: { left: 4, right: 16, top: 6, bottom: 4 },
    view: { stroke: null },
    axis: { ...axis, labelFontSize: 11, titleFontSize: 11, tickSize: 4, ...LABELS },
    legend: { ...axis, labelFontSize: 11, titleFontSize: 11 },
    header: { labelColor: ink, titleColor: ink },
    title: { color: ink, subtitleColor: ink },
    text: { color: ink },
    selection: {
      interval: { mark: { fill: ink, fillOpacity: 0.1, stroke: ink, strokeOpacity: 0.5 } },
    },
  };
}

/** Whether the chart fills its box: one plot, or layers of one; others bring their own size. */
export function fills(spec: Spec): boolean {
  const many = ["hconcat", "vconcat", "concat", "facet", "repeat", "spec"];
  const encoding = spec.encoding as Json | undefined;
  const facets = ["row", "column", "facet"].some((channel) => encoding?.[channel]);
  const steps = typeof spec.width === "object" || typeof spec.height === "object";
  return !facets && !steps && !many.some((key) => key in spec);
}

/** Whether a chart looks at its brush itself, as in a condition, beyond having one. */
export function usesBrush({ spec, param }: Chart): boolean {
  if (!param) return false;
  const others = mapParams(spec, (one) => (one.name === param ? null : one));
  return JSON.stringify(others).includes(param);
}

/** A brush that the page draws and moves, not Vega. */
const NOT_VEGAS = {
  ...{ on: NEVER_DRAGGED, clear: false, translate: false, zoom: false },
  mark: { fillOpacity: 0, strokeOpacity: 0 },
};

/** The spec with what every view has: its size, a brush that is the page's, or no events at all. */
export function prepare(view: Chart, still: boolean): Spec {
  const spec: Spec = { ...view.spec };
  if (fills(spec)) {
    spec.width = "container";
    spec.height = "container";
    spec.autosize = { type: "fit", contains: "padding" };
  }
  return mapParams(spec, (param) => {
    const given = param.select as string | Json | undefined;
    if (given === undefined || param.bind === "scales") return param;
    const select: Json = typeof given === "string" ? { type: given } : { ...given };
    if (select.type === "interval" && param.name === view.param)
      return usesBrush(view) ? { ...param, select: { ...select, ...NOT_VEGAS } } : null;
    if (select.type === "interval" && select.zoom === undefined) select.zoom = false;
    if (still && select.type === "interval") {
      Object.assign(select, { on: NEVER_DRAGGED, clear: false, translate: false, zoom: false });
    } else if (still) Object.assign(select, { on: NEVER, clear: false });
    return { ...param, select };
  });
}

/** A spec with other params; those that become null are gone. */
function mapParams(spec: Spec, change: (param: Json) => Json | null): Spec {
  const mapped: Spec = { ...spec };
  if (Array.isArray(spec.params))
    mapped.params = spec.params.map((param) => change(param as Json)).filter(Boolean);
  for (const key of ["layer", "hconcat", "vconcat", "concat"]) {
    const parts = spec[key];
    if (Array.isArray(parts)) mapped[key] = parts.map((part) => mapParams(part as Spec, change));
  }
  if (typeof spec.spec === "object" && spec.spec)
    mapped.spec = mapParams(spec.spec as Spec, change);
  return mapped;
}

interface Drawn {
  view: Chart;
  /** Of its box, in pixels. */
  size: Size;
  rows: Record<string, Columns | undefined>;
  look: Look;
  tooltip: vega.TooltipHandler;
}

/**
 * The Vega view of a chart, not yet on the page. Its first rows are in it. Its size is ours alone: at
 * each resize of the window Vega would set it anew, and a brush over levels would be gone.
 */
export function draw({ view, rows, size, look, tooltip }: Drawn): vega.View {
  const config = vega.mergeConfig({}, look.config, (view.spec.config as Json | undefined) ?? {});
  const { spec, hints } = takeHints({ ...prepare(view, look.still), config });
  const compiled = compile(spec as unknown as TopLevelSpec, { logger: quiet as never }).spec;
  for (const data of compiled.data ?? []) {
    if (!view.datasets.includes(data.name)) continue;
    (data as { values?: unknown }).values = toRows(rows[data.name]);
  }
  for (const [i, { name }] of (compiled.signals ?? []).entries())
    if (fills(view.spec) && (name === "width" || name === "height"))
      compiled.signals?.splice(i, 1, { name, value: size[name] });
  const runtime = vega.parse(compiled, undefined, { ast: true });
  return new vega.View(runtime, {
    expr: expressions,
    loader,
    logger: quiet,
    locale: look.formats ?? {},
    renderer: "canvas",
    tooltip: (...[handler, event, item, value]: Parameters<vega.TooltipHandler>) =>
      tooltip(handler, event, item, hintInWords(value, hints, item?.datum, look.locale)),
  } as unknown as vega.ViewOptions);
}
