// Tooltips written when the pointer asks: Vega would write one for each mark each time it draws.
import type { Scalar } from "../contract";
import { type Locale, show } from "../dom/words";

type Json = Record<string, unknown>;

interface Hint {
  field: string;
  title: string;
  format: string | null;
}

/** The spec with a number, from 1 (Vega shows no 0), for each list of tooltip fields, and the lists. */
export function takeHints(spec: Json): { spec: Json; hints: Hint[][] } {
  const hints: Hint[][] = [];
  const taken = (node: Json): Json => {
    const found: Json = { ...node };
    const encoding = node.encoding as Json | undefined;
    if (Array.isArray(encoding?.tooltip)) {
      hints.push((encoding.tooltip as Json[]).map(hintOf));
      found.encoding = { ...encoding, tooltip: { value: hints.length } };
    }
    for (const key of ["layer", "hconcat", "vconcat", "concat"]) {
      const parts = node[key];
      if (Array.isArray(parts)) found[key] = parts.map((part) => taken(part as Json));
    }
    if (typeof node.spec === "object" && node.spec) found.spec = taken(node.spec as Json);
    return found;
  };
  return { spec: taken(spec), hints };
}

/** Whether a chart draws any of these fields, not only says them in a tooltip. */
export function draws(spec: Json, fields: readonly string[]): boolean {
  // however often a name is escaped
  const plain = (text: string) => text.replaceAll("\\", "");
  const drawn = plain(JSON.stringify(takeHints(spec).spec));
  return fields.some((field) => drawn.includes(plain(field)));
}

function hintOf(channel: Json): Hint {
  const field = String(channel.field ?? "").replace(/\\(.)/g, "$1");
  const title = String(channel.title ?? field);
  return { field, title, format: typeof channel.format === "string" ? channel.format : null };
}

/** What a hint says of the row under the pointer; other values as they are. */
export function hintInWords(
  value: unknown,
  hints: readonly Hint[][],
  datum: Record<string, Scalar> | undefined,
  locale: Locale,
): unknown {
  const fields = typeof value === "number" ? hints[value - 1] : undefined;
  if (!fields || !datum) return value;
  return Object.fromEntries(
    fields.map(({ field, title, format }) => [
      title,
      show(Object.hasOwn(datum, field) ? datum[field] : null, format, locale),
    ]),
  );
}
