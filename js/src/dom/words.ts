// The front end's own words, and numbers as the reader's language writes them.
import * as vega from "vega";
import type { Scalar, StringKey, Strings } from "../contract";

/** The words of `key`, its `{holes}` filled; the key itself where there are none. */
export function word(strings: Strings, key: StringKey, values: Record<string, unknown> = {}) {
  const found = Object.hasOwn(strings, key) ? strings[key] : undefined;
  const text = typeof found === "string" ? found : key.replaceAll("_", " ");
  return text.replace(/\{(\w+)\}/g, (hole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : hole,
  );
}

export interface Locale {
  format(specifier: string): (value: number) => string;
  utcFormat(specifier: string): (value: Date | number) => string;
}

/** d3 formats in the reader's language; d3's own where none came. */
export function localeOf(strings: Strings): Locale {
  const number = strings.formatLocale ?? undefined;
  const time = strings.timeFormatLocale ?? undefined;
  const { locale } = vega as unknown as { locale(number?: unknown, time?: unknown): Locale };
  return locale(number, time);
}

const DAY_MS = 86_400_000;

/** A value of a table or of the keyboard cursor, in words. */
export function show(value: Scalar | undefined, format: string | null, locale: Locale): string {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return "–";
  try {
    if (format === "time") {
      return locale.utcFormat(value % DAY_MS === 0 ? "%Y-%m-%d" : "%Y-%m-%d %H:%M")(value);
    }
    if (format?.includes("%") && /%[A-Za-z]/.test(format)) return locale.utcFormat(format)(value);
    return locale.format(format ?? (Number.isInteger(value) ? "," : ",.3~r"))(value);
  } catch {
    return String(value);
  }
}
