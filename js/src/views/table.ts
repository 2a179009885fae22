// Numbers as an accessible table: of a view, and the sortable page of selected customers.
import type { Chart, Column, Columns, Dim, Strings } from "../contract";
import { h } from "../dom/dom";
import { type Locale, show, word } from "../dom/words";
import { rowCount } from "./rows";

const MOST_ROWS = 500;

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
  const body = h("tbody");
  const rows = Math.min(rowCount(data), MOST_ROWS);
  const found = columns.map(({ field }) => (data && Object.hasOwn(data, field) ? data[field] : []));
  const numeric = found.map(isNumeric);
  for (const [i, head] of heads.entries()) if (numeric[i]) head.classList.add("crmw-number");
  for (let r = 0; r < rows; r++) {
    const cells = columns.map(({ format }, c) => {
      const text = show(found[c]?.[r], format, locale);
      return h("td", { class: numeric[c] && "crmw-number", title: text }, text);
    });
    body.append(h("tr", {}, ...cells));
  }
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads)), body);
}

function isNumeric(values: readonly unknown[] | undefined): boolean {
  return values?.some((value) => typeof value === "number") ?? false;
}
