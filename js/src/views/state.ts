// What a view is drawn from, and what it asks of the page.

import type { Clause, Datasets, Meaning, Strings, View, Words } from "../contract";
import type { Look } from "./chart";

export interface ViewState<V extends View = View> {
  view: V;
  rows: Datasets;
  words: Words;
  selection: readonly Clause[];
  knobs: (name: string) => unknown;
  look: Look;
  strings: Strings;
}

/** What a view asks of the page, when the reader does something in it. */
export interface ViewCallbacks {
  /** It is about to brush. */
  hover(view: string): void;
  /** The brush is here now, and may move on. */
  move(view: string, meaning: Meaning): void;
  /** The brush has come to rest; null is none. */
  select(view: string, meaning: Meaning): void;
  /** The brush rests where it was. */
  rest(): void;
  knob(name: string, value: unknown): void;
}
