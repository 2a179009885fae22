// What every view is: drawn from a state, asking the page for things, and one part of the page.

import type { Clause, Columns, Datasets, Meaning, Strings, View, Words } from "../contract";
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
  /** It is about to be brushed. */
  hover(view: string): void;
  /** The brush is here now, and may move on. */
  move(view: string, meaning: Meaning): void;
  /** The brush has come to rest, or something was picked; null is none. */
  select(view: string, meaning: Meaning): void;
  /** The brush rests where it was. */
  rest(): void;
  knob(name: string, value: unknown): void;
}

/** A view on the page, whatever its kind. */
export interface ShownView<V extends View = View> {
  readonly kind: V["kind"];
  readonly element: HTMLElement;
  /** Shows the newest state. */
  update(state: ViewState<V>): void;
  /** Draws other rows at once: what a brush that moves elsewhere leaves of them. */
  preview(columns: Columns): void;
}
