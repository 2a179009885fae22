import { afterEach, beforeEach, expect, test } from "vitest";
import { tooltipIn } from "../../src/dom/tooltip";
import { localeOf } from "../../src/dom/words";
import { CustomerPage } from "../../src/page/customers";
import { tableOf } from "../../src/views/table";
import { FakeModel, traits } from "../fake";

let end = new AbortController();

beforeEach(() => {
  end = new AbortController();
});

afterEach(() => {
  end.abort();
  document.body.replaceChildren();
});

const column = { field: "gap", label: "Days between orders", format: null };

test("a number that is missing stands among the numbers", () => {
  const head = document.createElement("th");
  const table = tableOf([head], [column], { gap: [null, 12] }, localeOf({}));
  const cells = [head, ...table.querySelectorAll("td")];
  expect(cells.map((cell) => cell.classList.contains("crmw-number"))).toEqual([true, true, true]);
});

test("words beside a word that is missing are no numbers", () => {
  const head = document.createElement("th");
  const table = tableOf([head], [column], { gap: [null, "a"] }, localeOf({}));
  expect(table.querySelector(".crmw-number")).toBeNull();
});

test("pages of thousands have their thousands apart", () => {
  const page = new CustomerPage(new FakeModel(traits()), () => {}, end.signal);
  const table = {
    columns: [column],
    rows: { gap: [1] },
    total: 23_570,
    page: 1_233,
    pages: 1_179_000,
    sort: null,
    descending: false,
  };
  const strings = { page: "Page {page} of {pages}" };
  page.update({ table, request: undefined, strings, locale: localeOf({}), still: false });
  expect(page.element.textContent).toContain("Page 1,234 of 1,179,000");
});

test("a tooltip leaves out what there is nothing to say of", () => {
  const root = document.createElement("div");
  document.body.append(root);
  const show = tooltipIn(root, end.signal);
  const event = new MouseEvent("mousemove");
  show({} as never, event as never, {} as never, { Age: "Month 5", n: 0, Note: "", p: null });
  const lines = [...root.querySelectorAll(".crmw-tooltip p")].map((line) => line.textContent);
  expect(lines).toEqual(["AgeMonth 5", "n0", "p–"]);
});
