// A view without a mouse: arrows move a cursor by bin, cell or row, Shift and arrows brush,
// Enter picks (with Shift it adds), Escape clears, and a live region says what is there.
import type { View as VegaView } from "vega";
import type { Dim, Row } from "../contract";
import { attribute } from "../dom/dom";
import { show, word } from "../dom/words";
import { type Cell, inDirection, meaningOf, type Stops, stopsOf } from "./cursor_stops";
import { boundsOf } from "./marks";
import { groups, isPicked, pickedWith } from "./picks";
import { toRows } from "./rows";
import { binPixels, channelOf, originOf, type Span } from "./scales";
import type { ViewActions } from "./view_actions";

const MOST_ROWS_SAID = 4;

export class Cursor {
  readonly #view: ViewActions;
  #stops: Stops | null = null;
  #at: Cell | null = null;
  #anchor: Cell | null = null;

  constructor(view: ViewActions, signal: AbortSignal) {
    this.#view = view;
    const { plot } = view.frame;
    plot.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    plot.addEventListener("blur", () => this.#leave(), { signal });
    plot.addEventListener("pointerdown", () => this.#leave(), { signal });
  }

  /** After rows or size have changed: the cursor stays on its bin. */
  refresh(): void {
    this.#stops = null;
    if (this.#at) this.#mark();
  }

  #leave(): void {
    this.#at = null;
    this.#anchor = null;
    this.#view.frame.overlay.hidden = true;
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#view.vega) return;
    const taken = event.key.startsWith("Arrow")
      ? this.#move(event.key, event.shiftKey)
      : this.#act(event.key, event.shiftKey);
    if (!taken) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #act(key: string, adding: boolean): boolean {
    if (key === "Escape") return this.#clear();
    if (key === "Home" || key === "End") return this.#jump(key === "End");
    if ((key === "Enter" || key === " ") && this.#at) return this.#choose(adding);
    return false;
  }

  #known(): Stops {
    const { view, rows } = this.#view.state;
    this.#stops ??= stopsOf(view, toRows(rows[view.datasets[0] ?? ""]));
    return this.#stops;
  }

  #jump(last: boolean): boolean {
    const { size } = this.#known();
    this.#anchor = null;
    this.#at = size.map((n) => (last ? n - 1 : 0));
    this.#mark();
    this.#say();
    return true;
  }

  #move(key: string, brushing: boolean): boolean {
    const stops = this.#known();
    if (stops.size.some((n) => n < 1)) return false;
    const before = this.#at ?? stops.size.map(() => 0);
    this.#anchor = brushing ? (this.#anchor ?? before) : null;
    this.#at = this.#at ? this.#next(before, key, stops) : before;
    this.#mark();
    this.#say();
    if (brushing && this.#anchor && this.#view.state.view.param) {
      this.#view.brush(meaningOf(this.#view.state.view, this.#anchor, this.#at));
    }
    return true;
  }

  #next(at: Cell, key: string, stops: Stops): Cell {
    const { vega, state } = this.#view;
    const forward = (index: number) => {
      const dim = state.view.dims[index];
      if (!vega || !dim) return true;
      const channel = channelOf(state.view, index);
      const first = binPixels(vega, channel, dim, 0);
      const last = binPixels(vega, channel, dim, (stops.size[index] ?? 1) - 1);
      return !first || !last || last[0] >= first[0];
    };
    return inDirection(at, key, stops.size, (i) => channelOf(state.view, i), forward);
  }

  #choose(adding: boolean): boolean {
    const view = this.#view;
    const { state } = view;
    const [row] = this.#rowsHere();
    const [group] = groups(state.view.pick);
    if (group && row && group.every(({ field }) => field in row)) {
      view.pick(group, pickedWith(group, row, adding, state));
    } else if (state.view.param && this.#at) {
      view.brush(meaningOf(state.view, this.#at, this.#at));
    }
    queueMicrotask(() => this.#say());
    return true;
  }

  #clear(): boolean {
    const { view } = this.#view.state;
    const had = this.#at !== null || this.#view.meaning !== null;
    this.#leave();
    if (this.#view.meaning) {
      const group = groups(view.pick).find(([{ knob }]) => !knob);
      if (view.param) this.#view.brush(null);
      else if (group)
        this.#view.pick(
          group,
          group.map(() => []),
        );
    }
    return had;
  }

  #rowsHere(): Row[] {
    return this.#at ? this.#known().rows(this.#at) : [];
  }

  #say(): void {
    const { view, look, strings } = this.#view.state;
    const rows = this.#rowsHere();
    const place = view.dims.map((dim, i) => `${dim.label} ${this.#binInWords(dim, i)}`);
    const numbers = rows.slice(0, MOST_ROWS_SAID).map((row) =>
      view.columns
        .filter(({ field }) => field in row)
        .map(({ field, label, format }) => `${label} ${show(row[field], format, look.locale)}`)
        .join(", "),
    );
    if (this.#isPicked(rows)) numbers.push(word(strings, "picked"));
    if (!rows.length) numbers.push(word(strings, "missing"));
    if (rows.length > MOST_ROWS_SAID) numbers.push(word(strings, "rows", { n: rows.length }));
    this.#view.frame.live.textContent = [...place, ...numbers].filter(Boolean).join("; ");
  }

  #isPicked([row]: Row[]): boolean {
    const { state } = this.#view;
    return row !== undefined && isPicked(groups(state.view.pick)[0], row, state);
  }

  #binInWords(dim: Dim, index: number): string {
    const bin = this.#at?.[index] ?? 0;
    const { locale } = this.#view.state.look;
    if (!dim.edges) return dim.levels?.[bin] ?? "";
    const format = dim.time ? "time" : ",.3~r";
    const edge = (i: number) => show(dim.edges?.[i], format, locale);
    return `${edge(bin)} – ${edge(bin + 1)}`;
  }

  #mark(): void {
    const { vega, frame, state } = this.#view;
    const box =
      vega && this.#at && (this.#binBox(vega) ?? boundsOf(vega, this.#rowsHere(), state.view));
    frame.overlay.hidden = !box;
    if (!vega || !box) return;
    const [ox, oy] = originOf(vega);
    const [[x0, x1], [y0, y1]] = box;
    const style = `left:${ox + x0}px;top:${oy + y0}px;width:${x1 - x0}px;height:${y1 - y0}px`;
    attribute(frame.overlay, "style", style);
  }

  #binBox(vega: VegaView): [Span, Span] | null {
    const { view } = this.#view.state;
    if (!view.dims.length) return null;
    const box = { x: [0, vega.width()] as Span, y: [0, vega.height()] as Span };
    for (const [index, dim] of view.dims.entries()) {
      const channel = channelOf(view, index);
      const span = binPixels(vega, channel, dim, this.#at?.[index] ?? 0);
      if (!span) return null;
      box[channel] = span;
    }
    return [box.x, box.y];
  }
}
