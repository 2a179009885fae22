/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";
import english from "../../crm_widgets/text/en/page.json";
import chinese from "../../crm_widgets/text/zh/page.json";
import { STRING_KEYS } from "../src/contract";
import { localeOf, show, word } from "../src/dom/words";
import { draw } from "../src/views/chart";

const texts: Record<string, string>[] = [english, chinese];
const sources = import.meta.glob<string>(["../src/**/*.ts", "!../src/{contract,view_records}.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

describe("words", () => {
  test("every key has words in both languages, with the same holes", () => {
    for (const key of STRING_KEYS) {
      const [inEnglish, inChinese] = texts.map((text) => text[`ui.${key}`]);
      const holes = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort();
      expect(inEnglish, key).toBeTruthy();
      expect(inChinese, key).toBeTruthy();
      expect(holes(inChinese), key).toEqual(holes(inEnglish));
    }
  });

  test("no key is listed in vain", () => {
    const all = Object.values(sources).join("\n");
    for (const key of STRING_KEYS) expect(all, key).toContain(`"${key}"`);
  });

  test("holes are filled once, and a value cannot fill another hole", () => {
    const strings = { remove: "Remove: {name}" };
    expect(word(strings, "remove", { name: "{name} $& a" })).toBe("Remove: {name} $& a");
    expect(word({}, "clear_all")).toBe("clear all");
    expect(word(Object.create({ table: "inherited" }), "table")).toBe("table");
  });
});

describe("numbers", () => {
  const locale = localeOf({});

  test("as their format says, days without an hour, and a dash for what is missing", () => {
    expect(show(1234567.5, ",.0f", locale)).toBe("1,234,568");
    expect(show(883612800000, "time", locale)).toBe("1998-01-01");
    expect(show(883616400000, "time", locale)).toBe("1998-01-01 01:00");
    expect(show(883612800000, "%Y-%m", locale)).toBe("1998-01");
    expect(show(0.384, ".0%", locale)).toBe("38%");
    expect(show(null, ",", locale)).toBe("–");
    expect(show(Number.NaN, ",", locale)).toBe("–");
    expect(show("<b>", ",", locale)).toBe("<b>");
    expect(show(3, "not a format", locale)).toBe("3");
  });

  test("in the reader's language", () => {
    const chinese = localeOf({
      formatLocale: { decimal: ".", thousands: ",", grouping: [4], currency: ["¥", ""] },
    });
    expect(show(12345678, "$,d", chinese)).toBe("¥1234,5678");
  });

  test("in charts too", async () => {
    const text = { field: "x", type: "quantitative", format: ".1%" };
    const spec = { data: { name: "v" }, mark: "text", encoding: { text } };
    const formats = { number: { decimal: ",", thousands: ".", grouping: [3], percent: " %" } };
    const drawn = draw({
      view: { id: "v", spec, datasets: ["v"] } as never,
      rows: { v: { x: [0.175] } },
      size: { width: 400, height: 200 },
      look: { key: "", config: {}, locale, formats, still: false },
      tooltip: () => {},
    });
    await drawn.runAsync();
    expect(String((drawn.scenegraph() as unknown as { toJSON(): string }).toJSON())).toContain(
      "17,5 %",
    );
    drawn.finalize();
  });
});
