// Point selections: what is picked, read from and written to Vega's store.
import type { View as VegaView } from "vega";
import type { Pick, Scalar } from "../contract";

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
