// One generic view: embedded once, rows swapped in place, its brush and picks told and shown.
import type { View as VegaView } from "vega";
import type { Chart, Columns, Meaning, Row, Scalar } from "../contract";
import { debounce } from "../dom/dom";
import { tooltipIn } from "../dom/tooltip";
import { meaningIn, sameMeaning, spansOf, writeBrush } from "./brush";
import { BrushBox } from "./brush_box";
import { draw, fills, type Size, usesBrush } from "./chart";
import { ChartFrame } from "./chart_frame";
import { draws } from "./hints";
import { Cursor } from "./keys";
import { ask, groups, type PickGroup, picked, readPicks, samePicks, writePicks } from "./picks";
import { Pointer } from "./pointer";
import { assign, changedFields, modified, rowCount, sameColumns, toRows } from "./rows";
import { originOf } from "./scales";
import type { ShownView, ViewCallbacks, ViewState } from "./state";
import type { ViewActions } from "./view_actions";

const BRUSH_QUIET_MS = 120;

export class ChartView implements ViewActions, ShownView<Chart> {
  readonly kind = "chart";
  readonly frame: ChartFrame;
  vega: VegaView | null = null;
  brushed: Meaning = null;
  state: ViewState<Chart>;
  readonly #callbacks: ViewCallbacks;
  readonly #signal: AbortSignal;
  readonly #cursor: Cursor;
  readonly #pointer: Pointer;
  readonly #box = new BrushBox();
  readonly #tooltip: ReturnType<typeof tooltipIn>;
  readonly #rest: ReturnType<typeof debounce>;
  #drawn = "";
  #shown: Record<string, Columns | undefined> = {};
  /** Of the box when it was last drawn in. */
  #size: Size = { width: 0, height: 0 };
  #queue: Promise<void> = Promise.resolve();
  /** How many changes of our own are running, whose echo is not the reader's. */
  #setting = 0;
  /** Whether the reader has moved the brush since it was told. */
  #moved = false;
  /** Whether the chart itself looks at the brush. */
  #looked = false;
  /** What is known of which fields it draws. */
  readonly #draws = new Map<string, boolean>();

  constructor(
    state: ViewState<Chart>,
    callbacks: ViewCallbacks,
    root: HTMLElement,
    signal: AbortSignal,
  ) {
    this.state = state;
    this.#callbacks = callbacks;
    this.#signal = signal;
    this.frame = new ChartFrame(state, signal, () => this.#then(() => this.#fit()));
    this.#cursor = new Cursor(this, signal);
    this.#tooltip = tooltipIn(root, signal);
    this.#rest = debounce(() => this.#tellBrush(), BRUSH_QUIET_MS, signal);
    this.#pointer = new Pointer(this, signal);
    signal.addEventListener("abort", () => this.#finalize(), { once: true });
    this.#enqueue();
  }

  /** Shows the newest state; what is waiting to be drawn is passed over. */
  update(state: ViewState<Chart>): Promise<void> {
    this.state = state;
    this.frame.update(state);
    return this.#enqueue();
  }

  get element(): HTMLElement {
    return this.frame.element;
  }

  /** The meaning of this view's clause, as the kernel has it. */
  get meaning(): Meaning {
    return meaningIn(this.state.view.id, this.state.selection);
  }

  /** The values that each pick of a group shows. */
  picked(group: PickGroup): Scalar[][] {
    return picked(group, this.state);
  }

  /** The reader is about to brush. */
  prepareBrush(): void {
    if (this.state.view.param) this.#callbacks.hover(this.state.view.id);
  }

  /** Draws this brush as if dragged, and tells it once it rests. */
  brush(meaning: Meaning): void {
    this.dragBrush(meaning);
    this.#rest();
  }

  /** Draws a brush that is being dragged, and moves on. */
  dragBrush(meaning: Meaning): void {
    this.#moved = true;
    this.#showBrush(meaning);
    this.#callbacks.move(this.state.view.id, meaning);
  }

  /** Tells the brush once things have been quiet for a while. */
  tellBrushLater(): void {
    this.#rest();
  }

  /** Draws other rows at once: what a brush that moves elsewhere leaves of them. */
  preview(columns: Columns): void {
    const name = this.state.view.datasets[0];
    if (!this.vega || !name || sameColumns(columns, this.#shown[name])) return;
    const fields = changedFields(this.#shown[name], columns);
    this.#shown[name] = columns;
    if (fields && !this.#drawsAny(fields)) {
      // the tooltip says it once it is asked for
      assign(this.vega.data(name) as Row[], columns, fields);
      return;
    }
    this.#quietly((vega) => {
      const rows = fields ? (vega.data(name) as Row[]) : [];
      if (!fields || rows.length !== rowCount(columns)) vega.data(name, toRows(columns));
      else vega.change(name, modified(rows, columns, fields));
    });
  }

  /** Whether the chart looks other if these fields of its rows do. */
  #drawsAny(fields: string[]): boolean {
    const key = fields.join();
    const known = this.#draws.get(key) ?? draws(this.state.view.spec, fields);
    this.#draws.set(key, known);
    return known;
  }

  /** Asks for these values of each field of a group. A knob cannot be picked away. */
  pick(group: PickGroup, values: Scalar[][]): void {
    ask(group, values, this.state.view.id, this.#callbacks);
    this.#quietly((vega) => writePicks(vega, group, this.picked(group)));
  }

  #enqueue(): Promise<void> {
    const wanted = this.state;
    return this.#then(async () => {
      if (wanted === this.state) await this.#show(wanted);
    });
  }

