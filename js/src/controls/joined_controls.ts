// Controls that are read together, such as A and B, stay on one line.
import { h } from "../dom/dom";

interface Placed {
  element: HTMLElement;
  joined: boolean;
}

/** Puts controls in their order; those that stand right are not touched, and the focus stays. */
export function arrange(row: HTMLElement, placed: readonly Placed[]): void {
  const groups: HTMLElement[][] = [];
  for (const { element, joined } of placed) {
    const last = groups.at(-1);
    if (joined && last) last.push(element);
    else groups.push([element]);
  }
  const focused = document.activeElement;
  const boxes = new Set<HTMLElement>();
  const wanted = groups.map((group) => {
    const [only, ...more] = group as [HTMLElement, ...HTMLElement[]];
    if (!more.length) return only;
    const there = group.map(({ parentElement }) => parentElement).find((box) => isFree(box, boxes));
    const box = there ?? h("div", { class: "crmw-together" });
    boxes.add(box);
    order(box, group);
    return box;
  });
  order(row, wanted);
  if (focused !== document.activeElement && row.contains(focused)) (focused as HTMLElement).focus();
}

function isFree(box: HTMLElement | null, taken: Set<HTMLElement>): box is HTMLElement {
  return box !== null && box.className === "crmw-together" && !taken.has(box);
}

function order(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  for (const [i, element] of wanted.entries()) {
    const there = parent.children[i] ?? null;
    if (there !== element) parent.insertBefore(element, there);
  }
  for (const child of [...parent.children].slice(wanted.length)) child.remove();
}
