// A view made of items (key figures, sentences, rows of a table): drawn anew when its contents
// change, walked through by arrows, picked by Enter or a press.
import type { Columns, Row, View } from "../contract";
import { attribute, uniqueId } from "../dom/dom";
import { word } from "../dom/words";
import { Frame, focusWords } from "../views/frame";
import { ask, groupOf, groups, isPicked, pickedWith } from "../views/picks";
import { sameColumns } from "../views/rows";
import type { ShownView, ViewCallbacks, ViewState } from "../views/state";

/** An item on the page, and the row it was made of. */
export interface Item {
  element: HTMLElement;
  row: Row;
}

/** What a kind of view is made of. */
export interface Contents<V extends View> {
  /** What stands in the frame. */
  readonly element: HTMLElement;
  /** What has the focus, and holds the items. */
  readonly box: HTMLElement;
  /** Roles of the box and of an item: where they can be picked, and where not. */
  readonly roles: { picking: [box: string, item: string]; plain: [box: string, item: string] };
  /** Draws the items anew; `changed` asks for that again. */
  draw(state: ViewState<V>, changed: () => void): Item[];
}

export class ItemView<V extends View> implements ShownView<V> {
  readonly kind: V["kind"];
  readonly frame = new Frame();
  readonly #contents: Contents<V>;
  readonly #callbacks: ViewCallbacks;
  #state: ViewState<V>;
  #items: Item[] = [];
  #drawn = "";
  #shown: (Columns | undefined)[] = [];
  /** The item under the cursor; none before the first key. */
  #at = -1;

