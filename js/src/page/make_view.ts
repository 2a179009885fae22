// Each view of a page by its kind.
import type { View } from "../contract";
import { figures } from "../items/figures";
import { type Contents, ItemView } from "../items/item_view";
import { listing } from "../items/listing";
import { RowTable } from "../items/row_table";
import { ChartView } from "../views/chart_view";
import type { ShownView, ViewCallbacks, ViewState } from "../views/state";

type Make<V extends View> = (
  state: ViewState<V>,
  callbacks: ViewCallbacks,
  root: HTMLElement,
  signal: AbortSignal,
) => ShownView<V>;

const items =
  <V extends View>(contents: () => Contents<V>): Make<V> =>
  (state, callbacks, _root, signal) =>
    new ItemView(contents(), state, callbacks, signal);

const makers: { [K in View["kind"]]: Make<Extract<View, { kind: K }>> } = {
  chart: (...given) => new ChartView(...given),
  figures: items(figures),
  listing: items(listing),
  rows: items(() => new RowTable()),
};

/** A view of the kind its record says, drawn in `root` until `signal` is aborted. */
export function makeView(...given: Parameters<Make<View>>): ShownView {
  const make = makers[given[0].view.kind] as Make<View>;
  return make(...given);
}
