// One generic view: embedded once, rows swapped in place, its brush and picks told and shown.
import type { View as VegaView } from "vega";
import type { Chart, Columns, Meaning, Row, Scalar } from "../contract";
import { debounce } from "../dom/dom";
import { tooltipIn } from "../dom/tooltip";
import { meaningIn, readBrush, sameMeaning, snapBrush, writeBrush } from "./brush";
import { draw, fills, type Size } from "./chart";
import { ChartFrame } from "./chart_frame";
import { Cursor } from "./keys";
import { ask, groups, type PickGroup, picked, readPicks, samePicks, writePicks } from "./picks";
import { Pointer } from "./pointer";
import { changedFields, modified, rowCount, sameColumns, toRows } from "./rows";
import type { ShownView, ViewCallbacks, ViewState } from "./state";
import type { ViewActions } from "./view_actions";

const BRUSH_QUIET_MS = 120;

export class ChartView implements ViewActions, ShownView<Chart> {
  readonly kind = "chart";
  readonly frame: ChartFrame;
  vega: VegaView | null = null;
  state: ViewState<Chart>;
  readonly #callbacks: ViewCallbacks;
  readonly #signal: AbortSignal;
  readonly #cursor: Cursor;
  readonly #pointer: Pointer;
  readonly #tooltip: ReturnType<typeof tooltipIn>;
  readonly #brushed: ReturnType<typeof debounce>;
  #drawn = "";
  #shown: Record<string, Columns | undefined> = {};
  /** Of the box when it was last drawn in. */
  #size: Size = { width: 0, height: 0 };
  #queue: Promise<void> = Promise.resolve();
  /** How many changes of our own are running, whose echo is not the reader's. */
  #setting = 0;

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
    this.#brushed = debounce(() => this.#tellBrush(), BRUSH_QUIET_MS, signal);
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
    this.#quietly((vega) => writeBrush(vega, this.state.view, meaning));
    this.#callbacks.move(this.state.view.id, meaning);
    this.#brushed();
  }

  /** Brings a brush that is being dragged to the edges of bins. */
  snapMovingBrush(): void {
    const { vega, state } = this;
    const meaning = vega && readBrush(vega, state.view);
    if (!meaning) return;
    this.#quietly((view) => snapBrush(view, state.view, meaning));
    this.#callbacks.move(state.view.id, meaning);
  }

  /** Tells the brush once things have been quiet for a while. */
  tellBrushLater(): void {
    this.#brushed();
  }

  /** Draws other rows at once: what a brush that moves elsewhere leaves of them. */
  preview(columns: Columns): void {
    const name = this.state.view.datasets[0];
    if (!this.vega || !name || sameColumns(columns, this.#shown[name])) return;
    const fields = changedFields(this.#shown[name], columns);
    this.#shown[name] = columns;
    this.#quietly((vega) => {
      const rows = fields ? (vega.data(name) as Row[]) : [];
      if (!fields || rows.length !== rowCount(columns)) vega.data(name, toRows(columns));
      else vega.change(name, modified(rows, columns, fields));
    });
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
    this.frame.free(!fills(view.spec));
    vega.initialize(this.frame.plot);
    this.frame.label();
    await vega.runAsync();
    if (this.vega !== vega) return;
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
    if (!this.vega || this.#pointer.down || this.#brushed.due()) return;
    const brushes = view.param && !sameMeaning(readBrush(this.vega, view), this.meaning);
    const picks = groups(view.pick).filter((group) => {
      return this.vega && !samePicks(readPicks(this.vega, group), this.picked(group));
    });
    if (!brushes && !picks.length) return;
    await this.#quietly((vega) => {
      if (brushes) writeBrush(vega, view, this.meaning);
      for (const group of picks) writePicks(vega, group, this.picked(group));
    });
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
  }

  #tellBrush(): void {
    const { view } = this.state;
    if (!this.vega || !view.param || this.#pointer.down) return;
    const meaning = readBrush(this.vega, view);
    this.#quietly((vega) => writeBrush(vega, view, meaning));
    if (sameMeaning(meaning, this.meaning)) this.#callbacks.rest();
    else this.#callbacks.select(view.id, meaning);
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
    const moving = this.#pointer.down || this.#brushed.due();
    const meaning = moving ? readBrush(vega, state.view) : this.meaning;
    await this.#quietly((view) => view.signal("width", width).signal("height", height).resize());
    await this.#quietly((view) => writeBrush(view, state.view, meaning));
    this.#cursor.refresh();
  }

  #finalize(): void {
    this.#pointer.forget();
    this.vega?.finalize();
    this.vega = null;
    this.frame.plot.replaceChildren();
  }
}