  /** One thing after the other: embedding, new rows, a new size. */
  #then(task: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      if (this.#signal.aborted) return;
      try {
        await task();
        this.frame.failed(null);
      } catch (error) {
        console.error(error);
        this.frame.failed(this.state.strings);
      }
    });
    return this.#queue;
  }

  async #show(state: ViewState<Chart>): Promise<void> {
    const { view, rows, look } = state;
    const drawn = `${view.hash} ${look.key}`;
    if (drawn !== this.#drawn || !this.vega) {
      // all views are measured before the first is drawn: each would have the page laid out anew
      const size = await this.frame.sized();
      if (this.#signal.aborted) return;
      await this.#embed(state, size);
      this.#drawn = drawn;
    } else {
      const changed = view.datasets.filter((name) => !sameColumns(rows[name], this.#shown[name]));
      if (changed.length) {
        await this.#quietly((vega) => {
          for (const name of changed) vega.data(name, toRows(rows[name]));
          vega.resize();
        });
      }
      this.#remember(state);
    }
    await this.#showSelection();
    this.#cursor.refresh();
  }

  async #embed(state: ViewState<Chart>, size: Size): Promise<void> {
    const { view, rows, look } = state;
    this.#finalize();
    const vega = draw({ view, rows, size, look, tooltip: this.#tooltip });
    this.vega = vega;
    this.#size = size;
    this.#looked = usesBrush(view);
    this.#draws.clear();
    this.frame.free(!fills(view.spec));
    vega.initialize(this.frame.plot);
    this.frame.label();
    await vega.runAsync();
    if (this.vega !== vega) return;
    this.#box.join(this.frame.plot);
    this.#showBrush(this.brushed);
    this.#remember(state);
    for (const group of groups(view.pick)) {
      vega.addDataListener(`${group[0].param}_store`, () => this.#onPick(group));
    }
    vega.addEventListener("click", (_event, item) => this.#pointer.clicked(item?.datum));
  }

  #remember({ view, rows }: ViewState<Chart>): void {
    this.#shown = Object.fromEntries(view.datasets.map((name) => [name, rows[name]]));
  }

  /** Brings brush and picks to what the kernel has, without hearing itself. */
  async #showSelection(): Promise<void> {
    const { view } = this.state;
    if (!this.vega || this.#pointer.down || this.#rest.due()) return;
    if (view.param && !sameMeaning(this.brushed, this.meaning)) this.#showBrush(this.meaning);
    const picks = groups(view.pick).filter((group) => {
      return this.vega && !samePicks(readPicks(this.vega, group), this.picked(group));
    });
    if (!picks.length) return;
    await this.#quietly((vega) => {
      for (const group of picks) writePicks(vega, group, this.picked(group));
    });
  }

  #showBrush(meaning: Meaning): void {
    this.brushed = meaning;
    this.#placeBrush();
    const { view } = this.state;
    if (this.#looked) this.#quietly((vega) => writeBrush(vega, view, meaning));
  }

  #placeBrush(): void {
    const { vega, brushed, state } = this;
    if (!vega) return;
    const size = [vega.width(), vega.height()] as const;
    this.#box.show(spansOf(vega, state.view, brushed), originOf(vega), size);
  }

  async #quietly(change: (vega: VegaView) => void): Promise<void> {
    if (!this.vega) return;
    this.#setting += 1;
    try {
      change(this.vega);
      await this.vega.runAsync();
    } finally {
      this.#setting -= 1;
    }
    this.#placeBrush();
  }

  #tellBrush(): void {
    const { view } = this.state;
    if (!this.vega || !view.param || this.#pointer.down) return;
    const { brushed, meaning } = this;
    const told = !this.#moved || sameMeaning(brushed, meaning);
    this.#moved = false;
    if (told) this.#callbacks.rest();
    else this.#callbacks.select(view.id, brushed);
  }

  #onPick(group: PickGroup): void {
    if (this.#setting || !this.vega) return;
    const values = readPicks(this.vega, group);
    if (!samePicks(values, this.picked(group))) this.pick(group, values);
  }

  async #fit(): Promise<void> {
    const { vega, state } = this;
    const { width, height } = this.frame.size();
    if (!vega || !fills(state.view.spec) || !width || !height) return;
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    await this.#quietly((view) => view.signal("width", width).signal("height", height).resize());
    this.#showBrush(this.brushed);
    this.#cursor.refresh();
  }

  #finalize(): void {
    this.#pointer.forget();
    this.vega?.finalize();
    this.vega = null;
    this.frame.plot.replaceChildren();
  }
}
