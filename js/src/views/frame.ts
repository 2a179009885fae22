// What surrounds a chart: its heading, the box it fills, and its numbers as a table.

import type { Chart, Strings } from "../contract";
import { attribute, h, uniqueId } from "../dom/dom";
import { setText } from "../dom/unbroken_text";
import { word } from "../dom/words";
import type { Size } from "./chart";
import type { ViewState } from "./state";
import { numbersTable } from "./table";

/** What axis and labels take beside the plot, so that charts of one height stand level. */
const AXIS_PX = 44;

export class Frame {
  readonly element: HTMLElement;
  readonly plot: HTMLElement;
  readonly overlay: HTMLElement;
  readonly live: HTMLElement;
  readonly #title: HTMLElement;
  readonly #subtitle: HTMLElement;
  readonly #toggle: HTMLButtonElement;
  readonly #stage: HTMLElement;
  readonly #table: HTMLElement;
  readonly #message: HTMLElement;
  #state: ViewState<Chart>;
  #turned = false;
  readonly #signal: AbortSignal;

  constructor(state: ViewState<Chart>, signal: AbortSignal, resized: () => void) {
    const id = uniqueId();
    this.#state = state;
    this.#signal = signal;
    this.#title = h("h3", { id });
    this.#subtitle = h("p", { class: "crmw-subtitle" });
    this.#toggle = h("button", { type: "button", class: "crmw-quiet" });
    this.plot = h("div", { class: "crmw-plot", tabindex: 0, role: "application" });
    this.overlay = h("div", { class: "crmw-cursor", hidden: true });
    this.#table = h("div", { class: "crmw-numbers", hidden: true, tabindex: 0, role: "region" });
    this.#message = h("p", { class: "crmw-failed", hidden: true });
    this.live = h("p", { class: "crmw-unseen", "aria-live": "polite" });
    this.#stage = h("div", { class: "crmw-stage" }, this.plot, this.overlay, this.#table);
    this.#stage.append(this.#message);
    this.element = h(
      "figure",
      { class: "crmw-view", "aria-labelledby": id },
      h("figcaption", {}, h("div", {}, this.#title, this.#subtitle), this.#toggle),
      this.#stage,
      this.live,
    );
    this.#toggle.addEventListener("click", () => this.#turn(!this.#turned), { signal });
    this.#watchSize(resized, signal);
    this.update(state);
  }

  update(state: ViewState<Chart>): void {
    this.#state = state;
    const { view, words } = state;
    setText(this.#title, words.title);
    setText(this.#subtitle, words.subtitle);
    this.element.dataset.view = view.id;
    this.element.style.setProperty("--span", String(view.span));
    attribute(this.element, "data-wide", view.span > 6);
    this.#stage.style.setProperty("--height", `${view.height + AXIS_PX}px`);
    this.label();
    attribute(this.#table, "aria-label", words.title);
    this.#toggle.hidden = view.datasets.length === 0;
    this.#turn(this.#turned);
  }

  /** What the plot says when it has the focus; Vega puts its own words there when it draws. */
  label(): void {
    const { words, strings } = this.#state;
    attribute(this.plot, "role", "application");
    attribute(this.plot, "aria-roledescription", word(strings, "chart"));
    const label = [words.title, words.sentence || words.subtitle].filter(Boolean).join(". ");
    attribute(this.plot, "aria-label", `${label} ${word(strings, "chart_help")}`);
  }

  size(): Size {
    return { width: this.#stage.clientWidth, height: this.#stage.clientHeight };
  }

  /** A chart that brings its own size scrolls in its box instead of filling it. */
  free(free: boolean): void {
    this.#stage.classList.toggle("crmw-free", free);
  }

  /** Says that the chart could not be drawn, or no longer says so. */
  failed(strings: Strings | null): void {
    this.#message.hidden = strings === null;
    if (strings) this.#message.textContent = word(strings, "failed");
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
      observer.observe(this.#stage);
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
    observer.observe(this.#stage);
    signal.addEventListener("abort", () => {
      cancelAnimationFrame(asked);
      observer.disconnect();
    });
  }
}
