import * as vega from "vega";
import { describe, expect, test, vi } from "vitest";
import type { Clause } from "../../src/contract";
import { mountStatic } from "../../src/runtime";
import { head, histogram, money, newPage, sent, settled, traits } from "../fake";

const HOSTILE = '<img src=x onerror="window.pwned=1">';
const chips = [
  { id: "a", text: "recent", view: "sizes", color: "#123456" },
  { id: "b", text: HOSTILE, view: "money", color: "url(http://evil)" },
];
const clauses: Clause[] = [
  { id: "a", view: "sizes", intervals: null, values: { segment: ["recent"] } },
  { id: "b", view: "money", intervals: { money: [10, 30] }, values: null },
];

const page = newPage();
const show = (changes: Record<string, unknown> = {}) => page.show(changes);
const $ = page.find;

test("plain keys stay in the widget, commands of the host pass", () => {
  show();
  const heard: string[] = [];
  const hear = ({ key }: KeyboardEvent) => heard.push(key);
  document.addEventListener("keydown", hear, { signal: page.signal });
  for (const init of [{ key: "ArrowLeft" }, { key: "x" }, { key: "s", ctrlKey: true }])
    $(".crmw").dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true }));
  expect(heard).toEqual(["s"]);
});

describe("chips", () => {
  test("the cross of one keeps the others by their ids", async () => {
    const model = show({ _head: head({ chips }), selection: clauses });
    const crosses = page.el.querySelectorAll<HTMLButtonElement>(".crmw-chip button");
    expect(crosses[0]?.getAttribute("aria-label")).toBe("Remove: recent");
    crosses[0]?.click();
    expect(model.sent).toEqual([{ selection: [{ id: "b" }] }]);
  });

  test("clear all drops every clause that has a chip", () => {
    const model = show({ _head: head({ chips }), selection: clauses });
    $<HTMLButtonElement>(".crmw-clear button").click();
    expect(model.sent).toEqual([{ selection: [] }]);
  });

  test("what the kernel corrects comes back", async () => {
    const model = show({ _head: head({ chips }), selection: clauses });
    $<HTMLButtonElement>(".crmw-chip button").click();
    model.receive({ selection: clauses });
    $<HTMLButtonElement>(".crmw-clear button").click();
    expect(model.sent.at(-1)).toEqual({ selection: [] });
  });
});

describe("text", () => {
  test("titles, chips, notes and messages of any kind are text only", async () => {
    show({
      _head: head({
        title: HOSTILE,
        line: HOSTILE,
        chips,
        footer: [HOSTILE],
        message: HOSTILE,
        status: "error",
      }),
      _words: { money: { title: HOSTILE, subtitle: HOSTILE, sentence: HOSTILE } },
    });
    await settled();
    expect(page.el.querySelectorAll("img, script, iframe, a")).toHaveLength(0);
    expect($("h2").textContent).toBe(HOSTILE);
    expect($("h3").textContent).toBe(HOSTILE);
    expect($(".crmw-notice").textContent).toBe(HOSTILE);
    expect((window as { pwned?: unknown }).pwned).toBeUndefined();
  });

  test("a view called __proto__ is a view", async () => {
    const words = JSON.parse('{"__proto__": {"title": "Odd", "subtitle": "", "sentence": ""}}');
    show({ _views: sent(histogram({ id: "__proto__" })), _words: words });
    expect($("h3").textContent).toBe("Odd");
  });

  test("a title of ten thousand letters is kept whole in the title attribute", () => {
    show({ _head: head({ title: "x".repeat(10_000) }) });
    expect($("h2").title).toHaveLength(10_000);
  });
});

