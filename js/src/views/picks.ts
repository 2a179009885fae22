// Point selections: what is picked, asked of the page, read from and written to Vega's store.
import type { View as VegaView } from "vega";
import type { Pick, Row, Scalar } from "../contract";
import { meaningIn } from "./brush";
import type { ViewCallbacks, ViewState } from "./state";

interface Stored {
  fields?: { field: string }[];
  values?: Scalar[];
}

/** The picks of one point param: one, or several fields of the same mark. */
export type PickGroup = [Pick, ...Pick[]];

/** The picks of a view, by param. */
export function groups(picks: readonly Pick[]): PickGroup[] {
  const found = new Map<string, PickGroup>();
  for (const pick of picks) {
    const group = found.get(pick.param);
    if (group) group.push(pick);
    else found.set(pick.param, [pick]);
  }
  return [...found.values()];
}

/** What is picked with a row: the first group of which it has all values. */
export function groupOf(picks: readonly Pick[], row: Row): PickGroup | undefined {
  return groups(picks).find((group) => group.every(({ field }) => (row[field] ?? null) !== null));
}

/** The values of a row that a group picks. */
export function valuesOf(group: PickGroup, row: Row): Scalar[][] {
  return group.map(({ field }) => [row[field] ?? null]);
}

/** The values that each pick of a group shows: of its knob (a list has several), or of the view's clause. */
export function picked(group: PickGroup, state: ViewState): Scalar[][] {
  const meaning = meaningIn(state.view.id, state.selection);
  return group.map(({ knob, key }) => {
    if (!knob) return meaning?.values?.[key] ?? [];
    const value = state.knobs(knob);
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? value : [value]) as Scalar[];
  });
}

/** Whether a row is among what is picked. */
export function isPicked(group: PickGroup | undefined, row: Row, state: ViewState): boolean {
  if (!group) return false;
  const values = picked(group, state);
  return group.every(({ field }, i) => values[i]?.includes(row[field] ?? null));
}

/** What is picked once a row is: it alone, or added to the others; what was picked is let go of. */
export function pickedWith(
  group: PickGroup,
  row: Row,
  adding: boolean,
  state: ViewState,
): Scalar[][] {
  const before = picked(group, state);
  const here = valuesOf(group, row);
  if (group[0].knob) return here;
  if (!adding) return samePicks(before, here) ? group.map(() => []) : here;
  if (!isPicked(group, row, state)) {
    return before.map((list, i) => [...new Set([...list, ...(here[i] ?? [])])]);
  }
  // of several fields all pairs are picked: only where one value differs can it be taken out
  const differs = before.findIndex((list) => list.length > 1);
  return before.map((list, i) =>
    i === Math.max(differs, 0) ? list.filter((value) => !here[i]?.includes(value)) : list,
  );
}

/** Asks for these values of each field of a group. A knob cannot be picked away. */
export function ask(
  group: PickGroup,
  values: Scalar[][],
  view: string,
  callbacks: ViewCallbacks,
): void {
  const [{ knob }] = group;
  const value = values[0]?.at(-1);
  if (knob && value !== undefined) callbacks.knob(knob, value);
  else if (!knob) {
    const pairs = group.map(({ key }, i) => [key, values[i] ?? []] as const);
    const some = pairs.every(([, list]) => list.length);
    callbacks.select(view, some ? { intervals: null, values: Object.fromEntries(pairs) } : null);
  }
}

function unescaped(field: string): string {
  return field.replace(/\\(.)/g, "$1");
}

/** The picked values of each field of a group, each once. */
export function readPicks(vega: VegaView, group: PickGroup): Scalar[][] {
  const stored = vega.data(`${group[0].param}_store`) as Stored[];
  return group.map((pick) => {
    const picked = new Set<Scalar>();
    for (const { fields, values } of stored) {
      const at = (fields ?? []).findIndex(({ field }) => unescaped(field) === pick.field);
      const value = at < 0 ? undefined : values?.[at];
      if (value !== undefined) picked.add(value);
    }
    return [...picked];
  });
}

/** Shows these values of each field as picked. The caller runs the view. */
export function writePicks(vega: VegaView, group: PickGroup, values: readonly Scalar[][]): void {
  const fields = group.map(({ field }) => ({ type: "E", field: escaped(field) }));
  const tuples = values.every((list) => list.length) ? product(values) : [];
  vega.data(
    `${group[0].param}_store`,
    tuples.map((tuple) => ({ unit: "", fields, values: tuple })),
  );
}

/** Vega-Lite reads `.` and brackets in a stored field's name as a path. */
function escaped(field: string): string {
  return field.replace(/[\\.[\]'"]/g, "\\$&");
}

function product(lists: readonly Scalar[][]): Scalar[][] {
  return lists.reduce<Scalar[][]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((value) => [...tuple, value])),
    [[]],
  );
}

/** Whether the same values are picked of each field, in any order. */
export function samePicks(a: readonly Scalar[][], b: readonly Scalar[][]): boolean {
  return a.length === b.length && a.every((list, i) => sameSet(list, b[i] ?? []));
}

function sameSet(a: readonly Scalar[], b: readonly Scalar[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}
