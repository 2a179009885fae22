// A quiet button that opens a field, asks the kernel about a group, and says what became of it.
import type { GroupAnswer, GroupRequest, StringKey, Strings } from "../contract";
import { attribute, h, uniqueId } from "../dom/dom";
import { setText } from "../dom/unbroken_text";
import { word } from "../dom/words";

export interface PromptCallbacks {
  keep(request: GroupRequest): void;
  read(trait: "_group_request" | "_group_reply"): unknown;
}

interface Words {
  open: StringKey;
  ask: StringKey;
}

export class GroupPrompt<Field extends HTMLInputElement | HTMLSelectElement> {
  readonly element: HTMLElement;
  readonly field: Field;
  readonly #open = h("button", { type: "button", class: "crmw-quiet", "aria-expanded": "false" });
  readonly #ask = h("button", { type: "submit", class: "crmw-quiet" });
  readonly #cancel = h("button", { type: "button", class: "crmw-quiet" });
  readonly #form: HTMLFormElement;
  readonly #said = h("span", { class: "crmw-said", role: "status", hidden: true });
  readonly #root: HTMLElement;
  readonly #words: Words;
  readonly #callbacks: PromptCallbacks;
  readonly #forget: boolean;
  /** The count of the request that has no answer yet. */
  #waiting: number | null = null;
  #can = true;

  constructor(
    root: HTMLElement,
    field: Field,
    callbacks: PromptCallbacks,
    words: Words,
    forget: boolean,
  ) {
    this.#root = root;
    this.field = field;
    this.#callbacks = callbacks;
    this.#words = words;
    this.#forget = forget;
    const id = uniqueId();
    this.#said.id = id;
    attribute(field, "aria-describedby", id);
    this.#form = h("form", { hidden: true }, field, this.#ask, this.#cancel);
    this.element = h("div", { class: "crmw-naming" }, this.#open, this.#form, this.#said);
    this.#open.onclick = () => this.#turn(true);
    this.#cancel.onclick = () => this.#turn(false);
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      if (this.#waiting !== null || (this.#forget && !field.value)) return;
      const asked = callbacks.read("_group_request") as Partial<GroupRequest> | undefined;
      this.#waiting = (asked?.count ?? 0) + 1;
      callbacks.keep({ name: field.value, count: this.#waiting, forget: this.#forget });
    };
    this.#form.addEventListener("keydown", (event) => {
      // Escape also ends what an input method has begun.
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      this.#turn(false);
    });
  }

  /** Takes what the kernel has answered; `can` is whether there is anything to ask. */
  answer(strings: Strings, can: boolean): void {
    this.#open.textContent = word(strings, this.#words.open);
    this.#ask.textContent = word(strings, this.#words.ask);
    this.#cancel.textContent = word(strings, "give_up");
    attribute(this.field, "aria-label", word(strings, "group_name"));
    this.#can = can;
    const kept = this.#callbacks.read("_group_reply") as GroupAnswer | undefined;
    if (this.#waiting !== null && kept && kept.count >= this.#waiting) {
      // a later one was answered: of this nothing is heard any more
      const mine = kept.count === this.#waiting;
      this.#waiting = null;
      if (mine && kept.done) this.#turn(false);
      if (mine) this.say(kept.said, kept.done);
    }
    if (!can) this.#shut();
    this.#open.hidden = !can || !this.#form.hidden;
    this.element.hidden = !can && this.#said.hidden;
  }

  say(words: string, done: boolean): void {
    setText(this.#said, words);
    attribute(this.#said, "role", done ? "status" : "alert");
    attribute(this.field, "aria-invalid", done ? null : "true");
  }

  #turn(open: boolean): void {
    const focused = this.element.contains(document.activeElement);
    this.say("", true);
    this.#show(open);
    if (open) {
      if (this.field instanceof HTMLInputElement) this.field.value = "";
      this.field.focus();
    } else if (focused) (this.#can ? this.#open : this.#root).focus();
  }

  /** There is nothing to ask any more: the focus may not get lost with the field. */
  #shut(): void {
    const active = document.activeElement;
    if (this.#form.contains(active) || active === this.#open) this.#root.focus();
    this.#show(false);
  }

  /** Forgets a request whose answer would speak of something else. */
  drop(): void {
    this.#waiting = null;
    this.say("", true);
  }

  #show(open: boolean): void {
    this.#form.hidden = !open;
    this.#open.hidden = open;
    attribute(this.#open, "aria-expanded", String(open));
  }
}
