// The sortable page of the selected customers, only there if the analyst asked for rows.
import type { Model, PageRequest, Strings, TablePage } from "../contract";
import { attribute, h, uniqueId } from "../dom/dom";
import { type Locale, word } from "../dom/words";
import { tableOf } from "../views/table";

interface Given {
  table: TablePage;
  request: PageRequest | undefined;
  strings: Strings;
  locale: Locale;
  still: boolean;
}

export class CustomerPage {
  readonly element: HTMLElement;
  readonly #ask: (request: PageRequest) => void;
  #given: Given | null = null;
  #csv = 0;
  #awaited = false;

  constructor(model: Model, ask: (request: PageRequest) => void, signal: AbortSignal) {
    this.element = h("section", { class: "crmw-page", hidden: true });
    this.#ask = ask;
    const received = (message: { type?: string; name?: string }, buffers: unknown[]) => {
      if (message?.type !== "csv" || !this.#awaited) return;
      this.#awaited = false;
      save(String(message.name ?? "customers.csv"), buffers?.[0]);
    };
    model.on("msg:custom", received);
    signal.addEventListener("abort", () => model.off("msg:custom", received), { once: true });
  }

  update(given: Given | null): void {
    this.element.hidden = given === null;
    if (!given) this.element.replaceChildren();
    else if (given.table !== this.#given?.table || given.strings !== this.#given.strings) {
      const focus = (document.activeElement as HTMLElement | null)?.dataset.key;
      const inside = this.element.contains(document.activeElement);
      this.#given = given;
      this.element.replaceChildren(...this.#parts(given));
      if (inside && focus) {
        this.element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focus)}"]`)?.focus();
      }
    }
    this.#given = given;
  }

  #parts(given: Given): HTMLElement[] {
    const { table, strings, locale, still } = given;
    const id = uniqueId();
    attribute(this.element, "aria-labelledby", id);
    const total = word(strings, "rows", { n: locale.format(",")(table.total) });
    const csv = this.#button("csv", word(strings, "download_csv"), () => this.#download());
    csv.hidden = still;
    const heads = table.columns.map(({ field, label }, i) => {
      const sorted = table.sort === field ? (table.descending ? "descending" : "ascending") : null;
      const arrow = sorted ? h("i", { "aria-hidden": "true" }, table.descending ? "↓" : "↑") : null;
      const press = this.#button(`sort-${i}`, label, () => this.#sort(field));
      press.disabled = still;
      if (arrow) press.append(arrow);
      return h("th", { scope: "col", "aria-sort": sorted, title: label }, press);
    });
    const numbers = tableOf(heads, table.columns, table.rows, locale);
    return [
      h(
        "div",
        { class: "crmw-page-head" },
        h("h3", { id }, word(strings, "selected")),
        h("p", {}, total),
        csv,
      ),
      h(
        "div",
        { class: "crmw-page-body", tabindex: 0, role: "region", "aria-labelledby": id },
        numbers,
      ),
      ...(table.pages > 1 ? [this.#pager(given)] : []),
    ];
  }

  #pager({ table, strings, locale, still }: Given): HTMLElement {
    const turn = (key: "previous" | "next", sign: string, page: number) => {
      const press = this.#button(key, sign, () => this.#request({ page }));
      attribute(press, "aria-label", word(strings, key));
      press.disabled = still || page < 0 || page >= table.pages;
      return press;
    };
    const place = word(strings, "page", {
      page: locale.format(",")(table.page + 1),
      pages: locale.format(",")(table.pages),
    });
    return h(
      "nav",
      { class: "crmw-pager" },
      turn("previous", "‹", table.page - 1),
      h("span", { "aria-live": "polite" }, place),
      turn("next", "›", table.page + 1),
    );
  }

  #button(key: string, text: string, run: () => void): HTMLButtonElement {
    const press = h("button", { type: "button", class: "crmw-quiet", "data-key": key }, text);
    press.onclick = run;
    return press;
  }

  /** Numbers fall first, as what is largest is looked for; then they rise. */
  #sort(field: string): void {
    const { table } = this.#given as Given;
    const again = table.sort === field;
    this.#request({ page: 0, sort: field, descending: again ? !table.descending : true });
  }

  #download(): void {
    this.#awaited = true;
    this.#csv = Math.max(this.#csv, this.#given?.request?.csv ?? 0) + 1;
    this.#request({});
  }

  #request(change: Partial<PageRequest>): void {
    const { page, sort, descending } = (this.#given as Given).table;
    const csv = Math.max(this.#csv, this.#given?.request?.csv ?? 0);
    this.#ask({ page, sort, descending, ...change, csv });
  }
}

function save(name: string, buffer: unknown): void {
  if (!(buffer instanceof ArrayBuffer) && !ArrayBuffer.isView(buffer)) return;
  const url = URL.createObjectURL(new Blob([buffer as BlobPart], { type: "text/csv" }));
  const link = h("a", { href: url, download: name.replace(/[^\p{L}\p{N}._ -]/gu, "_") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
