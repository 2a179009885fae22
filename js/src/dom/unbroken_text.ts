// Text that may run over several lines: a break would part "1997-03" or "38 %" in two.
import { h } from "./dom";

const MOST_LETTERS = 28;
const NUMBER = String.raw`[+−-]?[$€£¥]?[QW]?\.?\d(?:[\d.,]*\d)?(?:[KMBT]|万?亿|万)?`;
const DATE = String.raw`\d+年(?:\d+月(?:\d+日)?|第\d+[季周]度?)`;
/** Dates, and numbers with their comparison, their range and their percent sign. */
const TOKEN = new RegExp(
  String.raw`${DATE}|(?<![\w-])(?:(?:\p{L} )?[=<>≥≤±] ?)?${NUMBER}(?:(?: – |[–-])${NUMBER})*(?: %)?`,
  "gu",
);
const BREAKS = /[-+–− 年万亿]/;

/** The text in parts, with a box around each token that a line could break. */
export function unbroken(text: string): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let from = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (!BREAKS.test(token) || token.length > MOST_LETTERS) continue;
    parts.push(text.slice(from, index), h("span", { class: "crmw-unbroken" }, token));
    from = index + token.length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

/** Text that may be cut off by its box: the whole of it in the title. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.replaceChildren(...unbroken(text));
  if (text && !element.hasAttribute("data-whole")) element.title = text;
  element.hidden = text === "";
}
