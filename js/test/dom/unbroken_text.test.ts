import { describe, expect, test } from "vitest";
import { h } from "../../src/dom/dom";
import { setText, unbroken } from "../../src/dom/unbroken_text";

const kept = (text: string) =>
  unbroken(text).flatMap((part) => (typeof part === "string" ? [] : [part.textContent]));

describe("what no line may part", () => {
  test.each([
    ["1997-01 is above 1997-03 in 8 of 15 months", ["1997-01", "1997-03"]],
    ["Days 151–180: 9.0 % of January's 7,846", ["151–180", "9.0 %"]],
    ["(95 % CI −$1.09 to +$12.5, p = .0002)", ["95 %", "−$1.09", "+$12.5", "p = .0002"]],
    ["在 1998年7月1日之前，客均 $55.1–$58.7", ["1998年7月1日", "$55.1–$58.7"]],
    ["2010-Q1 of 236万 (R, F ≥ 4), 1.17万亿", ["2010-Q1", "236万", "F ≥ 4", "1.17万亿"]],
    ["Two words of A-1997 and 23,570 customers", []],
  ])("%s", (text, whole) => {
    expect(kept(text)).toEqual(whole);
  });

  test("a number too long for a narrow line may be parted", () => {
    expect(kept(`${"1234567-".repeat(5)}1`)).toEqual([]);
  });

  test("the words stay as they are, for readers, searches and copies", () => {
    const element = h("p", {});
    const text = "Days 151–180: 9.0 % & <b>1997-03</b>";
    setText(element, text);
    expect(element.textContent).toBe(text);
    expect(element.title).toBe(text);
    expect(element.querySelectorAll(".crmw-unbroken")).toHaveLength(3);
    expect(element.querySelector("b")).toBeNull();
  });
});
