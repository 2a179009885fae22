// A small line beside a number: its values at equal steps, the newest one as a dot.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 28;
const ROOM = 3;

/** The line; null where there are not two values to connect. It says nothing that words do not. */
export function smallLine(values: readonly (number | null)[]): SVGElement | null {
  const known = values.filter((value): value is number => Number.isFinite(value));
  if (known.length < 2) return null;
  const [lo, hi] = [Math.min(...known), Math.max(...known)];
  const x = (i: number) => ROOM + (i * (WIDTH - 2 * ROOM)) / (values.length - 1);
  const y = (value: number) =>
    hi > lo ? HEIGHT - ROOM - ((value - lo) * (HEIGHT - 2 * ROOM)) / (hi - lo) : HEIGHT / 2;
  const points = values.map((value, i) =>
    Number.isFinite(value) ? ([x(i), y(value as number)] as const) : null,
  );
  const path = points.map((point, i) =>
    point
      ? `${i > 0 && points[i - 1] ? "L" : "M"}${point.map((at) => at.toFixed(1)).join(" ")}`
      : "",
  );
  const box = {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "crmw-small-line",
    "aria-hidden": "true",
  };
  const line = svg("svg", box);
  line.append(svg("path", { d: path.join("") }));
  const end = points.at(-1);
  if (end) line.append(svg("circle", { cx: end[0], cy: end[1], r: 2.5 }));
  return line;
}

function svg(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
