import { describe, expect, test, vi } from "vitest";
import type { Clause } from "../../src/contract";
import { nextOf } from "../../src/items/item_view";
import { inOrder } from "../../src/items/row_table";
import { mountStatic } from "../../src/runtime";
import {
  type FakeModel,
  figureRows,
  figures,
  head,
  histogram,
  listing,
  listingRows,
  money,
  newPage,
  rowTable,
  sent,
  settled,
  tableRows,
  traits,
} from "../fake";

const HOSTILE = '<img src=x onerror="window.pwned=1">';
const page = newPage();
const $ = page.find;
const $$ = (selector: string) => [...page.el.querySelectorAll<HTMLElement>(selector)];
const texts = (selector: string) => $$(selector).map(({ textContent }) => textContent);
const classOf = (name: string) => (element: HTMLElement) => element.classList.contains(name);

const words = (id: string) => ({ [id]: { title: "Title", subtitle: "how", sentence: "Said." } });
const all = {
  _views: sent(figures, listing, rowTable),
  _rows: { ...figureRows, ...listingRows, ...tableRows },
  _words: { ...words("keys"), ...words("remarks"), ...words("largest") },
  _strings: { lang: "en", observations: "n = {n}", serious: "Serious", nothing: "Nothing." },
};
const show = (changes: Record<string, unknown> = {}) => page.show({ ...all, ...changes });
const clause = (view: string, ...segment: string[]): Clause => ({
  id: "a",
  view,
  intervals: null,
  values: { segment },
});

function press(box: string, ...keys: string[]): boolean[] {
  return keys.map((name) => {
    const [key, shiftKey] = name.startsWith("Shift+") ? [name.slice(6), true] : [name, false];
    const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
    return $(box).dispatchEvent(event);
  });
}

const asked = (model: FakeModel) => model.sent.map(({ selection }) => selection).at(-1);

describe.each([
  { kind: "figures", id: "keys", box: ".crmw-figures", item: ".crmw-figure", role: "listbox" },
  { kind: "listing", id: "remarks", box: ".crmw-listing", item: ".crmw-item", role: "listbox" },
  { kind: "rows", id: "largest", box: "table", item: "tbody tr", role: "grid" },
])("$kind", ({ kind, id, box, item, role }) => {
  const values: (string | null)[] = { keys: figureRows.keys, remarks: listingRows.remarks }[id]
    ?.segment ?? ["lapsed", "new 10", "new 9"];
  const [first, , third] = values;
  const other = third ?? (values[1] as string);
  const steps = third ? ["ArrowDown", "ArrowDown"] : ["ArrowDown"];

  test("has the chrome of every view, and says what it shows", () => {
    show();
    const view = $(`[data-view="${id}"]`);
    expect(view.querySelector("h3")?.textContent).toBe("Title");
    expect(view.dataset.kind).toBe(kind);
    expect($(box).getAttribute("aria-label")).toBe("Title. Said. list help");
    expect($(box).getAttribute("role")).toBe(role);
    expect($(box).tabIndex).toBe(0);
  });

  test("a press picks, a press on what is picked alone lets go", async () => {
    const model = show();
    $$(item)[0]?.click();
    const meaning = { view: id, intervals: null, values: { segment: [first] } };
    expect(asked(model)).toEqual([meaning]);
    model.receive({ selection: [clause(id, first as string)] });
    await settled();
    $$(item)[0]?.click();
    expect(asked(model)).toEqual([]);
  });

  test("arrows move, Enter picks, Shift and Enter adds and takes out, Escape clears", async () => {
    const model = show();
    expect(press(box, "ArrowDown", "Enter")).toEqual([false, false]);
    expect(asked(model)).toMatchObject([{ values: { segment: [first] } }]);
    model.receive({ selection: [clause(id, first as string)] });
    await settled();
    press(box, ...steps, "Shift+Enter");
    expect(asked(model)).toMatchObject([{ values: { segment: [first, other] } }]);
    model.receive({ selection: [clause(id, first as string, other)] });
    await settled();
    press(box, "Shift+Enter");
    expect(asked(model)).toMatchObject([{ values: { segment: [first] } }]);
    model.receive({ selection: [clause(id, first as string)] });
    await settled();
    press(box, "Escape");
    expect(asked(model)).toEqual([]);
    expect(press(box, "Tab")).toEqual([true]);
  });

  test("the cursor is told to a screen reader, and leaves with the focus", () => {
    show();
    press(box, "End");
    const last = $$(item).at(-1) as HTMLElement;
    expect($(box).getAttribute("aria-activedescendant")).toBe(last.id);
    expect(last.classList.contains("crmw-current")).toBe(true);
    press(box, "Home");
    expect($$(item).findIndex(classOf("crmw-current"))).toBe(0);
    $(box).dispatchEvent(new FocusEvent("blur"));
    expect($(box).hasAttribute("aria-activedescendant")).toBe(false);
  });

  test("what the selection holds is shown as picked", async () => {
    const model = show({ selection: [clause(id, first as string)] });
    expect($$(item).map(classOf("crmw-picked"))).toEqual([true, false, false]);
    expect($$(item)[0]?.getAttribute("aria-selected")).toBe("true");
    model.receive({ selection: [] });
    await settled();
    expect($$(item).some(classOf("crmw-picked"))).toBe(false);
  });

  test("new contents and words are put in place, a selection draws nothing anew", async () => {
    const model = show();
    const before = $$(item)[0];
    model.receive({ selection: [clause(id, first as string)] });
    await settled();
    expect($$(item)[0]).toBe(before);
    const name = $(`[data-view="${id}"]`);
    const data = (all._rows as Record<string, Record<string, unknown[]>>)[id] ?? {};
    const fewer = Object.fromEntries(
      Object.entries(data).map(([key, list]) => [key, list.slice(0, 2)]),
    );
    model.receive({ _rows: { ...all._rows, [id]: fewer } });
    await settled();
    expect($$(item)).toHaveLength(2);
    expect($(`[data-view="${id}"]`)).toBe(name);
  });

  test("without a kernel it is read and not picked", () => {
    mountStatic(page.el, traits({ ...all, selection: [clause(id, first as string)] }));
    expect($(box).getAttribute("role")).not.toBe(role);
    expect($$(item).map(classOf("crmw-picked"))).toEqual([true, false, false]);
    $$(item)[0]?.click();
    expect(press(box, "ArrowDown", "Enter")).toEqual([true, true]);
    expect($$(item).some(classOf("crmw-can-pick"))).toBe(false);
  });
});

