// Rows as Vega wants them, from the columns that are sent.
import * as vega from "vega";
import type { Columns, Datasets, Levelled, Row, Scalar, SentDatasets } from "../contract";

const unpackedOnce = new WeakMap<SentDatasets, Datasets>();

/** Rows as they were before they were sent; the same each time, so that it is told what changes. */
export function unpacked(sent: SentDatasets): Datasets {
  let rows = unpackedOnce.get(sent);
  if (!rows) {
    const entries = Object.entries(sent).map(([name, columns]) => {
      const plain = Object.entries(columns).map(([field, column]) => [field, inFull(column)]);
      return [name, Object.fromEntries(plain) as Columns] as const;
    });
    rows = Object.fromEntries(entries);
    unpackedOnce.set(sent, rows);
  }
  return rows;
}

function inFull(column: Scalar[] | Levelled): Scalar[] {
  if (Array.isArray(column)) return column;
  const { levels, codes } = column;
  return codes.map((code) => levels[code] ?? null);
}

/** How many rows the columns hold. */
export function rowCount(columns: Columns | undefined): number {
  const first = columns && Object.values(columns)[0];
  return first ? first.length : 0;
}

/** One object a row. Own properties only, so that a column may be called `__proto__`. */
export function toRows(columns: Columns | undefined): Row[] {
  if (!columns) return [];
  const fields = Object.entries(columns);
  const rows: Row[] = new Array(rowCount(columns));
  for (let i = 0; i < rows.length; i++) {
    rows[i] = Object.fromEntries(fields.map(([field, values]) => [field, values[i] ?? null]));
  }
  return rows;
}

/** Whether two datasets hold the same values, so that nothing needs to be drawn. */
export function sameColumns(a: Columns | undefined, b: Columns | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  const fields = Object.keys(a);
  if (fields.length !== Object.keys(b).length) return false;
  return fields.every((field) => Object.hasOwn(b, field) && sameValues(a[field], b[field]));
}

/** The fields whose values are not the very same; null if it is not the same rows with others. */
export function changedFields(a: Columns | undefined, b: Columns): string[] | null {
  const fields = Object.keys(b);
  if (!a || rowCount(a) !== rowCount(b) || Object.keys(a).length !== fields.length) return null;
  if (!fields.every((field) => Object.hasOwn(a, field))) return null;
  return fields.filter((field) => a[field] !== b[field]);
}

/** Writes other values into rows that are drawn, and gives those that are not as before. */
export function assign(rows: Row[], columns: Columns, fields: string[]): Row[] {
  return rows.filter((row, i) => {
    let moved = false;
    for (const field of fields) {
      const value = columns[field]?.[i] ?? null;
      if (row[field] === value) continue;
      row[field] = value;
      moved = true;
    }
    return moved;
  });
}

/**
 * What has to be changed in rows that are drawn, so that Vega draws no other anew. It is Vega's
 * changeset in all that Vega asks of one, but does not look each row up by its id.
 */
export function modified(rows: Row[], columns: Columns, fields: string[]): vega.Changeset {
  const changes = {
    constructor: vega.changeset,
    pulse(pulse: Pulse): Pulse {
      for (const row of assign(rows, columns, fields)) pulse.mod.push(row);
      for (const field of pulse.mod.length ? fields : []) pulse.modifies(field);
      return pulse;
    },
  };
  return changes as unknown as vega.Changeset;
}

/** What goes through Vega's dataflow at a step. */
interface Pulse {
  mod: Row[];
  modifies(field: string): void;
}

function sameValues(a: Scalar[] | undefined, b: Scalar[] | undefined): boolean {
  if (!a || !b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
