// Key figures side by side: a label, a value in words, how it has changed, and a small line.
import type { Figure, Figures, Row } from "../contract";
import { h } from "../dom/dom";
import { unbroken } from "../dom/unbroken_text";
import { show, word } from "../dom/words";
import { toRows } from "../views/rows";
import type { ViewState } from "../views/state";
import type { Contents, Item } from "./item_view";
import { smallLine } from "./small_line";

export function figures(): Contents<Figures> {
  const box = h("div", { class: "crmw-figures" });
  return {
    element: box,
    box,
    roles: { picking: ["listbox", "option"], plain: ["list", "listitem"] },
    draw(state) {
      const [own = "", line = ""] = state.view.datasets;
      const lines = linesOf(toRows(state.rows[line]));
      const items = toRows(state.rows[own]).map((row, i) => itemOf(row, lines.get(i) ?? [], state));
      box.replaceChildren(...items.map(({ element }) => element));
      return items;
    },
  };
}

function linesOf(points: Row[]): Map<number, (number | null)[]> {
  const lines = new Map<number, (number | null)[]>();
  for (const { figure, value } of points) {
    const at = figure as number;
    lines.set(at, [...(lines.get(at) ?? []), value as number | null]);
  }
  return lines;
}

function itemOf(row: Row, values: (number | null)[], { strings, look }: ViewState): Item {
  const { label, value, change, sense, n } = row as unknown as Figure;
  const said = sense === "good" ? word(strings, "better") : word(strings, "worse");
  const element = h(
    "div",
    { class: "crmw-figure" },
    h("span", { class: "crmw-label" }, ...unbroken(label)),
    h("b", {}, ...unbroken(value)),
  );
  if (change || sense !== "none") {
    const words = [change, sense === "none" ? "" : said].filter(Boolean).join(" · ");
    element.append(h("span", { class: "crmw-change", "data-sense": sense }, ...unbroken(words)));
  }
  const line = smallLine(values);
  if (line) element.append(line);
  if (n !== null) {
    const count = word(strings, "observations", { n: show(n, ",", look.locale) });
    element.append(h("span", { class: "crmw-n" }, count));
  }
  return { element, row };
}
