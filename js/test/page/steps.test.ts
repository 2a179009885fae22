import { beforeEach, describe, expect, test } from "vitest";
import { meaningIn } from "../../src/views/brush";
import { type FakeModel, head, newPage, settled } from "../fake";

const page = newPage();
let heard: string[] = [];

beforeEach(() => {
  heard = [];
  document.addEventListener("keydown", ({ key }) => heard.push(key), { signal: page.signal });
});

const control = {
  knob: "as_of",
  kind: "text",
  label: "As of",
  options: [],
  lo: null,
  hi: null,
  step: null,
  placeholder: "",
  hint: "",
};

function show(changes: Record<string, unknown> = {}): FakeModel {
  return page.show({ _controls: [control], as_of: "", ...changes });
}

const button = (name: string) => page.find<HTMLButtonElement>(`[data-step="${name}"]`);

function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const init = { key, ctrlKey: true, bubbles: true, cancelable: true, ...more };
  const event = new KeyboardEvent("keydown", init);
  target.dispatchEvent(event);
  return event;
}

describe("steps", () => {
  test("buttons have names, and are off while there is no step", async () => {
    const model = show({ _strings: { undo: "Undo selection", redo: "Redo selection" } });
    expect(button("undo").getAttribute("aria-label")).toBe("Undo selection");
    expect([button("undo").disabled, button("redo").disabled]).toEqual([true, true]);
    model.receive({ _head: head({ undo: true }) });
    await settled();
    expect([button("undo").disabled, button("redo").disabled]).toEqual([false, true]);
    button("undo").click();
    button("undo").click();
    await settled();
    expect(model.sent).toEqual([{ _undo: 1 }, { _undo: 2 }]);
  });

  test("the focus of a button that goes off moves to the other", async () => {
    const model = show({ _head: head({ undo: true }) });
    button("undo").focus();
    model.receive({ _head: head({ redo: true }) });
    await settled();
    expect(document.activeElement).toBe(button("redo"));
    model.receive({ _head: head() });
    await settled();
    expect(document.activeElement).toBe(page.el.querySelector(".crmw"));
  });

  test.each([
    ["_undo", "z", {}],
    ["_undo", "z", { ctrlKey: false, metaKey: true }],
    ["_redo", "Z", { shiftKey: true }],
    ["_redo", "Z", { ctrlKey: false, metaKey: true, shiftKey: true }],
    ["_redo", "y", {}],
    ["_undo", "я", { code: "KeyZ" }],
  ])("%s: %s %o", (knob, key, more) => {
    const model = show({ _head: head({ undo: true, redo: true }) });
    const event = press(page.find(".crmw"), key, more);
    expect(model.sent).toEqual([{ [knob]: 1 }]);
    expect(event.defaultPrevented).toBe(true);
    expect(heard, "the host would undo in its notebook").toEqual([]);
  });

  test("other keys and other commands are left alone", () => {
    const model = show();
    const root = page.find(".crmw");
    press(root, "z", { altKey: true });
    press(root, "z", { ctrlKey: false });
    press(root, "s");
    press(root, "y", { ctrlKey: false, metaKey: true });
    expect(model.sent).toEqual([]);
    expect(heard).toEqual(["z", "s", "y"]);
  });

  test("a text that is typed in has its own undo, and the notebook none", () => {
    const model = show({ _head: head({ undo: true }) });
    press(page.find("input"), "Control");
    const event = press(page.find("input"), "z");
    expect(model.sent).toEqual([]);
    expect(event.defaultPrevented).toBe(false);
    expect(heard).toEqual([]);
  });
});

test("clauses set one by one are one brush of the view that shows both", () => {
  const clause = { id: "a", view: "grid", intervals: null, values: { r: [5] } };
  const other = { ...clause, id: "b", values: { f: [4, 5] } };
  const meaning = meaningIn("grid", [clause, { ...clause, view: "map" }, other]);
  expect(meaning).toEqual({ intervals: null, values: { r: [5], f: [4, 5] } });
  expect(meaningIn("grid", [])).toBe(null);
});
