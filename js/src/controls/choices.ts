// A multi-select: a button that says what is chosen, and opens a list of checkboxes.

import { attribute, debounce, h } from "../dom/dom";
import { word } from "../dom/words";
import type { Bind, Built } from "./built";

const QUIET_MS = 300;
const MOST_NAMED = 2;

export function buildMultiselect({ control, strings, send, signal }: Bind, id: string): Built {
  const { options } = control;
  const panel = h("div", { class: "crmw-panel", role: "group", hidden: true });
  const button = h("button", {
    id,
    type: "button",
    "aria-expanded": "false",
    "aria-labelledby": `${id}-label ${id}`,
  });
  const element = h("div", { class: "crmw-disclosure" }, button, panel);
  attribute(panel, "aria-labelledby", `${id}-label`);
  const boxes = options.map(({ label, hint }) => {
    const box = h("input", { type: "checkbox" });
    panel.append(h("label", { title: hint || label }, box, h("span", {}, label)));
    return box;
  });
  const chosen = () => options.filter((_, i) => boxes[i]?.checked).map(({ value }) => value);
  const later = debounce(() => send(chosen()), QUIET_MS, signal);
  const name = () => {
    const labels = options.filter((_, i) => boxes[i]?.checked).map(({ label }) => label);
    const named =
      labels.slice(0, MOST_NAMED).join(", ") || control.placeholder || word(strings, "missing");
    const more = labels.length - MOST_NAMED;
    button.textContent = more > 0 ? `${named} +${more}` : named;
    button.title = labels.join(", ");
  };
  const all = (checked: boolean) => {
    for (const box of boxes) box.checked = checked;
    name();
    later();
  };
  const pressAll = h(
    "button",
    { type: "button", class: "crmw-quiet" },
    word(strings, "select_all"),
  );
  const pressNone = h("button", { type: "button", class: "crmw-quiet" }, word(strings, "none"));
  pressAll.addEventListener("click", () => all(true), { signal });
  pressNone.addEventListener("click", () => all(false), { signal });
  panel.prepend(h("div", { class: "crmw-panel-head" }, pressAll, pressNone));
  panel.addEventListener(
    "change",
    () => {
      name();
      later();
    },
    { signal },
  );
  disclose(element, button, panel, () => later.now(), signal);
  return {
    element,
    show(value) {
      if (later.due()) return;
      const values = Array.isArray(value) ? value : [];
      for (const [i, option] of options.entries()) {
        const box = boxes[i];
        if (box) box.checked = values.includes(option.value);
      }
      name();
    },
  };
}

/** Opens and closes: by its button, Escape, a press outside, or when the focus goes. */
function disclose(
  element: HTMLElement,
  button: HTMLElement,
  panel: HTMLElement,
  closed: () => void,
  signal: AbortSignal,
): void {
  const open = (wanted: boolean) => {
    if (panel.hidden === !wanted) return;
    panel.hidden = !wanted;
    attribute(button, "aria-expanded", String(wanted));
    if (!wanted) closed();
  };
  button.addEventListener("click", () => open(panel.hidden === true), { signal });
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      open(false);
      button.focus();
    },
    { signal },
  );
  const outside = (event: Event) => {
    if (!element.contains(event.target as Node)) open(false);
  };
  document.addEventListener("pointerdown", outside, { signal, capture: true });
  element.addEventListener(
    "focusout",
    ({ relatedTarget }) => {
      if (relatedTarget && !element.contains(relatedTarget as Node)) open(false);
    },
    { signal },
  );
}
