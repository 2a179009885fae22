import { afterEach, expect, test } from "vitest";
import { arrange } from "../../src/controls/joined_controls";
import { h } from "../../src/dom/dom";

const row = h("div", {});
const names = ["compare", "group", "against", "least"] as const;
const made = Object.fromEntries(
  names.map((name) => [name, h("input", { type: "text", id: name })]),
) as Record<(typeof names)[number], HTMLInputElement>;

/** Lines as they stand, those that belong together with a plus between. */
function show(...wanted: string[]): string[] {
  const placed = wanted.map((name) => ({
    element: made[name as keyof typeof made],
    joined: name === "against",
  }));
  if (!row.isConnected) document.body.append(row);
  arrange(row, placed);
  return [...row.children].map((child) =>
    child.id ? child.id : [...child.children].map(({ id }) => id).join("+"),
  );
}

afterEach(() => row.replaceChildren());

test("what is read together stands in one box, whatever stands before it", () => {
  expect(show("compare", "least")).toEqual(["compare", "least"]);
  expect(show("compare", "against", "least")).toEqual(["compare+against", "least"]);
  expect(show("compare", "group", "against", "least")).toEqual([
    "compare",
    "group+against",
    "least",
  ]);
  expect(show("compare", "against")).toEqual(["compare+against"]);
  expect(show("against", "least")).toEqual(["against", "least"]);
});

test("a control that is moved into a box, or out of it, keeps the focus", () => {
  show("compare", "least");
  made.compare.focus();
  show("compare", "against", "least");
  expect(document.activeElement).toBe(made.compare);
  show("compare", "group", "against", "least");
  expect(document.activeElement).toBe(made.compare);
});
