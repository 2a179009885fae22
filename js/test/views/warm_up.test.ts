import * as vega from "vega";
import { afterEach, expect, test, vi } from "vitest";
import { warm } from "../../src/views/warm_up";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** What was drawn by the time each view was given up. */
function watchViews(): string[] {
  const drawn: string[] = [];
  const finalize = vega.View.prototype.finalize;
  vi.spyOn(vega.View.prototype, "finalize").mockImplementation(function (this: vega.View) {
    drawn.push((this.scenegraph() as unknown as { toJSON(): string }).toJSON());
    return finalize.call(this);
  });
  return drawn;
}

test("bars, names and numbers are drawn when the page is idle, and leave nothing on it", async () => {
  const waiting: (() => void)[] = [];
  vi.stubGlobal("requestIdleCallback", (run: () => void) => waiting.push(run));
  const said = vi.spyOn(console, "error");
  const drawn = watchViews();
  const before = document.documentElement.outerHTML;
  const done = warm();
  expect(drawn).toEqual([]);
  while (drawn.length < 2) {
    waiting.shift()?.();
    await new Promise((next) => setTimeout(next));
  }
  await done;
  expect(drawn[0]).toContain('"marktype":"rect"');
  expect(drawn[0]).toContain('"text":"2"');
  expect(drawn[1]).toContain('"text":"b"');
  expect(drawn[1]).toContain('"text":"3"');
  expect(document.documentElement.outerHTML).toBe(before);
  expect(said).not.toHaveBeenCalled();
});

test("a page that cannot say it is idle is left alone", async () => {
  const drawn = watchViews();
  await warm();
  expect(drawn).toEqual([]);
});
