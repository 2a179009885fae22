// Steps of the selection: two quiet buttons, and the keys while the widget has the focus.
import type { Head, Strings } from "../contract";
import { attribute, h } from "../dom/dom";
import { word } from "../dom/words";

/** The knobs that count how often a step was undone, or made again. */
export type Step = "_undo" | "_redo";

const KINDS = [
  { step: "_undo", name: "undo", sign: "↶", keys: "Control+Z Meta+Z" },
  { step: "_redo", name: "redo", sign: "↷", keys: "Control+Shift+Z Meta+Shift+Z Control+Y" },
] as const;

interface State {
  head: Head;
  strings: Strings;
  still: boolean;
}

export class StepButtons {
  readonly element: HTMLElement;
  readonly #root: HTMLElement;
  readonly #buttons: HTMLButtonElement[];

  constructor(root: HTMLElement, press: (step: Step) => void) {
    this.#root = root;
    this.#buttons = KINDS.map(({ step, name, sign, keys }) => {
      const button = h("button", {
        type: "button",
        class: "crmw-quiet",
        "data-step": name,
        "aria-keyshortcuts": keys,
      });
      button.append(h("span", { "aria-hidden": "true" }, sign));
      button.onclick = () => press(step);
      return button;
    });
    this.element = h("div", { class: "crmw-steps", role: "group" }, ...this.#buttons);
  }

  update({ head, strings, still }: State): void {
    if (still) this.element.replaceChildren();
    const focused = this.#buttons.find((button) => button === document.activeElement);
    for (const [i, { name }] of KINDS.entries()) {
      const button = this.#buttons[i] as HTMLButtonElement;
      const label = word(strings, name);
      attribute(button, "aria-label", label);
      button.title = label;
      button.disabled = !head[name];
    }
    if (focused?.disabled) (this.#buttons.find((b) => !b.disabled) ?? this.#root).focus();
  }
}

/** The step that a key asks for. Layouts without a Latin z have it where it stands on others. */
function stepOf({ key, code, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): Step | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, "").toLowerCase();
  if (letter === "z") return shiftKey ? "_redo" : "_undo";
  return letter === "y" && ctrlKey && !shiftKey ? "_redo" : null;
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type === "text";
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea"));
}

/** Takes the keys of undo and redo: the host would undo in its notebook. A text keeps its own. */
export function takeSteps(event: KeyboardEvent, press: (step: Step) => void): void {
  const typing = isTyping(event.target);
  // At the bare key JupyterLab gets ready to take the undo of a text away.
  if (typing && (event.key === "Control" || event.key === "Meta")) event.stopPropagation();
  const step = stepOf(event);
  if (!step) return;
  event.stopPropagation();
  if (typing) return;
  event.preventDefault();
  press(step);
}

/** A press on a chart takes the focus there: a brush keeps the browser from doing so. */
export function takeFocus(root: HTMLElement): void {
  if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
}
