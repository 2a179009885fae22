// What a control is made from, and what the row of controls does with it.

import type { Control, Strings } from "../contract";
import type { Locale } from "../dom/words";

/** What a control needs: its record, the word list, where to send a value, when to end. */
export interface Bind {
  control: Control;
  strings: Strings;
  locale: Locale;
  send(value: unknown): void;
  signal: AbortSignal;
}

/** A built control: the element that takes the focus, and how to show a value (settled or not). */
export interface Built {
  element: HTMLElement;
  show(value: unknown, settled?: boolean): void;
}
