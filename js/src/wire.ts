// Between the page and the kernel: what is asked for, what is answered, and whether anyone does.
import type { Meaning } from "./brush";
import type { Choice, Clause, Head, Model, PageRequest } from "./contract";

const SILENCE_MS = 5000;
/** After the kernel has read a change it has this long to say that it works on it. */
const GRACE_MS = 1000;
const DISCONNECTED = ".jupyter-widgets-disconnected";

export interface Line {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
  changed: () => void;
}

export class Wire {
  /** The clauses as the kernel has them, or as the hand has just asked for them. */
  selection: Clause[] = [];
  /** A change is on its way: what is shown may not be what the controls say. */
  pending = false;
  /** Nobody answers. */
  lost = false;
  readonly #line: Line;
  #forInputs: number;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(line: Line) {
    this.#line = line;
    const { model, signal } = line;
    this.#forInputs = this.#head()?.for_inputs ?? 0;
    this.#adopt();
    this.#listen("change:selection", () => {
      if (this.#adopt()) this.#heard();
    });
    this.#listen("change:_head", () => this.#answered());
    this.#listen("comm_live_update", () => this.#connection());
    signal.addEventListener("abort", () => this.#still(), { once: true });
    void model;
  }

  /** Turns a knob. */
  knob(name: string, value: unknown): void {
    this.#send(name, value);
  }

  /** Replaces the clause of a view; null takes it away. */
  select(view: string, meaning: Meaning): void {
    const others = this.selection.filter((clause) => clause.view !== view);
    this.#choose(meaning ? [...others, { id: "", view, ...meaning }] : others);
  }

  /** Keeps only the clauses that pass. */
  keep(passes: (clause: Clause) => boolean): void {
    this.#choose(this.selection.filter(passes));
  }

  /** Asks for another page of the table, or its CSV. */
  page(request: PageRequest): void {
    this.#send("_page", request);
  }

  #choose(clauses: Clause[]): void {
    this.selection = clauses;
    this.#send("selection", clauses.map(toChoice));
  }

  #send(name: string, value: unknown): void {
    const { model, changed } = this.#line;
    this.pending = true;
    this.#forInputs = this.#head()?.for_inputs ?? 0;
    model.set(name, value);
    clearTimeout(this.#silence);
    clearTimeout(this.#grace);
    this.#silence = setTimeout(() => this.#loss(), SILENCE_MS);
    model.save_changes(this.#callbacks());
    changed();
  }

  /** The host's own callbacks, and one that hears the kernel read our message. */
  #callbacks(): object {
    const manager = this.#line.model.widget_manager as { callbacks?: () => Callbacks } | undefined;
    const given: Callbacks = manager?.callbacks?.() ?? {};
    const status = (message: StatusMessage) => {
      given.iopub?.status?.(message);
      if (message.content?.execution_state === "idle") this.#read();
    };
    return { ...given, iopub: { ...given.iopub, status } };
  }

  #read(): void {
    this.#heard();
    if (this.#line.signal.aborted) return;
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => {
      if (this.#head()?.status !== "working") this.#settle();
    }, GRACE_MS);
  }

  #heard(): void {
    clearTimeout(this.#silence);
    if (!this.lost) return;
    this.lost = false;
    this.#line.changed();
  }

  #answered(): void {
    this.#heard();
    const head = this.#head();
    if (!head || head.status === "working") return;
    if (head.for_inputs !== this.#forInputs || head.status === "error") this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#grace);
    this.pending = false;
    this.#line.changed();
  }

  #connection(): void {
    if (this.#line.el.closest(DISCONNECTED)) this.#loss();
    else this.#heard();
  }

  #loss(): void {
    if (this.#line.signal.aborted || this.lost) return;
    this.lost = true;
    this.#line.changed();
  }

  #adopt(): boolean {
    const items = this.#line.model.get("selection");
    if (!Array.isArray(items) || !items.every(isClause)) return false;
    this.selection = items;
    return true;
  }

  #head(): Head | undefined {
    return this.#line.model.get("_head") as Head | undefined;
  }

  #listen(event: string, run: () => void): void {
    const { model, signal } = this.#line;
    model.on(event, run);
    signal.addEventListener("abort", () => model.off(event, run), { once: true });
  }

  #still(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#grace);
  }
}

interface StatusMessage {
  content?: { execution_state?: string };
}

interface Callbacks {
  iopub?: { status?: (message: StatusMessage) => void };
}

function toChoice({ id, view, intervals, values }: Clause): Choice {
  return id ? { id } : { view, intervals, values };
}

/** Whether the kernel wrote this: what the page itself sends lacks the id or the rest. */
function isClause(item: unknown): item is Clause {
  return typeof item === "object" && item !== null && "id" in item && "view" in item;
}
