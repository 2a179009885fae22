// The row of controls: in step with their records, each built anew only if its record changes.
import type { Control, Strings } from "../contract";
import { type Keyed, removeOthers } from "../dom/keyed_set";
import type { Locale } from "../dom/words";
import type { Built } from "./built";
import { buildControl, controlInWords } from "./controls";
import { arrange } from "./joined_controls";

export interface KnobCallbacks {
  /** The value of a knob. */
  read(knob: string): unknown;
  send(knob: string, value: unknown): void;
  /** Asks to be updated when a knob changes. */
  hear(knob: string): void;
}

export interface KnobState {
  controls: readonly Control[];
  strings: Strings;
  locale: Locale;
  pending: boolean;
}

interface KeptControl extends Keyed<Built> {
  key: string;
}

export class Knobs {
  readonly #row: HTMLElement;
  readonly #callbacks: KnobCallbacks;
  readonly #kept = new Map<string, KeptControl>();

  constructor(row: HTMLElement, callbacks: KnobCallbacks) {
    this.#row = row;
    this.#callbacks = callbacks;
  }

  update({ controls, strings, locale, pending }: KnobState): void {
    this.#row.hidden = controls.length === 0;
    let renewed: HTMLElement | null = null;
    removeOthers(this.#kept, new Set(controls.map(({ knob }) => knob)), ({ element }) => element);
    for (const control of controls) {
      const { knob } = control;
      const key = JSON.stringify([control, strings.lang]);
      let kept = this.#kept.get(knob);
      if (kept?.key !== key) {
        const focused = kept?.made.element.contains(document.activeElement);
        kept?.end.abort();
        kept?.made.element.remove();
        const end = new AbortController();
        const send = (value: unknown) => this.#callbacks.send(knob, value);
        const made = buildControl({ control, strings, locale, send, signal: end.signal });
        kept = { made, end, key };
        this.#kept.set(knob, kept);
        this.#callbacks.hear(knob);
        if (focused) renewed = made.element;
      }
      kept.made.show(this.#callbacks.read(knob), !pending);
    }
    const placed = controls.flatMap(({ knob, joined }) => {
      const element = this.#kept.get(knob)?.made.element;
      return element ? [{ element, joined }] : [];
    });
    arrange(this.#row, placed);
    renewed?.querySelector<HTMLElement>("input, select, button")?.focus();
  }

  /** Without a kernel: what the controls are set to. */
  say({ controls, strings, locale }: KnobState): void {
    this.#row.hidden = controls.length === 0;
    const words = controls
      .filter(({ kind }) => kind !== "button")
      .map((control) => ({
        element: controlInWords({ control, strings, locale }, this.#callbacks.read(control.knob)),
        joined: control.joined,
      }));
    this.#row.replaceChildren();
    arrange(this.#row, words);
  }

  end(): void {
    removeOthers(this.#kept, new Set(), ({ element }) => element);
  }
}
