// Vega's expressions as closures, each made once. No text is run as code, so that any page allows it.
// vega-interpreter, whose parts these are, walks the tree anew for each channel of each mark.
import { DisallowedObjectProperties } from "vega";
import adjustSpatial from "../../node_modules/vega-interpreter/src/adjust-spatial.js";
import constants from "../../node_modules/vega-interpreter/src/constants.js";
import standard from "../../node_modules/vega-interpreter/src/functions.js";
import binary from "../../node_modules/vega-interpreter/src/ops-binary.js";
import unary from "../../node_modules/vega-interpreter/src/ops-unary.js";

type Call = (...given: unknown[]) => unknown;
type Values = Record<string, unknown>;

/** What an expression is worth, given the signals it names, a datum, an event and a mark's item. */
type Code = (signals: Values, datum: unknown, event: VegaEvent, item: Values) => unknown;

interface VegaEvent {
  item?: { datum?: unknown };
  vega: Record<string, Call>;
}

/** A node of the tree that Vega's parser makes. */
type Tree =
  | { type: "Literal"; value: unknown; regex?: { pattern: string; flags: string } }
  | { type: "Identifier"; name: string }
  | { type: "MemberExpression"; object: Tree; property: Tree; computed: boolean }
  | { type: "CallExpression"; callee: { name: string }; arguments: Tree[] }
  | { type: "ArrayExpression"; elements: Tree[] }
  | { type: "BinaryExpression" | "LogicalExpression"; operator: string; left: Tree; right: Tree }
  | { type: "UnaryExpression"; operator: string; argument: Tree }
  | { type: "ConditionalExpression"; test: Tree; consequent: Tree; alternate: Tree }
  | { type: "ObjectExpression"; properties: { key: Tree; value: Tree }[] };

type OfType<T extends Tree["type"]> = Extract<Tree, { type: T }>;

interface Context {
  functions: Record<string, Call>;
}
interface Expression {
  ast: Tree;
}
interface Encoding {
  marktype: string;
  channels: Record<string, Expression>;
}

const OF_EVENTS = new Set(["view", "item", "group", "xy", "x", "y"]);
const SPANNING = new Set(["group", "image", "rect"]);
const FORBIDDEN = new Set<unknown>([
  Function,
  // biome-ignore lint/security/noGlobalEval: named to be refused
  eval,
  setTimeout,
  setInterval,
]);

/** The closure of a tree; functions are looked up in those of the view, then in the standard ones. */
function closure(tree: Tree, functions: Context["functions"]): Code {
  const of = (part: Tree) => closure(part, functions);
  switch (tree.type) {
    case "Literal":
      return literal(tree);
    case "Identifier":
      return identifier(tree.name);
    case "MemberExpression":
      return member(of(tree.object), tree.computed ? of(tree.property) : name(tree.property));
    case "CallExpression":
      return call(tree.callee.name.replace(/^_/, ""), tree.arguments.map(of), functions);
    case "ArrayExpression":
      return array(tree.elements.map(of));
    case "BinaryExpression":
      return operation(binary[tree.operator] as Call, of(tree.left), of(tree.right));
    case "UnaryExpression":
      return operation(unary[tree.operator] as Call, of(tree.argument), nothing);
    case "LogicalExpression":
      return logical(tree.operator, of(tree.left), of(tree.right));
    case "ConditionalExpression":
      return choice(of(tree.test), of(tree.consequent), of(tree.alternate));
    case "ObjectExpression":
      return object(tree.properties.map(({ key, value }) => [name(key), of(value)]));
  }
}

const nothing: Code = () => undefined;

function name(tree: Tree): string {
  return tree.type === "Identifier" ? tree.name : String((tree as OfType<"Literal">).value);
}

function literal({ value, regex }: OfType<"Literal">): Code {
  // such a pattern remembers where it was in the text before
  const remembers = value instanceof RegExp && (value.global || value.sticky);
  return regex && remembers ? () => new RegExp(regex.pattern, regex.flags) : () => value;
}

function identifier(id: string): Code {
  if (id === "datum") return (_, datum) => datum;
  if (id === "event") return (_, __, event) => event;
  if (id === "item") return (_, __, ___, item) => item;
  if (Object.hasOwn(constants, id)) return () => constants[id];
  const signal = `$${id}`;
  return (signals) => signals[signal];
}

