import { expect, test, vi } from "vitest";
import { Widget } from "../../src/page/mount";
import { FakeModel, head, newPage, settled, traits } from "../fake";

const page = newPage();

/** Listeners of the page itself that are neither removed nor bound to an aborted signal. */
function watchListeners(target: EventTarget) {
  const known: { type: string; run: unknown; signal: AbortSignal | undefined }[] = [];
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  vi.spyOn(target, "addEventListener").mockImplementation((type, run, options) => {
    const signal = typeof options === "object" ? options?.signal : undefined;
    known.push({ type, run, signal });
    add(type, run, options);
  });
  vi.spyOn(target, "removeEventListener").mockImplementation((type, run, options) => {
    const at = known.findIndex((one) => one.type === type && one.run === run);
    if (at >= 0) known.splice(at, 1);
    remove(type, run, options);
  });
  return () => known.filter(({ signal }) => !signal?.aborted).length;
}

const chips = [{ id: "a", text: "recent", view: null, color: null }];
const control = { knob: "k", label: "k", lo: 0, hi: 1, step: 1, placeholder: "", hint: "" };
const controls = ["select", "multiselect", "slider", "range", "toggle", "text", "button"].map(
  (kind) => ({ ...control, knob: kind, kind, options: [{ value: 1, label: "1", hint: "" }] }),
);

test("a thousand mounts leave nothing behind", async () => {
  const onWindow = watchListeners(window);
  const onDocument = watchListeners(document);
  const model = new FakeModel(traits({ _controls: controls, _head: head({ chips }) }));
  for (let i = 0; i < 1000; i++) {
    const end = new AbortController();
    new Widget(model, page.el, end.signal);
    if (i % 100 === 0) await settled();
    end.abort();
  }
  await settled();
  expect(model.listeners()).toBe(0);
  expect(onWindow()).toBe(0);
  expect(onDocument()).toBe(0);
  expect(page.el.childElementCount).toBe(0);
}, 60_000);

test("a page that changes its controls and views a hundred times keeps only the last", async () => {
  const onDocument = watchListeners(document);
  const model = new FakeModel(traits({ _controls: controls }));
  new Widget(model, page.el, page.signal);
  const before = onDocument();
  for (let i = 0; i < 100; i++) {
    model.receive({ _controls: controls.map((one) => ({ ...one, label: `k ${i}` })) });
    await Promise.resolve();
  }
  expect(onDocument()).toBe(before);
  expect(page.el.querySelectorAll(".crmw-control")).toHaveLength(controls.length);
});
