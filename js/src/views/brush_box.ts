// The rectangle of a brush, over the plot that Vega draws: a step of it draws no chart anew.
import { attribute, h } from "../dom/dom";
import type { Spans } from "./brush";
import type { Span } from "./scales";

/** A line through one pixel is still to be seen. */
const LEAST_PX = 2;

export class BrushBox {
  /** Lies behind the marks. */
  readonly #shade = h("div", { class: "crmw-brush crmw-brush-shade", hidden: true });
  /** Lies over them. */
  readonly #edge = h("div", { class: "crmw-brush crmw-brush-edge", hidden: true });

  #shown = "";

  /** Puts it into a plot that has been drawn. */
  join(plot: HTMLElement): void {
    plot.prepend(this.#shade);
    plot.append(this.#edge);
  }

  /** Shows it at these pixels of a plot of this size, or hides it where there are none. */
  show(spans: Spans, [left, top]: Span, [width, height]: readonly [number, number]): void {
    const [x0, x1] = wide(spans.get("x") ?? [0, width], width);
    const [y0, y1] = wide(spans.get("y") ?? [0, height], height);
    const style = `left:${left + x0}px;top:${top + y0}px;width:${x1 - x0}px;height:${y1 - y0}px`;
    const shown = spans.size ? style : "";
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const part of [this.#shade, this.#edge]) {
      part.hidden = !shown;
      attribute(part, "style", style);
    }
  }
}

function wide([a, b]: Span, length: number): Span {
  const [from, to] = [Math.max(0, Math.min(a, b)), Math.min(length, Math.max(a, b))];
  return to - from < LEAST_PX ? [from - LEAST_PX / 2, from + LEAST_PX / 2] : [from, to];
}
