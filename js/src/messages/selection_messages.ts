// Between the page and the kernel: what is asked for, what is answered, and whether anyone does.

import type { Choice, Clause, Head, Meaning, Model, PageRequest } from "../contract";

const SILENCE_MS = 5000;
/** After the kernel has put a value right it has this long to say that it works on it. */
const GRACE_MS = 1000;
/** What a kernel is while the widgets it had are gone. */
const GONE = new Set(["restarting", "autorestarting", "starting", "terminating", "dead"]);

export interface Connection {
  model: Model;
  signal: AbortSignal;
  changed: () => void;
}

export class Messages {
  /** The clauses as the kernel has them, or as the hand has just asked for them. */
  selection: Clause[] = [];
  /** A change is on its way: what is shown may not be what the controls say. */
  pending = false;
  /** Nobody answers. */
  lost = false;
  readonly #connection: Connection;
  #forInputs: number;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  /** What was sent last: the answer to a knob is a result for other inputs. */
  #asked = "";
  #sending = false;
  readonly #knobs = new Set<string>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#forInputs = this.#head()?.for_inputs ?? 0;
    this.#adopt();
    this.#listen("change:selection", () => {
      if (this.#adopt()) this.#corrected();
    });
    this.#listen("change:_head", () => this.#answered());
    for (const answer of ["_table", "_group_reply"]) {
      this.#listen(`change:${answer}`, () => this.#settle());
    }
    this.#listen("msg:custom", (content) => {
      if ((content as { type?: string } | undefined)?.type === "csv") this.#settle();
    });
    // The host says so only when it cuts the line; a new line belongs to a new model.
    this.#listen("comm_live_update", () => this.#loss());
    this.#watchKernel();
    connection.signal.addEventListener("abort", () => this.#still(), { once: true });
  }

  /** Turns a knob. */
  knob(name: string, value: unknown): void {
    if (!this.#knobs.has(name)) {
      this.#knobs.add(name);
      this.#listen(`change:${name}`, () => this.#corrected());
    }
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

  /** Says which view is about to be brushed; there is no answer to wait for. */
  hover(view: string, key: string): void {
    this.#connection.model.set("_hover", { view, key });
    this.#connection.model.save_changes();
  }

  /** Asks for another page of the table, or its CSV. */
  page(request: PageRequest): void {
    this.#send("_table_page", request);
  }

  #choose(clauses: Clause[]): void {
    this.selection = clauses;
    this.#send("selection", clauses.map(toChoice));
  }

  #send(name: string, value: unknown): void {
    const { model, changed } = this.#connection;
    this.pending = true;
    this.#asked = name;
    this.#forInputs = this.#head()?.for_inputs ?? 0;
    this.#still();
    this.#silence = setTimeout(() => this.#loss(), SILENCE_MS);
    this.#sending = true;
    model.set(name, value);
    this.#sending = false;
    model.save_changes();
    changed();
  }

  #heard(): void {
    clearTimeout(this.#silence);
    if (!this.lost) return;
    this.lost = false;
    this.#connection.changed();
  }

  /** The kernel has put a value right: if it then works on nothing, that was its answer. */
  #corrected(): void {
    if (this.#sending) return;
    this.#heard();
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => {
      if (this.#head()?.status !== "working") this.#settle();
    }, GRACE_MS);
  }

  #answered(): void {
    this.#heard();
    const head = this.#head();
    if (!head || head.status === "working") return;
    const drawn = this.#asked === "selection" || head.for_inputs !== this.#forInputs;
    if (drawn || head.status === "error") this.#settle();
  }

  #settle(): void {
    this.#heard();
    clearTimeout(this.#grace);
    if (!this.pending) return;
    this.pending = false;
    this.#connection.changed();
  }

  /** A kernel that comes back knows nothing of this widget, though it reads and is idle. */
  #watchKernel(): void {
    const { model, signal } = this.#connection;
    const status = (model.widget_manager as Manager | undefined)?.kernel?.statusChanged;
    const changed = (_kernel: unknown, now: string) => {
      if (GONE.has(now)) this.#loss();
    };
    status?.connect?.(changed);
    signal.addEventListener("abort", () => status?.disconnect?.(changed), { once: true });
  }

  #loss(): void {
    if (this.#connection.signal.aborted || this.lost) return;
    this.lost = true;
    this.#connection.changed();
  }

  #adopt(): boolean {
    const items = this.#connection.model.get("selection");
    if (!Array.isArray(items) || !items.every(isClause)) return false;
    this.selection = items;
    return true;
  }

  #head(): Head | undefined {
    return this.#connection.model.get("_head") as Head | undefined;
  }

  #listen(event: string, run: (content?: unknown) => void): void {
    const { model, signal } = this.#connection;
    model.on(event, run);
    signal.addEventListener("abort", () => model.off(event, run), { once: true });
  }

  #still(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#grace);
  }
}

interface Manager {
  kernel?: {
    statusChanged?: {
      connect?(run: (kernel: unknown, status: string) => void): void;
      disconnect?(run: (kernel: unknown, status: string) => void): void;
    };
  };
}

function toChoice({ id, view, intervals, values }: Clause): Choice {
  return id ? { id } : { view, intervals, values };
}

/** Whether the kernel wrote this: what the page itself sends lacks the id or the rest. */
function isClause(item: unknown): item is Clause {
  return typeof item === "object" && item !== null && "id" in item && "view" in item;
}
