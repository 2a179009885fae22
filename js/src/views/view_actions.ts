// What keys and pointer ask of the chart they are on.

import type { View as VegaView } from "vega";
import type { Chart, Meaning, Scalar } from "../contract";
import type { ChartFrame } from "./chart_frame";
import type { PickGroup } from "./picks";
import type { ViewState } from "./state";

export interface ViewActions {
  readonly frame: ChartFrame;
  readonly vega: VegaView | null;
  readonly state: ViewState<Chart>;
  /** The meaning of the view's clause, as the kernel has it. */
  readonly meaning: Meaning;
  /** The brush that is shown, whether the kernel has it yet or not. */
  readonly brushed: Meaning;
  /** The values that each pick of a group shows. */
  picked(group: PickGroup): Scalar[][];
  /** The reader is about to brush. */
  prepareBrush(): void;
  /** Draws this brush as if dragged, and tells it once it rests. */
  brush(meaning: Meaning): void;
  /** Draws a brush that is being dragged, and moves on. */
  dragBrush(meaning: Meaning): void;
  /** Tells the brush once things have been quiet for a while. */
  tellBrushLater(): void;
  /** Asks for these values of each field of a group. */
  pick(group: PickGroup, values: Scalar[][]): void;
}
