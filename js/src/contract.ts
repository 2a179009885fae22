// What a widget sends to its page. Mirrors crm_widgets/charts/view.py and the traits of
// crm_widgets/widgets; a Python test compares the field names, one a line.

import type { Column } from "./view_records";

export * from "./view_records";

export type Scalar = string | number | boolean | null;
export type Columns = Record<string, Scalar[]>;
export type Row = Record<string, Scalar>;
export type Datasets = Record<string, Columns>;

/** A column that repeats few texts, each written once. */
export interface Levelled {
  levels: string[];
  codes: number[];
}
export type SentDatasets = Record<string, Record<string, Scalar[] | Levelled>>;
export type VegaConfig = Record<string, unknown>;

export interface Option {
  value: string | number;
  label: string;
  hint: string;
}

export interface Control {
  knob: string;
  kind: "select" | "multiselect" | "slider" | "range" | "toggle" | "text" | "button";
  label: string;
  options: Option[];
  lo: number | null;
  hi: number | null;
  step: number | null;
  placeholder: string;
  hint: string;
  /** Whether it is read together with the control before it, and stands on its line. */
  joined: boolean;
}

export interface Chip {
  id: string;
  text: string;
  view: string | null;
  color: string | null;
}

export interface Words {
  title: string;
  subtitle: string;
  sentence: string;
}

export interface Head {
  title: string;
  line: string;
  chips: Chip[];
  footer: string[];
  status: "ready" | "working" | "stale" | "error" | "empty";
  message: string;
  progress: number | null;
  for_inputs: number;
  /** Of each view that may be brushed at the speed of the hand, the key of its cube. */
  keys: Record<string, string>;
  /** Whether the selection has a step to undo, and one to make again. */
  undo: boolean;
  redo: boolean;
  /** Names of the groups that are kept. */
  groups: string[];
}

export interface Clause {
  id: string;
  view: string | null;
  intervals: Record<string, [number, number]> | null;
  values: Record<string, Scalar[]> | null;
}

/** What a brush or a pick says: intervals and values of a clause, or null if there is none. */
export type Meaning = { intervals: Clause["intervals"]; values: Clause["values"] } | null;

/** What the page sends: a clause kept by its id, or a new one for a view. */
export type Choice = { id: string } | Omit<Clause, "id">;

/** What a view shows while a brush moves in another. */
export interface Passive {
  /** The id of a view, or "" for the line above all views. */
  view: string;
  /** Active bins first, then the numbers of all rows, the series of a row side by side. */
  shape: number[];
  /** Where its numbers begin in the buffer, in bytes. */
  offset: number;
  dtype: "u2" | "u4" | "f4" | "f8";
  /** Drawn in the place of the view's own rows meanwhile, where those are too many. */
  rows: Columns | null;
}

/** The line while a brush moves: each hole `{0}` of the text is a number over a whole. */
export interface Tally {
  text: string;
  parts: { format: string; whole: number }[];
}

export interface Cube {
  /** Of data, model and the other clauses: a cube with another key is thrown away. */
  key: string;
  /** With `ranges` there are numbers for each range of its bins: by the last bin, then the first. */
  active: { view: string; bins: number[]; ranges: boolean };
  passive: Passive[];
  /** Views whose numbers of the selected only the kernel can make. */
  waiting: string[];
  tally: Tally | null;
  buffer: ArrayBuffer | DataView;
}

export interface TablePage {
  columns: Column[];
  rows: Columns;
  total: number;
  page: number;
  pages: number;
  sort: string | null;
  descending: boolean;
}

export interface PageRequest {
  page: number;
  sort: string | null;
  descending: boolean;
  csv: number;
}

/** The selected customers are to be kept under a name, or a group forgotten; each has its count. */
export interface GroupRequest {
  name: string;
  count: number;
  forget: boolean;
}

/** What became of the request of that count, in words, and whether it was done. */
export interface GroupAnswer {
  count: number;
  said: string;
  done: boolean;
}

export interface Theme {
  light: VegaConfig;
  dark: VegaConfig;
}

/** The words of the front end itself: keys of `_strings`, `ui.<key>` in crm_widgets/text. */
export const STRING_KEYS = [
  "better",
  "chart",
  "chart_help",
  "clear_all",
  "download_csv",
  "empty",
  "failed",
  "forget",
  "forget_group",
  "give_up",
  "group_name",
  "hide_table",
  "keep_group",
  "list_help",
  "loading",
  "missing",
  "next",
  "no_answer",
  "no_runtime",
  "none",
  "note",
  "nothing",
  "observations",
  "of",
  "off",
  "on",
  "page",
  "picked",
  "previous",
  "redo",
  "refused",
  "remove",
  "rows",
  "save_group",
  "select_all",
  "selected",
  "serious",
  "stale",
  "table",
  "undo",
  "updating",
  "warning",
  "working",
  "worse",
] as const;

export type StringKey = (typeof STRING_KEYS)[number];

/** The words, and beside them `lang`, and d3's `formatLocale` and `timeFormatLocale`. */
export type Strings = Record<string, unknown>;

/** The part of an anywidget model that is used. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  widget_manager?: unknown;
}
