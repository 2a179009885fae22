// A widget on the page: keeps everything drawn in step with the traits of its model.
import * as vega from "vega";
import type {
  Control,
  Head,
  Model,
  PageRequest,
  SentDatasets,
  Strings,
  TablePage,
  Theme,
  View,
  Words,
} from "../contract";
import { Knobs } from "../controls/knobs";
import { attribute, h } from "../dom/dom";
import { type Keyed, removeOthers } from "../dom/keyed_set";
import { isDark, watchTheme } from "../dom/theme";
import { localeOf } from "../dom/words";
import { Messages } from "../messages/selection_messages";
import css from "../style.css";
import type { Look } from "../views/chart";
import { baseConfig } from "../views/chart";
import { Drag, type KernelState } from "../views/drag";
import { unpacked } from "../views/rows";
import type { ShownView, ViewCallbacks, ViewState } from "../views/state";
import { CustomerPage } from "./customers";
import { Heading } from "./head";
import { makeView } from "./make_view";
import { type Step, takeFocus, takeSteps } from "./steps";

const TRAITS = [
  "_views",
  "_rows",
  "_words",
  "_head",
  "_controls",
  "_strings",
  "_theme",
  "_table",
  "_group_reply",
];

const NO_HEAD: Head = {
  title: "",
  line: "",
  chips: [],
  footer: [],
  status: "working",
  message: "",
  progress: null,
  for_inputs: 0,
  keys: {},
  undo: false,
  redo: false,
  groups: [],
};

const NO_WORDS: Words = { title: "", subtitle: "", sentence: "" };

/** Plain keys are for what has the focus: JupyterLab takes arrows to move and x to cut a cell. */
function keepKeys(event: KeyboardEvent): void {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  const command = ctrlKey || metaKey || altKey || (shiftKey && key === "Enter");
  if (!command) event.stopPropagation();
}

export class Widget {
  readonly root = h("section", { class: "crmw", tabindex: -1 });
  readonly #model: Model;
  readonly #signal: AbortSignal;
  readonly #still: boolean;
  readonly #messages: Messages;
  readonly #heading: Heading;
  readonly #grid = h("div", { class: "crmw-grid" });
  readonly #page: CustomerPage;
  readonly #drag: Drag;
  readonly #views = new Map<string, Keyed<ShownView>>();
  readonly #knobs: Knobs;
  readonly #heard = new Set<string>();
  #due = false;
  #theme: { given: unknown; text: string } = { given: null, text: "" };
  /** What the kernel last answered. */
  #kernel: KernelState = { charts: [], rows: {}, head: NO_HEAD, locale: localeOf({}) };

