import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Control } from "../../src/contract";
import { buildControl, controlInWords } from "../../src/controls/controls";
import { localeOf } from "../../src/dom/words";
import { newPage } from "../fake";

const words = { select_all: "All", none: "None", missing: "none", on: "on", off: "off" };
const options = [
  { value: "rfm", label: "RFM", hint: "" },
  { value: 2, label: "two", hint: "" },
  { value: "2", label: "two as text", hint: "" },
];

function control(changes: Partial<Control>): Control {
  const empty = { options: [], lo: null, hi: null, step: null, placeholder: "", hint: "" };
  return { knob: "knob", kind: "text", label: "Label", joined: false, ...empty, ...changes };
}

const page = newPage();

function build(changes: Partial<Control>) {
  const send = vi.fn();
  const bind = { strings: words, locale: localeOf({}), send, signal: page.signal };
  const built = buildControl({ control: control(changes), ...bind });
  page.el.append(built.element);
  const find = <T extends HTMLElement>(selector: string) =>
    built.element.querySelector(selector) as T;
  return { ...built, send, find };
}

beforeEach(() => {
  vi.useFakeTimers();
});

describe("select", () => {
  test("sends the value in its own type", () => {
    const { find, send, show } = build({ kind: "select", options });
    show("rfm");
    const select = find<HTMLSelectElement>("select");
    expect(select.selectedOptions[0]?.textContent).toBe("RFM");
    select.selectedIndex = 1;
    select.dispatchEvent(new Event("change"));
    expect(send).toHaveBeenLastCalledWith(2);
    select.selectedIndex = 2;
    select.dispatchEvent(new Event("change"));
    expect(send).toHaveBeenLastCalledWith("2");
  });

  test("a value that is no option shows none", () => {
    const { find, show } = build({ kind: "select", options });
    show("other");
    expect(find<HTMLSelectElement>("select").selectedIndex).toBe(-1);
  });
});

describe("multiselect", () => {
  test("a disclosure: opens, sends once quiet, closes on Escape with the focus on its button", () => {
    const { find, send, show, element } = build({ kind: "multiselect", options });
    show(["rfm"]);
    const button = find<HTMLButtonElement>("button");
    const panel = find<HTMLElement>(".crmw-panel");
    expect([button.textContent, panel.hidden]).toEqual(["RFM", true]);
    button.click();
    expect([button.getAttribute("aria-expanded"), panel.hidden]).toEqual(["true", false]);
    const boxes = element.querySelectorAll<HTMLInputElement>("input");
    boxes[1]?.click();
    boxes[2]?.click();
    expect(send).not.toHaveBeenCalled();
    expect(button.textContent).toBe("RFM, two +1");
    vi.advanceTimersByTime(1000);
    expect(send.mock.calls).toEqual([[["rfm", 2, "2"]]]);
    panel.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(panel.hidden).toBe(true);
    expect(document.activeElement).toBe(button);
  });

  test("a press outside closes it and sends what waits", () => {
    const { find, send, show } = build({ kind: "multiselect", options });
    show([]);
    find<HTMLButtonElement>("button").click();
    find<HTMLInputElement>("input").click();
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(find<HTMLElement>(".crmw-panel").hidden).toBe(true);
    expect(send.mock.calls).toEqual([[["rfm"]]]);
  });
});

describe("slider", () => {
  test("the number follows at once, the kernel hears it at rest, once", () => {
    const { find, send, show } = build({ kind: "slider", lo: 2, hi: 8, step: 1 });
    show(4);
    const input = find<HTMLInputElement>("input");
    for (const value of ["5", "6", "7"]) {
      input.value = value;
      input.dispatchEvent(new Event("input"));
    }
    expect(find("output").textContent).toBe("7");
    expect(send).not.toHaveBeenCalled();
    input.dispatchEvent(new Event("change"));
    vi.advanceTimersByTime(1000);
    expect(send.mock.calls).toEqual([[7]]);
  });

  test("an echo does not move it under the hand", () => {
    const { find, show } = build({ kind: "slider", lo: 2, hi: 8, step: 1 });
    show(4);
    const input = find<HTMLInputElement>("input");
    input.value = "7";
    input.dispatchEvent(new Event("input"));
    show(4);
    expect(input.value).toBe("7");
  });

  test("a choice beside it stands for a value that is no number", () => {
    const auto = [{ value: "auto", label: "auto", hint: "" }];
    const { find, send, show } = build({ kind: "slider", lo: 2, hi: 8, step: 1, options: auto });
    show("auto");
    expect(find("output").textContent).toBe("");
    expect(find("button").getAttribute("aria-pressed")).toBe("true");
    show(3);
    expect(find("button").getAttribute("aria-pressed")).toBe("false");
    find("button").click();
    expect(send).toHaveBeenCalledWith("auto");
  });
});

