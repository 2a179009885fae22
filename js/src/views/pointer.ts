// A pointer on a view: it comes near, brushes, clicks a cell, or picks what is picked already.

import type { Meaning, Scalar } from "../contract";
import { cellAt, sameMeaning } from "./brush";
import { groups, samePicks } from "./picks";
import { originOf, type Span } from "./scales";
import type { ViewActions } from "./view_actions";

/** A press that moves less is a click. */
const CLICK_PX = 4;
/** The least time between two looks at a pointer that moves within a frame. */
const AHEAD_MS = 6;

export class Pointer {
  readonly #view: ViewActions;
  #pressedAt: Span | null = null;
  /** The frame in which the moving brush is looked at. */
  #frame = 0;
  /** When a move was last looked at ahead of its frame. */
  #looked = 0;
  /** What was picked when the pointer went down. */
  #before = new Map<string, Scalar[][]>();

  /** Only the reader speaks: Vega's brush also changes by itself when a scale does. */
  constructor(view: ViewActions, signal: AbortSignal) {
    this.#view = view;
    const { plot } = view.frame;
    plot.addEventListener("pointerdown", (event) => this.#pressed(event), { signal });
    for (const near of ["pointerenter", "focus"] as const)
      plot.addEventListener(near, () => view.prepareBrush(), { signal });
    window.addEventListener("pointermove", () => this.#moved(), { signal, passive: true });
    plot.addEventListener("pointerrawupdate", (event) => this.#ahead(event as PointerEvent), {
      signal,
      passive: true,
    });
    plot.addEventListener("wheel", () => view.tellBrushLater(), { signal, passive: true });
    for (const end of ["pointerup", "pointercancel"] as const) {
      window.addEventListener(end, (event) => this.#released(event), { signal });
    }
  }

  /** Whether it is pressed. */
  get down(): boolean {
    return this.#pressedAt !== null;
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

  /** Looks no more at a chart that is gone. */
  forget(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #brushing(): boolean {
    return this.down && Boolean(this.#view.state.view.param);
  }

  /** Vega has moved its brush by the time the frame is drawn. */
  #moved(): void {
    if (!this.#brushing() || this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.down) this.#view.snapMovingBrush();
    });
  }

  /** A browser keeps a move back until the next frame, and says so before: the time is used. */
  #ahead({ clientX, clientY, timeStamp, pointerId, buttons }: PointerEvent): void {
    if (!this.#brushing() || timeStamp - this.#looked < AHEAD_MS) return;
    this.#looked = timeStamp;
    const move = { clientX, clientY, pointerId, buttons, bubbles: false };
    window.dispatchEvent(new PointerEvent("pointermove", move));
    this.#view.snapMovingBrush();
  }

  #pressed({ clientX, clientY }: PointerEvent): void {
    this.#view.prepareBrush();
    this.#pressedAt = [clientX, clientY];
    const shown = groups(this.#view.state.view.pick).map(
      (group) => [group[0].param, this.#view.picked(group)] as const,
    );
    this.#before = new Map(shown);
  }

  #released({ type, clientX, clientY }: PointerEvent): void {
    if (!this.#pressedAt) return;
    const [x, y] = this.#pressedAt;
    this.#pressedAt = null;
    const cell =
      type === "pointerup" && Math.hypot(clientX - x, clientY - y) < CLICK_PX
        ? this.#cellAt(clientX, clientY)
        : null;
    // a click on a cell selects it, on the only selected one lets go of it
    if (cell) this.#view.brush(sameMeaning(cell, this.#view.meaning) ? null : cell);
    else this.#view.tellBrushLater();
  }

  #cellAt(clientX: number, clientY: number): Meaning {
    const { vega, state, frame } = this.#view;
    const canvas = frame.plot.querySelector("canvas");
    if (!vega || !canvas) return null;
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = originOf(vega);
    return cellAt(vega, state.view, [clientX - left - x, clientY - top - y]);
  }
}
