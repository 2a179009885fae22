// Sliders of one value and of two. The number follows the hand; the kernel hears it rest.

import { attribute, debounce, h } from "../dom/dom";
import type { Bind, Built } from "./built";

const QUIET_MS = 150;

function bounds({ control }: Bind): { min: number; max: number; step: number | "any" } {
  const min = control.lo ?? 0;
  return { min, max: control.hi ?? min + 1, step: control.step ?? "any" };
}

function fill(input: HTMLInputElement, from: number, to: number): void {
  const [min, max] = [Number(input.min), Number(input.max)];
  const part = (value: number) => `${max > min ? (100 * (value - min)) / (max - min) : 0}%`;
  input.parentElement?.style.setProperty("--from", part(from));
  input.parentElement?.style.setProperty("--to", part(to));
}

/**
 * One value; a choice beside it (such as "auto") stands for values that are no number. What is in
 * use then is the placeholder: it is shown, and where the hand starts.
 */
export function buildSlider(bind: Bind, id: string): Built {
  const { control, locale, send, signal } = bind;
  const input = h("input", { id, type: "range", ...bounds(bind) });
  const output = h("output", { for: id });
  const element = h("div", { class: "crmw-track" }, input, output);
  const later = debounce(() => send(Number(input.value)), QUIET_MS, signal);
  const used = control.placeholder === "" ? null : Number(control.placeholder);
  const choices = control.options.map((option) => {
    const press = h("button", { type: "button", class: "crmw-choice", title: option.hint });
    press.textContent = option.label;
    press.addEventListener("click", () => send(option.value), { signal });
    element.append(press);
    return { press, value: option.value };
  });
  const say = (value: unknown) => {
    const number = typeof value === "number" ? value : null;
    const shown = number ?? used;
    output.textContent = shown === null ? "" : locale.format(",.3~r")(shown);
    element.classList.toggle("crmw-unset", number === null);
    if (number === null && used !== null) input.value = String(used);
    fill(input, Number(input.min), shown ?? Number(input.min));
    for (const choice of choices) {
      attribute(choice.press, "aria-pressed", String(choice.value === value));
    }
  };
  input.addEventListener(
    "input",
    () => {
      say(Number(input.value));
      later();
    },
    { signal },
  );
  input.addEventListener("change", () => later.now(), { signal });
  return {
    element,
    show(value) {
      if (later.due()) return;
      if (typeof value === "number") input.value = String(value);
      say(value);
    },
  };
}

/** Two values, the lower never above the upper. */
export function buildRange(bind: Bind, id: string): Built {
  const { control, locale, send, signal } = bind;
  const lower = h("input", {
    id,
    type: "range",
    ...bounds(bind),
    "aria-label": `${control.label} ≥`,
  });
  const upper = h("input", { type: "range", ...bounds(bind), "aria-label": `${control.label} ≤` });
  const output = h("output", { for: id });
  const pair = h("div", { class: "crmw-pair" }, lower, upper);
  const element = h("div", { class: "crmw-track" }, pair, output);
  const values = (): [number, number] => [Number(lower.value), Number(upper.value)];
  const later = debounce(() => send(values()), QUIET_MS, signal);
  const say = () => {
    const [lo, hi] = values();
    const format = locale.format(",.3~r");
    output.textContent = `${format(lo)} – ${format(hi)}`;
    fill(lower, lo, hi);
  };
  const moved = (mine: HTMLInputElement, other: HTMLInputElement) => () => {
    if (Number(lower.value) > Number(upper.value)) mine.value = other.value;
    say();
    later();
  };
  lower.addEventListener("input", moved(lower, upper), { signal });
  upper.addEventListener("input", moved(upper, lower), { signal });
  element.addEventListener("change", () => later.now(), { signal });
  return {
    element,
    show(value) {
      if (later.due()) return;
      const [lo, hi] = Array.isArray(value) ? value : [lower.min, upper.max];
      lower.value = String(lo ?? lower.min);
      upper.value = String(hi ?? upper.max);
      say();
    },
  };
}
