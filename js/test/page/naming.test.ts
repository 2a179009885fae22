import { describe, expect, test } from "vitest";
import { type FakeModel, head, newPage, settled } from "../fake";

const page = newPage();
const some = { id: "c1", text: "Money: 80 to 400", view: null, color: null };
const strings = {
  lang: "en",
  save_group: "Save as group…",
  keep_group: "Keep",
  forget_group: "Forget a group…",
  forget: "Forget",
  give_up: "Cancel",
  group_name: "Name of the group",
};

function show(changes: Record<string, unknown> = {}): FakeModel {
  const _head = head({ chips: [some] });
  return page.show({ _head, _strings: strings, _group_request: {}, _group_reply: {}, ...changes });
}

const part = <E extends HTMLElement>(selector: string) => page.find<E>(`.crmw-naming ${selector}`);
const opener = () => part<HTMLButtonElement>("button[aria-expanded]");
const input = () => part<HTMLInputElement>("input");
const said = () => part(".crmw-said");

function type(name: string): void {
  input().value = name;
  part<HTMLFormElement>("form").requestSubmit();
}

describe("naming what is selected", () => {
  test("is offered while something is selected", async () => {
    const model = show({ _head: head() });
    const naming = page.find(".crmw-naming");
    expect(naming.hidden).toBe(true);
    model.receive({ _head: head({ chips: [some] }) });
    await settled();
    expect(naming.hidden).toBe(false);
    expect(opener().textContent).toBe("Save as group…");
    expect(part("form").hidden).toBe(true);
  });

  test("opens a text that takes the focus, and Escape gives the focus back", async () => {
    show();
    opener().click();
    expect([part("form").hidden, opener().hidden]).toEqual([false, true]);
    expect(document.activeElement).toBe(input());
    expect(input().maxLength).toBe(100);
    let host = 0;
    document.addEventListener("keydown", () => host++, { signal: page.signal });
    input().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect([part("form").hidden, opener().hidden, host]).toEqual([true, false, 0]);
    expect(document.activeElement).toBe(opener());
  });

  test("Escape that ends an input method leaves the text open", () => {
    show();
    opener().click();
    const init = { key: "Escape", bubbles: true, isComposing: true };
    input().dispatchEvent(new KeyboardEvent("keydown", init));
    expect(part("form").hidden).toBe(false);
  });

  test("an update meanwhile leaves the text as it is", async () => {
    const model = show();
    opener().click();
    input().value = "half a na";
    model.receive({ _head: head({ chips: [some], line: "7 of 9" }) });
    await settled();
    expect([input().value, part("form").hidden, opener().hidden]).toEqual([
      "half a na",
      false,
      true,
    ]);
  });

  test("sends the name once, and says what became of it", async () => {
    const model = show({ _group_request: { name: "old", count: 4 } });
    opener().click();
    type("VIP <b>");
    type("VIP <b>");
    expect(model.sent).toEqual([{ _group_request: { name: "VIP <b>", count: 5, forget: false } }]);
    model.receive({ _group_reply: { count: 5, said: "Kept as “VIP <b>”.", done: true } });
    await settled();
    expect(part("form").hidden).toBe(true);
    expect(document.activeElement).toBe(opener());
    expect([said().textContent, said().getAttribute("role")]).toEqual([
      "Kept as “VIP <b>”.",
      "status",
    ]);
    expect(page.el.querySelector(".crmw-naming b")).toBe(null);
    model.receive({ _head: head({ chips: [{ ...some, id: "c2" }] }) });
    await settled();
    expect(said().hidden).toBe(true);
  });

  test("a name that is not taken stays, with the reason", async () => {
    const model = show();
    opener().click();
    type(" ");
    model.receive({ _group_reply: { count: 1, said: "1 to 100 characters.", done: false } });
    await settled();
    expect([part("form").hidden, input().value]).toEqual([false, " "]);
    expect([said().textContent, said().getAttribute("role")]).toEqual([
      "1 to 100 characters.",
      "alert",
    ]);
    expect(input().getAttribute("aria-invalid")).toBe("true");
    expect(input().getAttribute("aria-describedby")).toBe(said().id);
    type("better");
    expect(model.sent.at(-1)).toEqual({
      _group_request: { name: "better", count: 2, forget: false },
    });
  });

  test("what was said to another page, or before this one came, is not said here", async () => {
    const model = show({ _group_reply: { count: 3, said: "Kept.", done: true } });
    expect(said().hidden).toBe(true);
    model.receive({ _group_reply: { count: 9, said: "Kept.", done: true } });
    await settled();
    expect(said().hidden).toBe(true);
  });

  test("where nothing is selected any more the text goes, and the focus stays", async () => {
    const model = show();
    opener().click();
    model.receive({ _head: head() });
    await settled();
    expect(part("form").hidden).toBe(true);
    expect(document.activeElement).toBe(page.el.querySelector(".crmw"));
  });
});

