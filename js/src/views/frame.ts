// What surrounds every view: its heading, the box of its contents, and a line for screen readers.

import type { Strings } from "../contract";
import { attribute, h, uniqueId } from "../dom/dom";
import { setText } from "../dom/unbroken_text";
import { word } from "../dom/words";
import type { ViewState } from "./state";

export class Frame {
  readonly element: HTMLElement;
  readonly caption: HTMLElement;
  readonly body: HTMLElement;
  readonly live: HTMLElement;
  readonly #title: HTMLElement;
  readonly #subtitle: HTMLElement;
  readonly #message: HTMLElement;

  constructor() {
    const id = uniqueId();
    this.#title = h("h3", { id });
    this.#subtitle = h("p", { class: "crmw-subtitle" });
    this.#message = h("p", { class: "crmw-failed", hidden: true });
    this.live = h("p", { class: "crmw-unseen", "aria-live": "polite" });
    this.body = h("div", { class: "crmw-stage" }, this.#message);
    this.caption = h("figcaption", {}, h("div", {}, this.#title, this.#subtitle));
    this.element = h(
      "figure",
      { class: "crmw-view", "aria-labelledby": id },
      this.caption,
      this.body,
      this.live,
    );
  }

  update({ view, words }: ViewState): void {
    setText(this.#title, words.title);
    setText(this.#subtitle, words.subtitle);
    this.element.dataset.view = view.id;
    this.element.dataset.kind = view.kind;
    this.element.style.setProperty("--span", String(view.span));
    attribute(this.element, "data-wide", view.span > 6);
  }

  /** Says that the view could not be drawn, or no longer says so. */
  failed(strings: Strings | null): void {
    this.#message.hidden = strings === null;
    if (strings) this.#message.textContent = word(strings, "failed");
  }
}

/** What a view says when it has the focus: what it shows, and which keys it has. */
export function focusWords({ words }: ViewState, help: string): string {
  const said = [words.title, words.sentence || words.subtitle].filter(Boolean).join(". ");
  return help ? `${said} ${help}` : said;
}
