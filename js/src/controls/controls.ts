// The closed set of controls, each bound to one knob.

import type { Control } from "../contract";
import { attribute, h, uniqueId } from "../dom/dom";
import { setText } from "../dom/unbroken_text";
import { word } from "../dom/words";
import type { Bind, Built } from "./built";
import { buildMultiselect } from "./choices";
import { buildRange, buildSlider } from "./sliders";

type Builder = (bind: Bind, id: string) => Built;

const builders: Record<Control["kind"], Builder> = {
  select: buildSelect,
  multiselect: buildMultiselect,
  slider: buildSlider,
  range: buildRange,
  toggle: buildToggle,
  text: buildText,
  button: buildButton,
};

/** A labelled control. */
export function buildControl(bind: Bind): Built {
  const { control } = bind;
  const id = uniqueId();
  const built = builders[control.kind](bind, id);
  const element = h("div", { class: `crmw-control crmw-${control.kind}`, title: control.hint });
  element.dataset.knob = control.knob;
  if (control.kind !== "button")
    element.append(h("label", { for: id, id: `${id}-label` }, control.label));
  element.append(built.element);
  if (control.hint) {
    const target = built.element.id === id ? built.element : built.element.querySelector(`#${id}`);
    if (target) attribute(target, "aria-describedby", `${id}-hint`);
    element.append(h("span", { id: `${id}-hint`, class: "crmw-unseen" }, control.hint));
  }
  return { element, show: built.show };
}

/** A control of a page without a kernel: what it is set to, as text. */
export function controlInWords(bind: Omit<Bind, "send" | "signal">, value: unknown): HTMLElement {
  const { control, strings, locale } = bind;
  const one = (item: unknown): string => {
    const option = control.options.find((candidate) => candidate.value === item);
    if (option) return option.label;
    if (typeof item === "boolean") return word(strings, item ? "on" : "off");
    if (typeof item === "number") return locale.format(",.3~r")(item);
    return empty(item) ? control.placeholder || "–" : String(item);
  };
  const joined = control.kind === "range" ? " – " : ", ";
  const text = Array.isArray(value) && value.length ? value.map(one).join(joined) : one(value);
  return h("div", { class: "crmw-control" }, h("span", {}, control.label), h("b", {}, text));
}

function empty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || Array.isArray(value);
}

function buildSelect({ control, send, signal }: Bind, id: string): Built {
  const options = control.options.map(({ label, hint }, i) =>
    h("option", { value: i, title: hint || null }, label),
  );
  const element = h("select", { id }, ...options);
  const pick = () => send(control.options[Number(element.value)]?.value);
  element.addEventListener("change", pick, { signal });
  return {
    element,
    show(value) {
      element.selectedIndex = control.options.findIndex((option) => option.value === value);
    },
  };
}

function buildToggle({ send, signal }: Bind, id: string): Built {
  const element = h("input", { id, type: "checkbox", role: "switch" });
  element.addEventListener("change", () => send(element.checked), { signal });
  return {
    element,
    show(value) {
      element.checked = value === true;
    },
  };
}

/** A text that the kernel puts back to what it was is said to be refused, with what is wanted. */
function buildText({ control, strings, send, signal }: Bind, id: string): Built {
  const { placeholder } = control;
  const input = h("input", { id, type: "text", placeholder, spellcheck: "false" });
  const refusal = h("span", { class: "crmw-refusal", role: "alert", hidden: true });
  let shown = "";
  let asked: string | null = null;
  const say = (words: string) => {
    setText(refusal, words);
    attribute(input, "aria-invalid", words ? "true" : null);
  };
  const commit = () => {
    if (input.value !== shown) {
      asked = input.value;
      say("");
      send(input.value);
    }
    shown = input.value;
  };
  input.addEventListener("change", commit, { signal });
  input.addEventListener(
    "keydown",
    ({ key }) => {
      if (key === "Enter") commit();
      if (key === "Escape") input.value = shown;
    },
    { signal },
  );
  return {
    element: h("div", { class: "crmw-typed" }, input, refusal),
    show(value, settled = false) {
      shown = value === null || value === undefined ? "" : String(value);
      if (document.activeElement !== input || input.value !== shown) input.value = shown;
      if (asked !== null && shown !== asked) {
        say(word(strings, "refused", { given: asked, hint: control.hint || placeholder }));
        asked = null;
      } else if (settled) asked = null;
    },
  };
}

/** A button counts its presses in its knob. */
function buildButton({ control, send, signal }: Bind, id: string): Built {
  const element = h("button", { id, type: "button", class: "crmw-press" }, control.label);
  let count = 0;
  element.addEventListener("click", () => send(count + 1), { signal });
  return {
    element,
    show(value) {
      count = typeof value === "number" ? value : 0;
    },
  };
}
