// The parts that vega-interpreter is made of, for which it has no types.
declare module "*/vega-interpreter/src/functions.js" {
  const functions: Record<string, (...given: unknown[]) => unknown>;
  export default functions;
}
declare module "*/vega-interpreter/src/constants.js" {
  const constants: Record<string, number>;
  export default constants;
}
declare module "*/vega-interpreter/src/ops-binary.js" {
  const operators: Record<string, (a: unknown, b: unknown) => unknown>;
  export default operators;
}
declare module "*/vega-interpreter/src/ops-unary.js" {
  const operators: Record<string, (a: unknown) => unknown>;
  export default operators;
}
declare module "*/vega-interpreter/src/adjust-spatial.js" {
  export default function adjustSpatial(item: object, encode: object, swap: boolean): void;
}
