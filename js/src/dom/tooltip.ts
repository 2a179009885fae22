// What stands under the pointer, as text in a box that stays inside the widget.
import type { TooltipHandler } from "vega";
import { attribute, h } from "./dom";

const GAP_PX = 12;
const MOST_LINES = 14;

/** A handler for Vega that fills one box; keys and values are text only. */
export function tooltipIn(root: HTMLElement, signal: AbortSignal): TooltipHandler {
  const box = h("div", { class: "crmw-tooltip", role: "presentation", hidden: true });
  root.append(box);
  signal.addEventListener("abort", () => box.remove(), { once: true });
  return (_handler, event, _item, value) => {
    if (brushes(event) || value === null || value === undefined || value === "") {
      box.hidden = true;
      return;
    }
    box.replaceChildren(...lines(value));
    box.hidden = false;
    place(box, root, event);
  };
}

/** Whether a mouse is held: no box stands in its way, or has the page laid out at each step. */
function brushes(event: MouseEvent | null): boolean {
  const { buttons = 0, pointerType = "mouse" } = (event ?? {}) as Partial<PointerEvent>;
  return buttons > 0 && pointerType !== "touch";
}

function lines(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [h("p", {}, String(value))];
  return Object.entries(value)
    .filter(([, text]) => text !== "")
    .slice(0, MOST_LINES)
    .map(([key, text]) => h("p", {}, h("span", {}, key), h("b", {}, inWords(text))));
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function place(box: HTMLElement, root: HTMLElement, event: MouseEvent): void {
  const bounds = root.getBoundingClientRect();
  const x = event.clientX - bounds.left;
  const y = event.clientY - bounds.top;
  const { offsetWidth: width, offsetHeight: height } = box;
  const right = x + GAP_PX + width <= bounds.width;
  const left = right ? x + GAP_PX : Math.max(0, x - GAP_PX - width);
  const below = y + GAP_PX + height <= bounds.height;
  const top = below ? y + GAP_PX : Math.max(0, y - GAP_PX - height);
  attribute(box, "style", `transform: translate(${Math.round(left)}px, ${Math.round(top)}px)`);
}