  constructor(model: Model, el: HTMLElement, signal: AbortSignal, still = false) {
    this.#model = model;
    this.#signal = signal;
    this.#still = still;
    this.#messages = new Messages({ model, signal, changed: () => this.#later() });
    this.#heading = new Heading(this.root, {
      remove: (ids) => this.#messages.keep(({ id }) => !ids.includes(id)),
      step: (step) => this.#step(step),
      keep: (request) => this.#messages.knob("_group_request", request),
      read: (trait) => model.get(trait),
    });
    this.#knobs = new Knobs(this.#heading.controls, {
      read: (knob) => model.get(knob),
      send: (knob, value) => this.#messages.knob(knob, value),
      hear: (knob) => this.#hear(knob),
    });
    this.#drag = new Drag(model, signal, {
      ask: (view, key) => this.#messages.hover(view, key),
      kernel: () => this.#kernel,
      changed: () => this.#preview(),
    });
    this.#page = new CustomerPage(model, (request) => this.#messages.page(request), signal);
    const { header, notice, empty, footer } = this.#heading;
    const style = document.createElement("style");
    style.textContent = css;
    this.root.append(style, header, notice, empty, this.#grid, this.#page.element, footer);
    el.classList.add("crmw-host");
    el.append(this.root);
    this.root.addEventListener("keydown", keepKeys, { signal });
    const keys = (event: KeyboardEvent) => takeSteps(event, (step) => this.#step(step));
    if (!still) {
      this.root.addEventListener("keydown", keys, { signal });
      this.root.addEventListener("pointerup", () => takeFocus(this.root), { signal });
    }
    for (const trait of [...TRAITS, "selection"]) this.#listen(`change:${trait}`);
    watchTheme(() => this.#later(), signal);
    signal.addEventListener("abort", () => this.#end(), { once: true });
    this.#sync();
  }

  #get<T>(name: string, otherwise: T): T {
    return (this.#model.get(name) as T | null | undefined) ?? otherwise;
  }

  #step(step: Step): void {
    this.#messages.knob(step, this.#get<number>(step, 0) + 1);
  }

  #listen(event: string): void {
    const run = () => this.#later();
    this.#model.on(event, run);
    this.#signal.addEventListener("abort", () => this.#model.off(event, run), { once: true });
  }

  /** Many traits change in one message: the page follows once. */
  #later(): void {
    if (this.#due || this.#signal.aborted) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (!this.#signal.aborted) this.#sync();
    });
  }

  #sync(): void {
    const strings = this.#get<Strings>("_strings", {});
    const views = this.#get<string[]>("_views", []).map((text): View => JSON.parse(text));
    const head = this.#get<Head>("_head", NO_HEAD);
    const { pending, lost } = this.#messages;
    attribute(this.root, "lang", typeof strings.lang === "string" ? strings.lang : null);
    const look = this.#look(strings);
    const anything = views.length > 0;
    this.#kernel = {
      charts: views.filter((view) => view.kind === "chart"),
      rows: unpacked(this.#get<SentDatasets>("_rows", {})),
      head,
      locale: look.locale,
    };
    if (!this.#drag.held && !pending) this.#drag.end();
    this.#heading.update({ head, strings, pending, lost, still: this.#still, anything });
    const { locale } = look;
    const knobs = { controls: this.#get<Control[]>("_controls", []), strings, locale, pending };
    if (this.#still) this.#knobs.say(knobs);
    else this.#knobs.update(knobs);
    this.#grid.hidden = head.status === "empty";
    this.#showViews(views, strings, look);
    const table = this.#get<TablePage | null>("_table", null);
    const request = this.#get<PageRequest | undefined>("_table_page", undefined);
    const some = table?.columns && head.status !== "empty";
    this.#page.update(some ? { table, request, strings, locale, still: this.#still } : null);
    this.#preview();
    if (!pending && head.status === "ready") this.#drag.want();
  }

  /** Shows what a moving brush leaves, in the place of the last answer. */
  #preview(): void {
    const { preview } = this.#drag;
    attribute(this.root, "data-moving", preview !== null);
    for (const [id, { made }] of this.#views) {
      const columns = preview?.rows[id];
      if (columns) made.preview(columns);
      attribute(made.element, "data-waiting", preview?.waiting.includes(id) ?? false);
    }
    if (preview?.line) this.#heading.line(preview.line);
  }

  #look(strings: Strings): Look {
    const theme = this.#get<Partial<Theme>>("_theme", {});
    const dark = isDark(this.root.isConnected ? this.root : document.body);
    this.root.dataset.theme = dark ? "dark" : "light";
    if (theme !== this.#theme.given) this.#theme = { given: theme, text: JSON.stringify(theme) };
    const { color, fontFamily } = getComputedStyle(this.root);
    const given = (dark ? theme.dark : theme.light) ?? {};
    const config = vega.mergeConfig({}, baseConfig(color, fontFamily), given);
    const key = JSON.stringify([dark, color, fontFamily, strings.lang, this.#theme.text]);
    const formats = { number: strings.formatLocale, time: strings.timeFormatLocale };
    return { key, config, locale: localeOf(strings), formats, still: this.#still };
  }

  #showViews(views: readonly View[], strings: Strings, look: Look): void {
    const rows = { ...this.#kernel.rows, ...this.#drag.preview?.rows };
    const words = this.#get<Record<string, Words>>("_words", {});
    // a view that has become one of another kind is another view
    const wanted = new Set(
      views.filter(({ id, kind }) => this.#views.get(id)?.made.kind === kind).map(({ id }) => id),
    );
    removeOthers(this.#views, wanted, ({ element }) => element);
    for (const view of views) {
      const state: ViewState = {
        view,
        rows,
        words: Object.hasOwn(words, view.id) ? (words[view.id] ?? NO_WORDS) : NO_WORDS,
        selection: this.#messages.selection,
        knobs: (name) => this.#model.get(name),
        look,
        strings,
      };
      for (const { knob } of view.pick) if (knob) this.#hear(knob);
      const known = this.#views.get(view.id);
      if (known) known.made.update(state);
      else this.#views.set(view.id, this.#newView(state));
    }
    this.#order(views.map(({ id }) => this.#views.get(id)?.made.element));
  }

  #newView(state: ViewState): Keyed<ShownView> {
    const end = new AbortController();
    const callbacks: ViewCallbacks = {
      hover: (view) => this.#drag.hover(view),
      move: (view, meaning) => this.#drag.move(view, meaning),
      select: (view, meaning) => {
        this.#drag.release();
        this.#messages.select(view, meaning);
      },
      rest: () => {
        this.#drag.release();
        this.#later();
      },
      knob: (name: string, value: unknown) => this.#messages.knob(name, value),
    };
    return { made: makeView(state, callbacks, this.root, end.signal), end };
  }

  /** Puts the views in their order without touching those that stand right. */
  #order(elements: readonly (HTMLElement | undefined)[]): void {
    for (const [i, element] of elements.entries()) {
      const there = this.#grid.children[i];
      if (element && there !== element) this.#grid.insertBefore(element, there ?? null);
    }
  }

  #hear(knob: string): void {
    if (this.#heard.has(knob)) return;
    this.#heard.add(knob);
    this.#listen(`change:${knob}`);
  }

  #end(): void {
    removeOthers(this.#views, new Set(), ({ element }) => element);
    this.#knobs.end();
    this.root.remove();
  }
}