function refuse(id: string): undefined {
  console.error(`An expression may not reach ${id}`);
}

function member(of: Code, property: Code | string): Code {
  const found = (whole: unknown, key: string) => {
    const value = (whole as Values)[key];
    return typeof value === "function" && FORBIDDEN.has(value) ? refuse(key) : value;
  };
  if (typeof property === "string") return (s, d, e, i) => found(of(s, d, e, i), property);
  return (s, d, e, i) => found(of(s, d, e, i), property(s, d, e, i) as string);
}

function call(id: string, given: Code[], functions: Context["functions"]): Code {
  const [a = nothing, b = nothing, c = nothing] = given;
  if (id === "if") return choice(a, b, c);
  if (OF_EVENTS.has(id))
    return (s, d, e, i) => e.vega[id]?.(...given.map((part) => part(s, d, e, i)));
  const run = functions[id] ?? standard[id];
  if (!run) throw new Error(`Unrecognized function: ${id}`);
  // the usual lengths by themselves: a list for each call would cost more than most calls
  if (given.length === 1) return (s, d, e, i) => run.call(functions, a(s, d, e, i));
  if (given.length === 2) return (s, d, e, i) => run.call(functions, a(s, d, e, i), b(s, d, e, i));
  if (given.length === 3)
    return (s, d, e, i) => run.call(functions, a(s, d, e, i), b(s, d, e, i), c(s, d, e, i));
  return (s, d, e, i) =>
    run.apply(
      functions,
      given.map((part) => part(s, d, e, i)),
    );
}

function array(parts: Code[]): Code {
  return (s, d, e, i) => parts.map((part) => part(s, d, e, i));
}

function operation(operate: Call, a: Code, b: Code): Code {
  return (s, d, e, i) => operate(a(s, d, e, i), b(s, d, e, i));
}

function logical(operator: string, a: Code, b: Code): Code {
  if (operator === "&&") return (s, d, e, i) => a(s, d, e, i) && b(s, d, e, i);
  return (s, d, e, i) => a(s, d, e, i) || b(s, d, e, i);
}

function choice(test: Code, yes: Code, no: Code): Code {
  return (s, d, e, i) => (test(s, d, e, i) ? yes(s, d, e, i) : no(s, d, e, i));
}

function object(parts: [string, Code][]): Code {
  const allowed = parts.filter(([key]) => !DisallowedObjectProperties.has(key) || refuse(key));
  return (s, d, e, i) => {
    const made: Values = {};
    for (const [key, code] of allowed) {
      const value = code(s, d, e, i);
      if (FORBIDDEN.has(value)) refuse(key);
      else made[key] = value;
    }
    return made;
  };
}

const NONE = undefined as never;

/** The closure of every channel of a mark, and where they are put; 1 if an item is not as before. */
function encoder({ marktype, channels }: Encoding, functions: Context["functions"]) {
  const codes = Object.entries(channels).map(
    ([channel, { ast }]) => [channel, closure(ast, functions)] as const,
  );
  const spanning = SPANNING.has(marktype);
  return (item: Values, signals: Values): number => {
    let changed = 0;
    for (const [channel, code] of codes) {
      const value = code(signals, item.datum, NONE, item);
      if (item[channel] === value) continue;
      item[channel] = value;
      changed = 1;
    }
    if (marktype !== "rule") adjustSpatial(item, channels, spanning);
    return changed;
  };
}

/** What Vega asks of whoever runs its expressions: one closure for each use of them. */
export const expressions = {
  operator({ functions }: Context, { ast }: Expression) {
    const code = closure(ast, functions);
    return (signals: Values) => code(signals, undefined, NONE, NONE);
  },
  parameter({ functions }: Context, { ast }: Expression) {
    const code = closure(ast, functions);
    return (datum: unknown, signals: Values) => code(signals, datum, NONE, NONE);
  },
  event({ functions }: Context, { ast }: Expression) {
    const code = closure(ast, functions);
    return (event: VegaEvent) => code(NONE, undefined, event, NONE);
  },
  handler({ functions }: Context, { ast }: Expression) {
    const code = closure(ast, functions);
    return (signals: Values, event: VegaEvent) => code(signals, event.item?.datum, event, NONE);
  },
  encode: ({ functions }: Context, encoding: Encoding) => encoder(encoding, functions),
};