test("text of any kind is text only", () => {
  const hostile = [HOSTILE];
  const rows = {
    keys: { label: hostile, value: hostile, change: hostile, sense: ["good"], n: [1] },
    remarks: { text: hostile, n: [1], severity: ["note"] },
    largest: { segment: hostile, n: [1], since: [0] },
  };
  show({ _rows: rows });
  expect($$("img")).toHaveLength(0);
  expect($(".crmw-figure b").textContent).toBe(HOSTILE);
  expect($(".crmw-item p").textContent).toContain(HOSTILE);
  expect($("td").textContent).toBe(HOSTILE);
});

test("a view that becomes one of another kind is made anew", async () => {
  const model = show({ _views: sent(figures) });
  model.receive({ _views: sent({ ...listing, id: "keys", datasets: ["remarks"] }) });
  await settled();
  expect($$(".crmw-view").map(({ dataset }) => dataset.kind)).toEqual(["listing"]);
});

test("contents that cannot be drawn are said, and the others stay", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const broken = { ...figureRows.keys, label: [null, null, null] };
  show({ _rows: { ...all._rows, keys: broken } });
  expect($('[data-view="keys"] .crmw-failed').hidden).toBe(false);
  expect($$(".crmw-item")).toHaveLength(3);
});

test("what waits for the kernel is marked while a brush moves", async () => {
  const views = { _views: sent(histogram(), figures), _rows: { money, ...figureRows } };
  const model = page.show({ ...all, ...views, _head: head({ keys: { money: "k" } }) });
  await settled();
  press(".crmw-plot", "ArrowRight");
  const active = { view: "money", bins: [5], ranges: false };
  const cube = { type: "cube", key: "k", active, passive: [], waiting: ["keys"], tally: null };
  model.emit("msg:custom", cube, [new ArrayBuffer(8)]);
  expect($('[data-view="keys"]').hasAttribute("data-waiting")).toBe(false);
  press(".crmw-plot", "Shift+ArrowRight");
  await settled();
  expect($('[data-view="keys"]').hasAttribute("data-waiting")).toBe(true);
});

test("a press with Shift adds to what is picked", () => {
  const model = show({ selection: [clause("keys", "recent")] });
  $$(".crmw-figure")[2]?.dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
  expect(asked(model)).toMatchObject([{ values: { segment: ["recent", "lapsed"] } }]);
});

