// A table that is sorted on the page: by the kernel's choice at first, then by the reader's.
import type { Column, Columns, Row, Rows, Scalar, Strings } from "../contract";
import { attribute, h } from "../dom/dom";
import { show, word } from "../dom/words";
import { rowCount, toRows } from "../views/rows";
import type { ViewState } from "../views/state";
import { isNumeric, MOST_ROWS, tableRow } from "../views/table";
import type { Contents, Item } from "./item_view";

type Compare = (a: string, b: string) => number;

interface Order {
  field: string | null;
  descending: boolean;
}

export class RowTable implements Contents<Rows> {
  readonly roles: Contents<Rows>["roles"] = { picking: ["grid", "row"], plain: ["", ""] };
  readonly element = h("div", { class: "crmw-row-table" });
  readonly box = h("table", {});
  readonly #heads = h("tr", {});
  readonly #body = h("tbody");
  readonly #more = h("p", { class: "crmw-more", hidden: true });
  #hash = "";
  #order: Order = { field: null, descending: false };

  constructor() {
    this.box.append(h("thead", {}, this.#heads), this.#body);
    this.element.append(this.box, this.#more);
  }

  draw(state: ViewState<Rows>, changed: () => void): Item[] {
    const { view, rows, look, strings } = state;
    const data = rows[view.datasets[0] ?? ""];
    this.element.style.setProperty("--height", `${view.height}px`);
    if (view.hash !== this.#hash) this.#begin(view, changed);
    this.#showOrder(view, data);
    const all = toRows(data);
    const shown = inOrder(data, this.#order, comparing(strings)).slice(0, MOST_ROWS);
    const numeric = view.columns.map(({ field }) => isNumeric(data?.[field]));
    const items = shown.map((at) => {
      const row = all[at] as Row;
      return { element: tableRow(view.columns, row, numeric, look.locale), row };
    });
    this.#body.replaceChildren(...items.map(({ element }) => element));
    const counts = {
      n: show(MOST_ROWS, ",", look.locale),
      total: show(all.length, ",", look.locale),
    };
    this.#more.hidden = all.length <= MOST_ROWS;
    this.#more.textContent = word(strings, "of", counts);
    return items;
  }

  #begin(view: Rows, changed: () => void): void {
    this.#hash = view.hash;
    this.#order = { field: view.sort, descending: view.descending };
    this.#heads.replaceChildren(...view.columns.map((column) => this.#head(column, changed)));
  }

  #head({ field, label }: Column, changed: () => void): HTMLElement {
    const arrow = h("i", { "aria-hidden": "true" });
    const press = h("button", { type: "button", class: "crmw-quiet" }, label, arrow);
    const head = h("th", { scope: "col", title: label }, press);
    press.onclick = () => {
      const again = this.#order.field === field;
      // of numbers the largest are looked for first, of texts the first
      const falls = head.classList.contains("crmw-number");
      this.#order = { field, descending: again ? !this.#order.descending : falls };
      changed();
    };
    return head;
  }

  #showOrder(view: Rows, data: Columns | undefined): void {
    const { field, descending } = this.#order;
    for (const [i, column] of view.columns.entries()) {
      const head = this.#heads.children[i] as HTMLElement;
      const sorted = column.field === field;
      head.classList.toggle("crmw-number", isNumeric(data?.[column.field]));
      attribute(head, "aria-sort", sorted && (descending ? "descending" : "ascending"));
      (head.querySelector("i") as HTMLElement).textContent = sorted ? (descending ? "↓" : "↑") : "";
    }
  }
}

/** Texts in the order of the reader's language, numbers inside them by their size. */
function comparing({ lang }: Strings): Compare {
  return new Intl.Collator(typeof lang === "string" ? lang : undefined, { numeric: true }).compare;
}

/** The places of the rows in their order; what is missing is last, what is equal as it came. */
export function inOrder(
  data: Columns | undefined,
  { field, descending }: Order,
  compare: Compare,
): number[] {
  const places = Array.from({ length: rowCount(data) }, (_, i) => i);
  const values = field === null ? undefined : data?.[field];
  if (!values) return places;
  const sign = descending ? -1 : 1;
  return places.sort((a, b) => {
    const [one, other] = [values[a] ?? null, values[b] ?? null];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * difference(one, other, compare);
  });
}

function difference(a: NonNullable<Scalar>, b: NonNullable<Scalar>, compare: Compare): number {
  if (typeof a === "string" || typeof b === "string") return compare(String(a), String(b));
  return Number(a) - Number(b);
}
