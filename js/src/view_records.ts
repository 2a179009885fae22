// The views a widget sends, of one closed set of kinds. Mirrors crm_widgets/charts/view.py; a Python
// test compares the field names, one a line.

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