describe("states", () => {
  test("error keeps the last views beneath its sentence", async () => {
    const model = show();
    model.receive({ _head: head({ status: "error", message: "No column amnt." }) });
    await settled();
    expect($(".crmw-notice").textContent).toBe("No column amnt.");
    expect($(".crmw-view")).not.toBeNull();
    expect($(".crmw-grid").hidden).toBe(false);
  });

  test("empty hides the views and says why", () => {
    show({ _head: head({ status: "empty", message: "No customers." }) });
    expect($(".crmw-empty").textContent).toBe("No customers.");
    expect($(".crmw-grid").hidden).toBe(true);
  });

  test("a change is marked as under way until what was computed for it is there", async () => {
    const controls = [
      {
        knob: "log",
        kind: "toggle",
        label: "Log",
        options: [],
        lo: null,
        hi: null,
        step: null,
        placeholder: "",
        hint: "",
      },
    ];
    const model = show({ _controls: controls, log: false });
    $<HTMLInputElement>("input").click();
    await settled();
    expect(model.sent).toEqual([{ log: true }]);
    expect($(".crmw").hasAttribute("data-busy")).toBe(true);
    model.receive({ _head: head({ status: "working", for_inputs: 1 }) });
    await settled();
    expect($(".crmw").hasAttribute("data-busy")).toBe(true);
    model.receive({ _head: head({ for_inputs: 2 }) });
    await settled();
    expect($(".crmw").hasAttribute("data-busy")).toBe(false);
  });

  test("five seconds of silence are said, and taken back at an answer", async () => {
    const model = show({ _head: head({ chips }), selection: clauses });
    vi.useFakeTimers();
    $<HTMLButtonElement>(".crmw-chip button").click();
    await vi.advanceTimersByTimeAsync(4900);
    expect($(".crmw-notice").hidden).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect($(".crmw-notice").textContent).toBe("no answer");
    model.receive({ _head: head({ for_inputs: 2 }) });
    await vi.advanceTimersByTimeAsync(10);
    expect($(".crmw-notice").hidden).toBe(true);
  });

  test("a value that the kernel puts right is an answer", async () => {
    const model = show({ _head: head({ chips }), selection: clauses });
    vi.useFakeTimers();
    model.answer = () => model.receive({ selection: clauses });
    $<HTMLButtonElement>(".crmw-chip button").click();
    await vi.advanceTimersByTimeAsync(6000);
    expect($(".crmw-notice").hidden).toBe(true);
    expect($(".crmw").hasAttribute("data-busy")).toBe(false);
  });

  test("a text that the kernel puts back is said to be refused, one that it takes is not", async () => {
    const plain = { options: [], lo: null, hi: null, step: null, placeholder: "" };
    const control = { knob: "day", kind: "text", label: "As of", hint: "A day.", ...plain };
    const strings = { refused: "“{given}” was not taken. {hint}" };
    const model = show({ _controls: [control], day: "", _strings: strings });
    const input = $<HTMLInputElement>("input");
    const type = async (text: string) => {
      input.value = text;
      input.dispatchEvent(new Event("change"));
      await settled();
    };
    const said = $(".crmw-refusal");
    await type("<b>soon</b>");
    expect(said.hidden).toBe(true);
    model.receive({ day: "" });
    await settled();
    expect(said.textContent).toBe("“<b>soon</b>” was not taken. A day.");
    expect(said.children.length).toBe(0);
    expect(input.getAttribute("aria-invalid")).toBe("true");
    await type("2024-06-01");
    expect(said.hidden).toBe(true);
    model.receive({ _head: head({ for_inputs: 2 }) });
    await settled();
    model.receive({ day: "2024-07-01" });
    await settled();
    expect(said.hidden).toBe(true);
    expect(input.value).toBe("2024-07-01");
  });

  test("a kernel that comes back is not the one that knew this widget", async () => {
    const model = show();
    const slots = new Set<(kernel: unknown, status: string) => void>();
    const statusChanged = {
      connect: slots.add.bind(slots),
      disconnect: slots.delete.bind(slots),
    };
    page.end();
    page.begin();
    Object.assign(model, { widget_manager: { kernel: { statusChanged } } });
    page.show(model);
    for (const slot of slots) slot(null, "busy");
    await settled();
    expect($(".crmw-notice").hidden).toBe(true);
    for (const slot of slots) slot(null, "autorestarting");
    await settled();
    expect($(".crmw-notice").hidden).toBe(false);
    page.end();
    expect(slots.size).toBe(0);
  });

  test("what the kernel has to say of a good result is said calmly", async () => {
    show({ _head: head({ message: "One clause was dropped." }) });
    expect($(".crmw-notice").textContent).toBe("One clause was dropped.");
    expect($(".crmw-notice").dataset.kind).toBe("note");
  });

  test("a lost connection is said at once", async () => {
    const model = show();
    model.emit("comm_live_update");
    await settled();
    expect($(".crmw-notice").hidden).toBe(false);
  });
});

