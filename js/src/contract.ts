// What a widget sends to its page. Mirrors crm_widgets/charts/view.py and the traits of
// crm_widgets/widgets; a Python test compares the field names, one a line.

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

export interface Dim {
  key: string;
  label: string;
  field: string[];
  edges: number[] | null;
  levels: string[] | null;
  time: boolean;
}

export interface Series {
  field: string;
  agg: "count" | "sum" | "mean";
}

export interface Pick {
  param: string;
  field: string;
  key: string;
  knob: string | null;
}

export interface Column {
  field: string;
  label: string;
  format: string | null;
}

export interface Chart {
  kind: "chart";
  id: string;
  spec: Record<string, unknown>;
  hash: string;
  datasets: string[];
  dims: Dim[];
  series: Series[];
  param: string | null;
  active_bins: number;
  pick: Pick[];
  columns: Column[];
  span: number;
  height: number;
}

/** A row of the first dataset of key figures; beside it the fields of their picks. */
export interface Figure {
  label: string;
  value: string;
  change: string;
  sense: "good" | "bad" | "none";
  n: number | null;
}

/** The second dataset has the points of the small lines: the number of a figure, and a value. */
export interface Figures {
  kind: "figures";
  id: string;
  hash: string;
  datasets: string[];
  pick: Pick[];
  span: number;
}

/** A row of the dataset of a listing; beside it the fields of its picks. */
export interface ListItem {
  text: string;
  n: number | null;
  severity: "note" | "warning" | "serious";
}

export interface Listing {
  kind: "listing";
  id: string;
  hash: string;
  datasets: string[];
  pick: Pick[];
  span: number;
}

export interface Rows {
  kind: "rows";
  id: string;
  hash: string;
  datasets: string[];
  pick: Pick[];
  columns: Column[];
  sort: string | null;
  descending: boolean;
  span: number;
  height: number;
}

/** Each view is sent as a JSON text: shorter in a saved notebook, which indents records. */
export type View = Chart | Figures | Listing | Rows;

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
  active: { view: string; bins: number[] };
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
  "loading",
  "missing",
  "next",
  "no_answer",
  "no_runtime",
  "none",
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
  "stale",
  "table",
  "undo",
  "updating",
  "working",
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
