// Groups by name: keeping the selected customers as one, and forgetting one that was kept.

import type { Strings } from "../contract";
import { h } from "../dom/dom";
import { word } from "../dom/words";
import { GroupPrompt, type PromptCallbacks } from "./group_prompt";

const MOST_LETTERS = 100;

export interface NamingState {
  strings: Strings;
  /** Whether anything is selected. */
  can: boolean;
  /** What is selected, by which a sentence about it is taken away. */
  selected: string;
  /** Names of the groups that are kept. */
  groups: readonly string[];
}

export class GroupNaming {
  readonly #keeping: GroupPrompt<HTMLInputElement>;
  readonly #forgetting: GroupPrompt<HTMLSelectElement>;
  #selected = "";
  #groups: readonly string[] = [];

  constructor(root: HTMLElement, callbacks: PromptCallbacks) {
    const name = h("input", { type: "text", maxlength: MOST_LETTERS, spellcheck: "false" });
    const groups = h("select", {});
    const keep = { open: "save_group", ask: "keep_group" } as const;
    const forget = { open: "forget_group", ask: "forget" } as const;
    this.#keeping = new GroupPrompt(root, name, callbacks, keep, false);
    this.#forgetting = new GroupPrompt(root, groups, callbacks, forget, true);
  }

  get elements(): HTMLElement[] {
    return [this.#keeping.element, this.#forgetting.element];
  }

  update({ strings, can, selected, groups }: NamingState): void {
    const keeping = this.#keeping;
    keeping.field.placeholder = word(strings, "group_name");
    if (selected !== this.#selected) {
      // a condition that went with its group leaves what was said of that
      const before = new Set(this.#selected.split(" "));
      if (selected.split(" ").some((id) => id && !before.has(id))) this.#forgetting.say("", true);
      this.#selected = selected;
      keeping.say("", true);
    }
    if (!can) keeping.drop();
    keeping.answer(strings, can);
    this.#offer(groups);
    this.#forgetting.answer(strings, groups.length > 0);
  }

  /** Names as choices; the one that is chosen stays. */
  #offer(groups: readonly string[]): void {
    if (groups.join("\n") === this.#groups.join("\n")) return;
    this.#groups = groups;
    const { field } = this.#forgetting;
    const chosen = field.value;
    field.replaceChildren(...groups.map((name) => h("option", { value: name }, name)));
    // of what is gone nothing else takes the place: that would be forgotten in its stead
    if (chosen) field.selectedIndex = groups.indexOf(chosen);
  }
}
