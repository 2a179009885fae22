import { describe, expect, it } from "vitest";
import type { SentDatasets } from "../../src/contract";
import { tooltipIn } from "../../src/dom/tooltip";
import { unpacked } from "../../src/views/rows";

describe("rows that were sent", () => {
  const sent: SentDatasets = {
    map: { segment: { levels: ["loyal", "at risk"], codes: [1, 0, 1] }, n: [4, 5, null] },
    "": {},
  };

  it("have every text in full, and other columns as they are", () => {
    expect(unpacked(sent)).toEqual({
      map: { segment: ["at risk", "loyal", "at risk"], n: [4, 5, null] },
      "": {},
    });
    expect(unpacked(sent).map?.n).toBe(sent.map?.n);
  });

  it("are the same object each time, and others are not", () => {
    expect(unpacked(sent)).toBe(unpacked(sent));
    expect(unpacked({ ...sent })).not.toBe(unpacked(sent));
  });

  it("may have fields that objects have of their own", () => {
    const odd = JSON.parse('{"__proto__": {"__proto__": {"levels": ["x"], "codes": [0]}}}');
    const [[name, columns] = []] = Object.entries(unpacked(odd));
    expect(name).toBe("__proto__");
    expect(Object.entries(columns ?? {})).toEqual([["__proto__", ["x"]]]);
  });
});

describe("a tooltip", () => {
  const root = document.createElement("div");
  const handler = tooltipIn(root, new AbortController().signal);
  const show = (init: PointerEventInit) =>
    handler({} as never, new PointerEvent("pointermove", init), {} as never, { n: 3 });
  const box = root.querySelector(".crmw-tooltip") as HTMLElement;

  it("is shown under a pointer and a finger, and not in the way of a mouse that is held", () => {
    show({ pointerType: "mouse" });
    expect(box.hidden).toBe(false);
    show({ pointerType: "mouse", buttons: 1 });
    expect(box.hidden).toBe(true);
    show({ pointerType: "touch", buttons: 1 });
    expect(box.hidden).toBe(false);
  });
});