describe("views", () => {
  test("new rows, words and selections keep the same drawing; another hash makes a new one", async () => {
    const model = show();
    await settled();
    const canvas = $("canvas");
    expect(canvas).not.toBeNull();
    model.receive({ _rows: { money: { ...money, n: [1, 2, 3, 4, 5] } } });
    model.receive({ _words: { money: { title: "Other", subtitle: "", sentence: "" } } });
    model.receive({ selection: [clauses[1]] });
    await settled();
    expect($("canvas")).toBe(canvas);
    expect($("h3").textContent).toBe("Other");
    model.receive({ _views: sent(histogram({ hash: "h2" })) });
    await settled();
    expect($("canvas")).not.toBe(canvas);
  });

  test("a box that is noticed is drawn in again only if its size is another", async () => {
    const noticed: (() => void)[] = [];
    vi.stubGlobal(
      "ResizeObserver",
      class {
        constructor(notice: () => void) {
          noticed.push(notice);
        }
        observe() {}
        disconnect() {}
      },
    );
    let width = 400;
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockImplementation(() => width);
    const notice = async () => {
      for (const run of noticed) run();
      await new Promise(requestAnimationFrame);
      await settled();
    };
    show();
    await settled();
    const runs = vi.spyOn(vega.View.prototype, "runAsync");
    await notice();
    expect(runs).not.toHaveBeenCalled();
    width = 300;
    await notice();
    expect(runs).toHaveBeenCalled();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test("arrows move through the bins and say them, Shift brushes, Escape clears", async () => {
    const model = show();
    await settled();
    const press = (key: string, shiftKey = false) =>
      $(".crmw-plot").dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey }));
    press("ArrowRight");
    press("ArrowRight");
    expect($(".crmw-unseen[aria-live]").textContent).toBe(
      "money 10 – 20; from 10, customers 1,200",
    );
    press("ArrowRight", true);
    await new Promise((done) => setTimeout(done, 200));
    const brushed = { view: "money", intervals: { money: [10, 30] }, values: null };
    expect(model.sent).toEqual([{ selection: [brushed] }]);
    model.receive({ selection: [{ id: "n", ...brushed }] });
    await settled();
    press("Escape");
    await new Promise((done) => setTimeout(done, 200));
    expect(model.sent.at(-1)).toEqual({ selection: [] });
  });

  test("setting the selection from Python is not echoed", async () => {
    const model = show();
    await settled();
    model.receive({ selection: [clauses[1]] });
    await new Promise((done) => setTimeout(done, 300));
    expect(model.sent).toEqual([]);
  });

  test("a drawn chart is called what it shows", async () => {
    show();
    await settled();
    expect($(".crmw-plot canvas")).not.toBeNull();
    expect($(".crmw-plot").getAttribute("aria-label")).toMatch(/^Money. by customer/);
    expect($(".crmw-plot").getAttribute("role")).toBe("application");
  });

  test("the table shows the numbers, and the chart comes back", async () => {
    show();
    await settled();
    const toggle = $<HTMLButtonElement>("figcaption button");
    toggle.click();
    const cells = [...page.el.querySelectorAll("td")].map((cell) => cell.textContent);
    expect(cells.slice(0, 4)).toEqual(["0", "5", "10", "1,200"]);
    expect($(".crmw-plot").inert).toBe(true);
    toggle.click();
    expect(page.el.querySelector("td")).toBeNull();
  });

  test("a knob that is a list shows each of its values as picked", async () => {
    const spec = {
      data: { name: "money" },
      mark: "bar",
      params: [{ name: "pick", select: { type: "point", fields: ["n"], toggle: false } }],
      encoding: { y: { field: "n", type: "ordinal" } },
    };
    const pick = [{ param: "pick", field: "n", key: "a", knob: "a" }];
    const view = histogram({ spec, dims: [], param: null, pick });
    const _strings = { lang: "en", picked: "selected" };
    const model = show({ _views: sent(view), a: [1200, 3], _strings });
    await settled();
    const said: boolean[] = [];
    for (let row = 0; row < 3; row++) {
      const key = new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true });
      $(".crmw-plot").dispatchEvent(key);
      said.push($(".crmw-view [aria-live]").textContent?.includes("selected") ?? false);
    }
    expect(said).toEqual([false, true, true]);
    expect(model.sent).toEqual([]);
  });

  test("a spec that cannot be drawn says so, and the others are drawn", async () => {
    const silent = vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = histogram({ id: "bad", spec: { mark: "no such mark", encoding: {} } });
    show({ _views: sent(broken, histogram()) });
    await settled();
    const [first, second] = page.el.querySelectorAll(".crmw-view");
    expect(first?.querySelector(".crmw-failed")?.hasAttribute("hidden")).toBe(false);
    expect(second?.querySelector("canvas")).not.toBeNull();
    silent.mockRestore();
  });
});

test("a page without kernel shows controls as words and nothing to press but tables", async () => {
  const control = {
    knob: "k",
    kind: "slider",
    label: "Segments",
    options: [],
    lo: 2,
    hi: 8,
    step: 1,
    placeholder: "",
    hint: "",
  };
  mountStatic(page.el, traits({ _controls: [control], k: 4, _head: head({ chips }) }));
  await settled();
  expect(page.el.querySelector("input")).toBeNull();
  expect($(".crmw-controls").textContent).toBe("Segments4");
  const buttons = [...page.el.querySelectorAll("button")].map((button) => button.textContent);
  expect(buttons).toEqual(["Table"]);
  expect($("canvas")).not.toBeNull();
});
