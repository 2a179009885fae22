// What surrounds a chart: the box it fills, the cursor over it, and its numbers as a table.

import type { Chart } from "../contract";
import { attribute, h } from "../dom/dom";
import { word } from "../dom/words";
import type { Size } from "./chart";
import { Frame, focusWords } from "./frame";
import type { ViewState } from "./state";
import { numbersTable } from "./table";

/** What axis and labels take beside the plot, so that charts of one height stand level. */
const AXIS_PX = 44;

export class ChartFrame extends Frame {
  readonly plot = h("div", { class: "crmw-plot", tabindex: 0, role: "application" });
  readonly overlay = h("div", { class: "crmw-cursor", hidden: true });
  readonly #table = h("div", { class: "crmw-numbers", hidden: true, tabindex: 0, role: "region" });
  readonly #toggle = h("button", { type: "button", class: "crmw-quiet" });
  readonly #signal: AbortSignal;
  #state: ViewState<Chart>;
  #turned = false;

  constructor(state: ViewState<Chart>, signal: AbortSignal, resized: () => void) {
    super();
    this.#state = state;
    this.#signal = signal;
    this.body.prepend(this.plot, this.overlay, this.#table);
    this.caption.append(this.#toggle);
    this.#toggle.addEventListener("click", () => this.#turn(!this.#turned), { signal });
    this.#watchSize(resized, signal);
    this.update(state);
  }

  override update(state: ViewState<Chart>): void {
    super.update(state);
    this.#state = state;
    const { view, words } = state;
    this.body.style.setProperty("--height", `${view.height + AXIS_PX}px`);
    this.label();
    attribute(this.#table, "aria-label", words.title);
    this.#toggle.hidden = view.datasets.length === 0;
    this.#turn(this.#turned);
  }

  /** What the plot says when it has the focus; Vega puts its own words there when it draws. */
  label(): void {
    const { strings } = this.#state;
    attribute(this.plot, "role", "application");
    attribute(this.plot, "aria-roledescription", word(strings, "chart"));
    attribute(this.plot, "aria-label", focusWords(this.#state, word(strings, "chart_help")));
  }

  size(): Size {
    return { width: this.body.clientWidth, height: this.body.clientHeight };
  }

  /** A chart that brings its own size scrolls in its box instead of filling it. */
  free(free: boolean): void {
    this.body.classList.toggle("crmw-free", free);
  }

  /** The size once the box has one, before which nothing can be drawn well, or the widget goes. */
  sized(): Promise<Size> {
    const size = this.size();
    if (size.width > 0 || typeof ResizeObserver === "undefined") return Promise.resolve(size);
    return new Promise((done) => {
      const observer = new ResizeObserver(() => {
        if (this.size().width > 0) finish();
      });
      const finish = () => {
        observer.disconnect();
        this.#signal.removeEventListener("abort", finish);
        done(this.size());
      };
      observer.observe(this.body);
      this.#signal.addEventListener("abort", finish);
    });
  }

  #turn(toTable: boolean): void {
    const { view, rows, strings, look } = this.#state;
    this.#turned = toTable;
    this.#table.hidden = !toTable;
    this.plot.classList.toggle("crmw-behind", toTable);
    this.plot.inert = toTable;
    attribute(this.#toggle, "aria-pressed", String(toTable));
    this.#toggle.textContent = word(strings, toTable ? "hide_table" : "table");
    const data = rows[view.datasets[0] ?? ""];
    this.#table.replaceChildren(...(toTable ? numbersTable(view, data, look.locale, strings) : []));
  }

  #watchSize(resized: () => void, signal: AbortSignal): void {
    if (typeof ResizeObserver === "undefined") return;
    let asked = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(resized);
    });
    observer.observe(this.body);
    signal.addEventListener("abort", () => {
      cancelAnimationFrame(asked);
      observer.disconnect();
    });
  }
}