test("range: the lower end never passes the upper", () => {
  const { element, send, show, find } = build({ kind: "range", lo: 0, hi: 10, step: 1 });
  show([2, 5]);
  const [lower] = element.querySelectorAll<HTMLInputElement>("input");
  if (!lower) throw new Error("no input");
  lower.value = "9";
  lower.dispatchEvent(new Event("input"));
  vi.advanceTimersByTime(1000);
  expect(find("output").textContent).toBe("5 – 5");
  expect(send.mock.calls).toEqual([[[5, 5]]]);
});

test("text: sent on Enter or when left, once; Escape takes it back", () => {
  const { find, send, show } = build({ kind: "text" });
  show("1998-07-01");
  const input = find<HTMLInputElement>("input");
  input.value = "1998-06-01";
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  input.dispatchEvent(new Event("change"));
  expect(send.mock.calls).toEqual([["1998-06-01"]]);
  input.value = "x";
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(input.value).toBe("1998-06-01");
});

test("toggle and button: a switch, and a count of presses", () => {
  const toggle = build({ kind: "toggle" });
  toggle.show(true);
  toggle.find<HTMLInputElement>("input").click();
  expect(toggle.send).toHaveBeenCalledWith(false);
  const button = build({ kind: "button" });
  button.show(3);
  button.find<HTMLButtonElement>("button").click();
  expect(button.send).toHaveBeenCalledWith(4);
});

test("labels name their control, hints describe it, hostile text stays text", () => {
  const label = "<img src=x onerror=alert(1)>";
  const { element, find } = build({ kind: "select", label, hint: label, options });
  const id = find<HTMLElement>("select").id;
  expect(find<HTMLLabelElement>("label").htmlFor).toBe(id);
  const hint = find<HTMLElement>("select").getAttribute("aria-describedby");
  expect(document.getElementById(hint ?? "")?.textContent).toBe(label);
  expect(element.querySelector("img")).toBeNull();
});

test("a slider on auto shows the number in use, and the hand starts from it", () => {
  const auto = [{ value: "auto", label: "auto", hint: "" }];
  const used = { kind: "slider", lo: 2, hi: 12, step: 1, options: auto, placeholder: "5" } as const;
  const { find, send, show } = build(used);
  show("auto");
  expect(find("output").textContent).toBe("5");
  expect(find<HTMLInputElement>("input").value).toBe("5");
  expect(send).not.toHaveBeenCalled();
  show(7);
  expect(find("output").textContent).toBe("7");
  show("auto");
  expect(find<HTMLInputElement>("input").value).toBe("5");
});

test("nothing answers after the end", () => {
  const { find, send, show } = build({ kind: "slider", lo: 2, hi: 8, step: 1 });
  show(4);
  const input = find<HTMLInputElement>("input");
  input.value = "7";
  input.dispatchEvent(new Event("input"));
  page.end();
  input.dispatchEvent(new Event("change"));
  vi.advanceTimersByTime(1000);
  expect(send).not.toHaveBeenCalled();
});

test("without a kernel a control is what it is set to, in words", () => {
  const say = (changes: Partial<Control>, value: unknown) => {
    const bind = { control: control(changes), strings: words, locale: localeOf({}) };
    return controlInWords(bind, value).querySelector("b")?.textContent;
  };
  expect(say({ kind: "select", options }, 2)).toBe("two");
  expect(say({ kind: "multiselect", options }, ["rfm", 2])).toBe("RFM, two");
  expect(say({ kind: "range" }, [1, 2500])).toBe("1 – 2,500");
  expect(say({ kind: "toggle" }, false)).toBe("off");
  expect(say({ kind: "text" }, null)).toBe("–");
  expect(say({ kind: "text", placeholder: "1998-07-01" }, null)).toBe("1998-07-01");
  expect(say({ kind: "multiselect", placeholder: "Recency, Money" }, [])).toBe("Recency, Money");
});