describe("forgetting a group", () => {
  const forgetting = () => page.el.querySelectorAll<HTMLElement>(".crmw-naming")[1] as HTMLElement;
  const find = <E extends HTMLElement>(selector: string) =>
    forgetting().querySelector<E>(selector) as E;
  const groups = ["VIP <b>", "late"];

  test("is offered while there are groups, whatever is selected", async () => {
    const model = show({ _head: head() });
    expect(forgetting().hidden).toBe(true);
    model.receive({ _head: head({ groups }) });
    await settled();
    expect(forgetting().hidden).toBe(false);
    expect(find("button").textContent).toBe("Forget a group…");
  });

  test("takes a choice and a press, and says what became of it", async () => {
    const model = show({ _head: head({ groups }), _group_request: { name: "late", count: 2 } });
    find("button").click();
    const field = find<HTMLSelectElement>("select");
    expect(document.activeElement).toBe(field);
    expect(field.getAttribute("aria-label")).toBe("Name of the group");
    expect([...field.options].map(({ text }) => text)).toEqual(groups);
    field.value = "late";
    model.receive({ _head: head({ groups: [...groups, "new"] }) });
    await settled();
    expect(field.value).toBe("late");
    find<HTMLFormElement>("form").requestSubmit();
    expect(model.sent).toEqual([{ _group_request: { name: "late", count: 3, forget: true } }]);
    model.receive({ _group_reply: { count: 3, said: "“late” is forgotten.", done: true } });
    await settled();
    expect(find("form").hidden).toBe(true);
    expect(document.activeElement).toBe(find("button"));
    expect(find(".crmw-said").textContent).toBe("“late” is forgotten.");
  });

  test("of a choice that is gone nothing else takes the place", async () => {
    const model = show({ _head: head({ groups }), _group_request: {} });
    find("button").click();
    const field = find<HTMLSelectElement>("select");
    field.value = "late";
    model.receive({ _head: head({ groups: ["VIP <b>"] }) });
    await settled();
    expect(field.value).toBe("");
    find<HTMLFormElement>("form").requestSubmit();
    expect(model.sent).toEqual([]);
  });

  test("can be asked again where another request was answered in its stead", async () => {
    const model = show({ _head: head({ groups }), _group_request: {} });
    find("button").click();
    const form = find<HTMLFormElement>("form");
    form.requestSubmit();
    form.requestSubmit();
    expect(model.sent.length).toBe(1);
    model.receive({
      _group_request: { count: 2 },
      _group_reply: { count: 2, said: "Kept.", done: true },
    });
    await settled();
    expect([form.hidden, find(".crmw-said").textContent]).toEqual([false, ""]);
    form.requestSubmit();
    expect(model.sent.at(-1)).toEqual({
      _group_request: { name: "VIP <b>", count: 3, forget: true },
    });
  });

  test("the last one leaves the sentence, until something else is selected", async () => {
    const model = show({ _head: head({ chips: [some], groups: ["late"] }), _group_request: {} });
    find("button").click();
    find<HTMLFormElement>("form").requestSubmit();
    model.receive({
      _group_reply: { count: 1, said: "“late” is forgotten.", done: true },
      _head: head({ chips: [] }),
    });
    await settled();
    expect([forgetting().hidden, find("button").hidden]).toEqual([false, true]);
    expect(find(".crmw-said").textContent).toBe("“late” is forgotten.");
    expect(page.el.contains(document.activeElement)).toBe(true);
    model.receive({ _head: head({ chips: [{ ...some, id: "c9" }] }) });
    await settled();
    expect(forgetting().hidden).toBe(true);
  });
});
