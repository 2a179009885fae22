// A pointer on a view: it comes near, brushes, clicks a cell, or picks what is picked already.

import type { Scalar } from "../contract";
import { brushedChannels, cellAt, meaningOfSpans, sameMeaning, spansOf } from "./brush";
import { dragged, type Grip, inside, type Point } from "./grip";
import { groups, samePicks } from "./picks";
import { originOf, type Span } from "./scales";
import type { ViewActions } from "./view_actions";

/** A press that moves less is a click. */
const CLICK_PX = 4;
/** The least time between two looks at a pointer that moves within a frame. */
const AHEAD_MS = 6;
/** What nobody else need hear while a brush is dragged. */
const MOVES = ["pointermove", "mousemove"] as const;

interface Press {
  /** Ends what is listened to meanwhile. */
  end: AbortController;
  at: Span;
  grip: Grip | null;
  /** Whether there has been a brush since. */
  brushed: boolean;
}

export class Pointer {
  readonly #view: ViewActions;
  readonly #signal: AbortSignal;
  #press: Press | null = null;
  /** Where the plot begins in the window; null if that is to be measured. */
  #corner: Span | null = null;
  /** When a move was last looked at. */
  #looked = 0;
  /** What was picked when the pointer went down. */
  #before = new Map<string, Scalar[][]>();

  constructor(view: ViewActions, signal: AbortSignal) {
    this.#view = view;
    this.#signal = signal;
    const { plot } = view.frame;
    plot.addEventListener("pointerdown", (event) => this.#pressed(event), { signal });
    for (const near of ["pointerenter", "focus"] as const)
      plot.addEventListener(near, () => view.prepareBrush(), { signal });
    plot.addEventListener("pointermove", (event) => this.#hovered(event), {
      signal,
      passive: true,
    });
    plot.addEventListener("dblclick", () => this.#letGo(), { signal });
  }

  /** Whether it is pressed. */
  get down(): boolean {
    return this.#press !== null;
  }

  /** A click on what is picked already, and alone, lets go of it. */
  clicked(datum: Record<string, Scalar> | undefined): void {
    for (const group of groups(this.#view.state.view.pick)) {
      const before = this.#before.get(group[0].param) ?? [];
      const here = group.map(({ field }) =>
        datum && field in datum ? [datum[field] ?? null] : [],
      );
      const some = here.every((list) => list.length);
      if (some && !group[0].knob && samePicks(here, before))
        this.#view.pick(
          group,
          group.map(() => []),
        );
    }
  }

  /** Lets go of a chart that is gone. */
  forget(): void {
    if (this.#press) this.#press.grip = null;
  }

  #moved(event: MouseEvent): void {
    event.stopPropagation();
    if (event.type === "pointermove") this.#drag(event);
  }

  /** A browser keeps a move back until the next frame, and says so before: the time is used. */
  #ahead(event: PointerEvent): void {
    if (event.timeStamp - this.#looked < AHEAD_MS) return;
    this.#looked = event.timeStamp;
    this.#drag(event);
  }

  #drag({ clientX, clientY }: MouseEvent): void {
    const { vega, state } = this.#view;
    const press = this.#press;
    if (!vega || !press?.grip) return;
    const spans = dragged(press.grip, this.#at(clientX, clientY));
    const meaning = meaningOfSpans(vega, state.view, spans);
    press.brushed = meaning !== null;
    if (meaning) this.#view.dragBrush(meaning);
  }

  #pressed(event: PointerEvent): void {
    const { clientX, clientY } = event;
    this.#view.prepareBrush();
    this.#moveCorner();
    const grip = this.#grip(event);
    // the focus stays, and no text is marked
    if (grip) event.preventDefault();
    this.#press?.end.abort();
    const end = this.#listen(grip !== null);
    this.#press = { end, at: [clientX, clientY], grip, brushed: false };
    const shown = groups(this.#view.state.view.pick).map(
      (group) => [group[0].param, this.#view.picked(group)] as const,
    );
    this.#before = new Map(shown);
  }

  /** Follows the pointer wherever it goes, until it is released. */
  #listen(brushing: boolean): AbortController {
    const end = new AbortController();
    const signal = AbortSignal.any([this.#signal, end.signal]);
    for (const type of ["pointerup", "pointercancel"] as const)
      window.addEventListener(type, (event) => this.#released(event), { signal });
    if (!brushing) return end;
    const first = { signal, passive: true, capture: true };
    for (const type of MOVES) window.addEventListener(type, (event) => this.#moved(event), first);
    window.addEventListener("scroll", () => this.#moveCorner(), first);
    const ahead = (event: Event) => this.#ahead(event as PointerEvent);
    window.addEventListener("pointerrawupdate", ahead, first);
    return end;
  }

  #grip({ clientX, clientY, button }: PointerEvent): Grip | null {
    const { vega, state, brushed } = this.#view;
    const channels = brushedChannels(state.view);
    if (!vega || state.look.still || button !== 0 || !channels.length) return null;
    const [from, there] = [this.#at(clientX, clientY), spansOf(vega, state.view, brushed)];
    const size = { x: vega.width(), y: vega.height() };
    return { from, taken: inside(there, from) ? there : null, channels, size };
  }

  #released({ type, clientX, clientY }: PointerEvent): void {
    const press = this.#press;
    if (!press) return;
    this.#press = null;
    press.end.abort();
    const { vega, state, brushed, meaning } = this.#view;
    const [x, y] = press.at;
    const click = type === "pointerup" && Math.hypot(clientX - x, clientY - y) < CLICK_PX;
    const { x: px, y: py } = this.#at(clientX, clientY);
    const cell = click && vega ? cellAt(vega, state.view, [px, py]) : null;
    // a click on a cell selects it, on the only selected one lets go of it
    if (cell) this.#view.brush(sameMeaning(cell, meaning) ? null : cell);
    else if (press.grip && !press.grip.taken && !press.brushed && brushed) this.#letGo();
    else this.#view.tellBrushLater();
  }

  #letGo(): void {
    const { brushed, state } = this.#view;
    if (brushed && !state.look.still) this.#view.brush(null);
  }

  /** Over its brush, the pointer says that it can be taken. */
  #hovered({ clientX, clientY }: PointerEvent): void {
    const { vega, state, brushed, frame } = this.#view;
    if (this.down) return;
    this.#moveCorner();
    const over =
      vega !== null &&
      brushed !== null &&
      !state.look.still &&
      inside(spansOf(vega, state.view, brushed), this.#at(clientX, clientY));
    frame.plot.classList.toggle("crmw-takes", over);
  }

  #moveCorner(): void {
    this.#corner = null;
  }

  /** In pixels of the plot; where that is, is measured once while a brush is dragged. */
  #at(clientX: number, clientY: number): Point {
    this.#corner ??= this.#measured();
    const [left, top] = this.#corner;
    return { x: clientX - left, y: clientY - top };
  }

  #measured(): Span {
    const { vega, frame } = this.#view;
    const canvas = frame.plot.querySelector("canvas");
    if (!vega || !canvas) return [0, 0];
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = originOf(vega);
    return [left + x, top + y];
  }
}