  constructor(
    contents: Contents<V>,
    state: ViewState<V>,
    callbacks: ViewCallbacks,
    signal: AbortSignal,
  ) {
    this.kind = state.view.kind;
    this.#contents = contents;
    this.#callbacks = callbacks;
    this.#state = state;
    const { box, element } = contents;
    element.classList.add("crmw-items");
    this.frame.body.prepend(element);
    attribute(box, "tabindex", 0);
    box.addEventListener("keydown", (event) => this.#pressedKey(event), { signal });
    box.addEventListener("blur", () => this.#move(-1), { signal });
    box.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.update(state);
  }

  get element(): HTMLElement {
    return this.frame.element;
  }

  update(state: ViewState<V>): void {
    this.#state = state;
    this.frame.update(state);
    try {
      this.#draw();
      this.frame.failed(null);
    } catch (error) {
      console.error(error);
      this.frame.failed(state.strings);
    }
  }

  /** Nothing here is counted while a brush moves. */
  preview(): void {}

  get #picking(): boolean {
    return this.#state.view.pick.length > 0 && !this.#state.look.still;
  }

  #draw(): void {
    const { view, rows, look } = this.#state;
    const drawn = `${view.hash} ${look.key}`;
    const columns = view.datasets.map((name) => rows[name]);
    const same = columns.every((data, i) => sameColumns(data, this.#shown[i]));
    if (drawn !== this.#drawn || !same) this.#redraw();
    this.#drawn = drawn;
    this.#shown = columns;
    this.#mark();
  }

  #redraw(): void {
    const { box, roles } = this.#contents;
    this.#items = this.#contents.draw(this.#state, () => {
      this.#redraw();
      this.#mark();
    });
    const [boxRole, itemRole] = this.#picking ? roles.picking : roles.plain;
    attribute(box, "role", boxRole || null);
    attribute(box, "aria-multiselectable", this.#picking && "true");
    for (const { element } of this.#items) {
      if (!element.id) element.id = uniqueId();
      attribute(element, "role", itemRole || null);
    }
  }

  /** What is picked, and where the cursor is. */
  #mark(): void {
    const { strings, view } = this.#state;
    const { box } = this.#contents;
    const help = this.#picking ? word(strings, "list_help") : "";
    attribute(box, "aria-label", focusWords(this.#state, help));
    this.#at = Math.min(this.#at, this.#items.length - 1);
    for (const [i, { element, row }] of this.#items.entries()) {
      const group = groupOf(view.pick, row);
      const picked = isPicked(group, row, this.#state);
      element.classList.toggle("crmw-can-pick", this.#picking && group !== undefined);
      element.classList.toggle("crmw-picked", picked);
      element.classList.toggle("crmw-current", i === this.#at);
      attribute(element, "aria-selected", this.#picking && group !== undefined && String(picked));
      attribute(element, "aria-disabled", this.#picking && group === undefined && "true");
    }
    attribute(box, "aria-activedescendant", this.#items[this.#at]?.element.id);
  }

  #pressedKey(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, metaKey, altKey, target } = event;
    if (ctrlKey || metaKey || altKey || !this.#picking || target !== this.#contents.box) return;
    const taken = key.startsWith("Arrow") ? this.#step(key) : this.#act(key, shiftKey);
    if (!taken) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #act(key: string, adding: boolean): boolean {
    if (key === "Home") return this.#move(0);
    if (key === "End") return this.#move(this.#items.length - 1);
    if (key === "Escape") return this.#clear();
    return (key === "Enter" || key === " ") && this.#pick(this.#items[this.#at]?.row, adding);
  }

  #step(key: string): boolean {
    if (this.#at < 0) return this.#move(0);
    const boxes = this.#items.map(({ element }) => element.getBoundingClientRect());
    return this.#move(nextOf(boxes, this.#at, key));
  }

  #move(to: number): boolean {
    this.#at = Math.min(to, this.#items.length - 1);
    this.#mark();
    this.#items[this.#at]?.element.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    return this.#at >= 0;
  }

  #pick(row: Row | undefined, adding: boolean): boolean {
    const { view } = this.#state;
    const group = row && groupOf(view.pick, row);
    if (!group) return false;
    ask(group, pickedWith(group, row, adding, this.#state), view.id, this.#callbacks);
    return true;
  }

  #clear(): boolean {
    const { view, selection } = this.#state;
    const had = this.#at >= 0;
    const group = groups(view.pick).find(([{ knob }]) => !knob);
    const some = selection.some((clause) => clause.view === view.id);
    this.#move(-1);
    if (group && some) this.#callbacks.select(view.id, null);
    return had || some;
  }

  #clicked({ target, shiftKey, ctrlKey, metaKey }: MouseEvent): void {
    const at = this.#items.findIndex(({ element }) => element.contains(target as Node));
    if (at < 0 || !this.#picking || textSelected(this.#contents.box)) return;
    this.#pick(this.#items[at]?.row, shiftKey || ctrlKey || metaKey);
  }
}

/** Whether the press was the end of marking text, which is to be copied. */
function textSelected(box: HTMLElement): boolean {
  const marked = document.getSelection();
  return marked !== null && !marked.isCollapsed && box.contains(marked.anchorNode);
}

type Place = Pick<DOMRect, "left" | "right" | "top" | "bottom">;

/** The item where an arrow leads: along the order, or up and down to the nearest of the next line. */
export function nextOf(boxes: readonly Place[], at: number, key: string): number {
  const last = boxes.length - 1;
  const by = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const along = Math.min(Math.max(at + by, 0), last);
  const here = boxes[at];
  if (!here || key === "ArrowLeft" || key === "ArrowRight") return along;
  const beyond = boxes.flatMap((box, i) => {
    const gap = by > 0 ? box.top - here.bottom : here.top - box.bottom;
    const aside = Math.abs(box.left + box.right - here.left - here.right);
    return gap >= -1 && by * (box.top - here.top) > 0 ? [{ i, gap, aside }] : [];
  });
  if (!beyond.length) return boxes.every(({ top }) => top === here.top) ? along : at;
  const nearest = Math.min(...beyond.map(({ gap }) => gap));
  const line = beyond.filter(({ gap }) => gap <= nearest + 1);
  return line.reduce((best, one) => (one.aside < best.aside ? one : best)).i;
}
