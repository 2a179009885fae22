// Keeping the selected customers as a group: a quiet button that opens a text for its name.
import type { GroupAnswer, GroupRequest, Strings } from "./contract";
import { attribute, h, uniqueId } from "./dom";
import { setText } from "./lines";
import { word } from "./words";

const MOST_LETTERS = 100;

export interface NamingState {
  strings: Strings;
  /** Whether anything is selected. */
  can: boolean;
  /** What is selected, by which a sentence about it is taken away. */
  selected: string;
}

interface Hands {
  keep(request: GroupRequest): void;
  read(trait: "_keep" | "_kept"): unknown;
}

export class GroupNaming {
  readonly element: HTMLElement;
  readonly #open = h("button", { type: "button", class: "crmw-quiet", "aria-expanded": "false" });
  readonly #name = h("input", { type: "text", maxlength: MOST_LETTERS, spellcheck: "false" });
  readonly #keep = h("button", { type: "submit", class: "crmw-quiet" });
  readonly #cancel = h("button", { type: "button", class: "crmw-quiet" });
  readonly #form: HTMLFormElement;
  readonly #said = h("span", { class: "crmw-said", role: "status", hidden: true });
  readonly #root: HTMLElement;
  readonly #hands: Hands;
  #selected = "";
  /** The count of the request that has no answer yet. */
  #waiting: number | null = null;

  constructor(root: HTMLElement, hands: Hands) {
    this.#root = root;
    this.#hands = hands;
    const id = uniqueId();
    this.#said.id = id;
    attribute(this.#name, "aria-describedby", id);
    this.#form = h("form", { hidden: true }, this.#name, this.#keep, this.#cancel);
    this.element = h("div", { class: "crmw-naming" }, this.#open, this.#form, this.#said);
    this.#open.onclick = () => this.#turn(true);
    this.#cancel.onclick = () => this.#turn(false);
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      if (this.#waiting !== null) return;
      const asked = hands.read("_keep") as Partial<GroupRequest> | undefined;
      this.#waiting = (asked?.count ?? 0) + 1;
      hands.keep({ name: this.#name.value, count: this.#waiting });
    };
    this.#form.addEventListener("keydown", (event) => {
      // Escape also ends what an input method has begun.
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      this.#turn(false);
    });
  }

  update({ strings, can, selected }: NamingState): void {
    this.#open.textContent = word(strings, "save_group");
    this.#keep.textContent = word(strings, "keep_group");
    this.#cancel.textContent = word(strings, "give_up");
    attribute(this.#name, "aria-label", word(strings, "group_name"));
    this.#name.placeholder = word(strings, "group_name");
    if (selected !== this.#selected) {
      this.#selected = selected;
      this.#say("", true);
    }
    const kept = this.#hands.read("_kept") as GroupAnswer | undefined;
    if (this.#waiting !== null && kept?.count === this.#waiting) {
      this.#waiting = null;
      if (kept.done) this.#turn(false);
      this.#say(kept.said, kept.done);
    }
    if (!can) this.#shut();
    this.element.hidden = !can;
  }

  #turn(open: boolean): void {
    const focused = this.element.contains(document.activeElement);
    this.#say("", true);
    this.#show(open);
    if (open) {
      this.#name.value = "";
      this.#name.focus();
    } else if (focused) this.#open.focus();
  }

  /** Nothing is selected any more: the focus may not get lost with the text. */
  #shut(): void {
    if (this.element.contains(document.activeElement)) this.#root.focus();
    this.#waiting = null;
    this.#show(false);
    this.#say("", true);
  }

  #show(open: boolean): void {
    this.#form.hidden = !open;
    this.#open.hidden = open;
    attribute(this.#open, "aria-expanded", String(open));
  }

  #say(words: string, done: boolean): void {
    setText(this.#said, words);
    attribute(this.#said, "role", done ? "status" : "alert");
    attribute(this.#name, "aria-invalid", done ? null : "true");
  }
}
