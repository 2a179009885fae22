// Sentences, each with how much it matters and how many it speaks of.
import type { ListItem, Listing, Row } from "../contract";
import { h } from "../dom/dom";
import { unbroken } from "../dom/unbroken_text";
import { show, word } from "../dom/words";
import { toRows } from "../views/rows";
import type { ViewState } from "../views/state";
import type { Contents, Item } from "./item_view";

const SEVERITY = { note: "note", warning: "warning", serious: "serious" } as const;

export function listing(): Contents<Listing> {
  const box = h("div", { class: "crmw-listing" });
  return {
    element: box,
    box,
    roles: { picking: ["listbox", "option"], plain: ["list", "listitem"] },
    draw(state) {
      const items = toRows(state.rows[state.view.datasets[0] ?? ""]).map((row) =>
        itemOf(row, state),
      );
      const nothing = h("p", { class: "crmw-nothing" }, word(state.strings, "nothing"));
      box.replaceChildren(...(items.length ? items.map(({ element }) => element) : [nothing]));
      return items;
    },
  };
}

function itemOf(row: Row, { strings, look }: ViewState): Item {
  const { text, n, severity } = row as unknown as ListItem;
  const mark = h("i", { "aria-hidden": "true" });
  const matters = h(
    "b",
    { class: severity === "note" && "crmw-unseen" },
    word(strings, SEVERITY[severity]),
  );
  const count = n === null ? null : h("span", { class: "crmw-n" }, show(n, ",", look.locale));
  const sentence = h("p", {}, matters, " ", ...unbroken(text));
  const element = h(
    "div",
    { class: "crmw-item", "data-severity": severity },
    mark,
    sentence,
    count,
  );
  return { element, row };
}
