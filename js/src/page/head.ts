// What stands above and below the views: title, status, controls, chips, sentences.
import type { Chip, GroupRequest, Head, Strings } from "../contract";
import { attribute, h } from "../dom/dom";
import { setText, unbroken } from "../dom/unbroken_text";
import { word } from "../dom/words";
import { GroupNaming } from "./naming";
import { type Step, StepButtons } from "./steps";

export interface HeadCallbacks {
  remove(ids: string[]): void;
  step(step: Step): void;
  keep(request: GroupRequest): void;
  /** The value of a trait. */
  read(trait: "_group_request" | "_group_reply"): unknown;
}

export interface HeadState {
  head: Head;
  strings: Strings;
  pending: boolean;
  lost: boolean;
  /** No kernel: chips cannot be taken away. */
  still: boolean;
  anything: boolean;
}

export class Heading {
  readonly header: HTMLElement;
  readonly controls = h("div", { class: "crmw-controls" });
  readonly notice = h("div", { class: "crmw-notice", role: "status", hidden: true });
  readonly empty = h("p", { class: "crmw-empty", hidden: true });
  readonly footer = h("footer", { class: "crmw-footer" });
  readonly #root: HTMLElement;
  readonly #title = h("h2", {});
  readonly #status = h("p", { class: "crmw-status", role: "status" });
  readonly #bar = h("div", { class: "crmw-bar", "aria-hidden": "true" }, h("i"));
  readonly #chips = h("ul", { class: "crmw-chips" });
  readonly #line = h("p", { class: "crmw-line", "aria-live": "polite" });
  readonly #steps: StepButtons;
  readonly #naming: GroupNaming;
  readonly #callbacks: HeadCallbacks;
  #shownChips = "";

  constructor(root: HTMLElement, callbacks: HeadCallbacks) {
    this.#root = root;
    this.#callbacks = callbacks;
    this.#steps = new StepButtons(root, (step) => callbacks.step(step));
    this.#naming = new GroupNaming(root, callbacks);
    this.header = h(
      "header",
      { class: "crmw-head" },
      this.#bar,
      h("div", { class: "crmw-top" }, this.#title, this.#status, this.#steps.element),
      this.controls,
      h("div", { class: "crmw-selection" }, this.#chips, ...this.#naming.elements, this.#line),
    );
  }

  /** The line alone, while a brush moves. */
  line(words: string): void {
    setText(this.#line, words);
  }

  update(state: HeadState): void {
    const { head, strings, pending, lost, anything } = state;
    setText(this.#title, head.title);
    setText(this.#line, head.line);
    const busy = !lost && (pending || head.status === "working");
    attribute(this.#root, "data-busy", busy);
    attribute(this.#root, "aria-busy", String(busy));
    attribute(this.#root, "data-stale", head.status === "stale" || lost);
    setText(this.#status, lost ? "" : statusInWords(state));
    const known = head.status === "working" && head.progress !== null;
    attribute(this.#bar, "data-known", known);
    const part = known ? Math.min(Math.max(head.progress ?? 0, 0), 1) : 0.3;
    this.#bar.style.setProperty("--part", String(part));
    const problem = lost ? word(strings, "no_answer") : head.status === "error" ? head.message : "";
    const note = head.status === "ready" ? head.message : "";
    setText(this.notice, problem || note);
    this.notice.dataset.kind = problem ? "problem" : "note";
    attribute(this.notice, "role", problem ? "alert" : "status");
    const blank = head.status === "empty" ? head.message || word(strings, "empty") : "";
    setText(
      this.empty,
      blank || (anything || problem ? "" : statusInWords(state) || word(strings, "empty")),
    );
    this.#steps.update(state);
    const selected = head.chips.map(({ id }) => id).join(" ");
    const { groups } = head;
    if (state.still) for (const element of this.#naming.elements) element.remove();
    else this.#naming.update({ strings, can: head.chips.length > 0, selected, groups });
    this.#footer(head.footer);
    this.#showChips(state);
  }

  #footer(notes: readonly string[]): void {
    const shown = [...this.footer.children].map((note) => note.textContent);
    if (JSON.stringify(shown) !== JSON.stringify(notes)) {
      this.footer.replaceChildren(...notes.map((note) => h("span", {}, ...unbroken(note))));
    }
    this.footer.hidden = notes.length === 0;
  }

  #showChips({ head, strings, still }: HeadState): void {
    const key = JSON.stringify([head.chips, still, strings.lang]);
    if (key === this.#shownChips) return;
    this.#shownChips = key;
    const focused = this.#chips.contains(document.activeElement);
    this.#chips.replaceChildren(...head.chips.map((chip) => this.#chip(chip, strings, still)));
    this.#chips.hidden = head.chips.length === 0;
    if (head.chips.length > 1 && !still) {
      const clear = h(
        "button",
        { type: "button", class: "crmw-quiet" },
        word(strings, "clear_all"),
      );
      clear.onclick = () => this.#callbacks.remove(head.chips.map(({ id }) => id));
      this.#chips.append(h("li", { class: "crmw-clear" }, clear));
    }
    if (focused) (this.#chips.querySelector("button") ?? this.#root).focus();
  }

  #chip({ id, text, color }: Chip, strings: Strings, still: boolean): HTMLElement {
    const chip = h("li", { class: "crmw-chip", title: text });
    if (color && CSS.supports("color", color)) {
      const dot = h("i", { "aria-hidden": "true" });
      dot.style.background = color;
      chip.append(dot);
    }
    chip.append(h("span", {}, text));
    if (still) return chip;
    const label = word(strings, "remove", { name: text });
    const cross = h("button", { type: "button", "aria-label": label }, "×");
    cross.onclick = () => this.#callbacks.remove([id]);
    chip.append(cross);
    return chip;
  }
}

function statusInWords({ head, strings, pending }: HeadState): string {
  if (head.status === "working") return head.message || word(strings, "working");
  if (pending) return word(strings, "updating");
  return head.status === "stale" ? head.message || word(strings, "stale") : "";
}
