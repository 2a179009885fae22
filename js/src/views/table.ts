// Numbers as an accessible table: of a view, and the sortable page of selected customers.
import type { Chart, Column, Columns, Dim, Row, Strings } from "../contract";
import { h } from "../dom/dom";
import { type Locale, show, word } from "../dom/words";
import { rowCount, toRows } from "./rows";

export const MOST_ROWS = 500;

/** The columns of a view's table: those it names, else all of its rows' fields. */
export function columnsOf(view: Chart, data: Columns | undefined): Column[] {
  if (view.columns.length) return view.columns;
  return Object.keys(data ?? {}).map((field) => ({
    field,
    label: labelOf(view.dims, field),
    format: null,
  }));
}

function labelOf(dims: readonly Dim[], field: string): string {
  return dims.find((dim) => dim.field[0] === field)?.label ?? field;
}

/** The numbers of a view, and how many of its rows those are if not all. */
export function numbersTable(
  view: Chart,
  data: Columns | undefined,
  locale: Locale,
  strings: Strings,
): HTMLElement[] {
  const columns = columnsOf(view, data);
  const heads = columns.map(({ label }) => h("th", { scope: "col", title: label }, label));
  const table = tableOf(heads, columns, data, locale);
  const total = rowCount(data);
  if (total <= MOST_ROWS) return [table];
  const shown = { n: show(MOST_ROWS, ",", locale), total: show(total, ",", locale) };
  return [table, h("p", {}, word(strings, "of", shown))];
}

/** A table of columns under the given heads; numbers on the right. */
export function tableOf(
  heads: HTMLElement[],
  columns: readonly Column[],
  data: Columns | undefined,
  locale: Locale,
): HTMLElement {
  const found = columns.map(({ field }) => (data && Object.hasOwn(data, field) ? data[field] : []));
  const numeric = found.map(isNumeric);
  for (const [i, head] of heads.entries()) if (numeric[i]) head.classList.add("crmw-number");
  const rows = toRows(data).slice(0, MOST_ROWS);
  const body = h("tbody", {}, ...rows.map((row) => tableRow(columns, row, numeric, locale)));
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
}

/** A row of cells; numbers on the right. */
export function tableRow(
  columns: readonly Column[],
  row: Row,
  numeric: readonly boolean[],
  locale: Locale,
): HTMLElement {
  const cells = columns.map(({ field, format }, i) => {
    const text = show(Object.hasOwn(row, field) ? row[field] : null, format, locale);
    return h("td", { class: numeric[i] && "crmw-number", title: text }, text);
  });
  return h("tr", {}, ...cells);
}

export function isNumeric(values: readonly unknown[] | undefined): boolean {
  return values?.some((value) => typeof value === "number") ?? false;
}