describe("figures", () => {
  test("say a value, its change with whether that is good news, and n", () => {
    show();
    expect(texts(".crmw-figure b")).toEqual(["412", "$17 k", "980"]);
    expect(texts(".crmw-change")).toEqual(["+12 % (95 % CI 3 to 21 %) · better", "+4 % · worse"]);
    expect(texts(".crmw-figure .crmw-n")).toEqual(["n = 2,357", "n = 2,357"]);
    expect($$(".crmw-figure")[1]?.getAttribute("aria-disabled")).toBe("true");
  });

  test("a line has a gap where a value is missing, and is level where none differs", () => {
    show();
    const paths = $$(".crmw-small-line path").map((path) => path.getAttribute("d"));
    expect(paths).toEqual(["M3.0 25.0M117.0 3.0", "M3.0 14.0L117.0 14.0"]);
  });

  test("a figure that sets a knob shows it, and cannot be picked away", () => {
    const pick = [{ param: "pick", field: "segment", key: "segment", knob: "which" }];
    const model = page.show({ ...all, _views: sent({ ...figures, pick }), which: "lapsed" });
    expect($$(".crmw-figure").map(classOf("crmw-picked"))).toEqual([false, false, true]);
    $$(".crmw-figure")[2]?.click();
    $$(".crmw-figure")[0]?.click();
    expect(model.sent).toEqual([{}, { which: "recent" }]);
    expect($$(".crmw-figure")[1]?.click()).toBeUndefined();
    expect(model.sent).toHaveLength(2);
  });
});

describe("listing", () => {
  test("says how much a sentence matters, and of how many it speaks", () => {
    show();
    expect(texts(".crmw-item p")).toEqual([
      "warning 11 orders have no amount.",
      "Serious 3 orders lie in the future.",
      "note All is read.",
    ]);
    expect($$(".crmw-item b").map(classOf("crmw-unseen"))).toEqual([false, false, true]);
    expect(texts(".crmw-item .crmw-n")).toEqual(["11", "3"]);
  });

  test("without a sentence says so", () => {
    show({ _rows: { ...all._rows, remarks: { text: [], n: [], severity: [], segment: [] } } });
    expect($(".crmw-listing").textContent).toBe("Nothing.");
  });
});

describe("rows", () => {
  const column = (at: number) => $$(`tbody td:nth-child(${at})`).map((cell) => cell.textContent);

  test("are sorted as the kernel says, with their formats, then as the reader says", () => {
    show();
    expect(column(2)).toEqual(["30,000", "1,200", "–"]);
    expect(column(3)).toEqual(["1970-01-03", "1970-01-02", "1970-01-01"]);
    expect($$("th").map((head) => head.getAttribute("aria-sort"))).toEqual([
      null,
      "descending",
      null,
    ]);
    const [segment, customers] = $$("th button");
    customers?.click();
    expect(column(2)).toEqual(["1,200", "30,000", "–"]);
    segment?.click();
    expect(column(1)).toEqual(["lapsed", "new 9", "new 10"]);
    expect(segment?.isConnected).toBe(true);
  });

  test("the reader's order stays when other rows come, until the table is another", async () => {
    const model = show();
    $$("th button")[0]?.click();
    const more = { ...tableRows.largest, segment: ["c", "b", "a"] };
    model.receive({ _rows: { ...all._rows, largest: more } });
    await settled();
    expect(column(1)).toEqual(["a", "b", "c"]);
    model.receive({ _views: sent(figures, listing, { ...rowTable, hash: "r2" }) });
    await settled();
    expect(column(1)).toEqual(["a", "c", "b"]);
  });

  test("more rows than are drawn are counted", () => {
    const n = Array.from({ length: 700 }, (_, i) => i);
    const largest = { segment: n.map(String), n, since: n };
    show({ _rows: { ...all._rows, largest }, _strings: { of: "{n} of {total}" } });
    expect($$("tbody tr")).toHaveLength(500);
    expect(column(2)[0]).toBe("699");
    expect($(".crmw-more").textContent).toBe("500 of 700");
  });

  test("what is missing is last in either order, and equal rows stay as they came", () => {
    const data = { x: [2, null, 1, 2] };
    const compare = (a: string, b: string) => a.localeCompare(b);
    expect(inOrder(data, { field: "x", descending: false }, compare)).toEqual([2, 0, 3, 1]);
    expect(inOrder(data, { field: "x", descending: true }, compare)).toEqual([0, 3, 2, 1]);
    expect(inOrder(data, { field: null, descending: true }, compare)).toEqual([0, 1, 2, 3]);
  });
});

test("arrows up and down lead to the nearest of the next line", () => {
  const box = (left: number, top: number) => ({ left, right: left + 10, top, bottom: top + 10 });
  const grid = [box(0, 0), box(20, 0), box(40, 0), box(0, 20), box(20, 20)];
  expect(nextOf(grid, 1, "ArrowDown")).toBe(4);
  expect(nextOf(grid, 2, "ArrowDown")).toBe(4);
  expect(nextOf(grid, 4, "ArrowUp")).toBe(1);
  expect(nextOf(grid, 3, "ArrowDown")).toBe(3);
  expect(nextOf(grid, 2, "ArrowRight")).toBe(3);
  expect(nextOf(grid, 0, "ArrowLeft")).toBe(0);
  expect(nextOf(grid.slice(0, 3), 0, "ArrowDown")).toBe(1);
});
