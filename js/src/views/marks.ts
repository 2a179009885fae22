// The marks that draw a row, found in Vega's scene, to put the cursor around them.
import type { View as VegaView } from "vega";
import type { Chart, Row } from "../contract";
import type { Span } from "./scales";

interface Item {
  x?: number;
  y?: number;
  bounds?: { x1: number; y1: number; x2: number; y2: number };
  datum?: Record<string, unknown>;
  items?: Item[];
  marktype?: string;
}

const NOT_DATA = new Set(["text", "rule", "group"]);
const MARGIN_PX = 2;

/** The box around the marks of a row, in plot pixels; null if nothing draws it alone. */
export function boundsOf(vega: VegaView, rows: Row[], view: Chart): [Span, Span] | null {
  const [row] = rows;
  const root = (vega.scenegraph() as unknown as { root: Item }).root;
  if (!row) return null;
  const fields = fieldsOf(view, row);
  let box: [Span, Span] | null = null;
  const visit = (mark: Item, x: number, y: number) => {
    for (const item of mark.items ?? []) {
      if (mark.marktype === "group") {
        for (const inner of item.items ?? []) visit(inner, x + (item.x ?? 0), y + (item.y ?? 0));
      } else if (!NOT_DATA.has(mark.marktype ?? "") && item.datum && item.bounds) {
        const { datum, bounds } = item;
        if (fields.every((field) => datum[field] === row[field])) box = around(box, bounds, x, y);
      }
    }
  };
  visit(root, 0, 0);
  return box;
}

/** What tells one row from another: the picked fields, else the columns of the table. */
function fieldsOf(view: Chart, row: Row): string[] {
  const picked = view.pick.map(({ field }) => field).filter((field) => field in row);
  if (picked.length) return picked;
  return view.columns.map(({ field }) => field).filter((field) => field in row);
}

function around(
  box: [Span, Span] | null,
  { x1, y1, x2, y2 }: NonNullable<Item["bounds"]>,
  x: number,
  y: number,
): [Span, Span] {
  const here: [Span, Span] = [
    [x + x1 - MARGIN_PX, x + x2 + MARGIN_PX],
    [y + y1 - MARGIN_PX, y + y2 + MARGIN_PX],
  ];
  if (!box) return here;
  const union = (a: Span, b: Span): Span => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
  return [union(box[0], here[0]), union(box[1], here[1])];
}
