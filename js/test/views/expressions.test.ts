import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { expect, test, vi } from "vitest";
import { expressions } from "../../src/views/expressions";

const signals = { $k: 3, $name: "orders", $list: [4, 5, 6], $none: null };
const datum = { x: 2, "a b": "text", nested: { deep: [1, 2] }, when: Date.UTC(2010, 11, 1) };
const functions = {
  scale: (name: string, value: number) => `${name} ${value}`,
  four: (...given: unknown[]) => given.length,
  self(this: { four: unknown }) {
    return typeof this.four;
  },
};
const context = { functions: functions as never };

const SAME = [
  "1 + 2 * 3 - 4 / 5 % 6",
  "(7 & 3) | (4 ^ 1) + (1 << 4) + (-9 >> 1) + (-9 >>> 28)",
  "[1 < 2, 2 <= 2, 3 > 4, 4 >= 4, 1 == '1', 1 != '1', 1 === '1', 1 !== 1]",
  "-datum.x + +'4' + ~5 + !0",
  "datum['a b'] + datum.nested.deep[k - 2]",
  "datum['nested'][name ? 'deep' : 'none'].length",
  "k && name || none",
  "none && none.length",
  "none || list",
  "k > 2 ? datum.x : none.length",
  "if(k > 5, none.length, 'no')",
  "_scale('size', datum.x)",
  "scale('size', datum.x)",
  "four() + four(1) + four(1, 2) + four(1, 2, 3) + four(1, 2, 3, 4)",
  "self()",
  "{a: 1, 'b c': [k, name], 3: datum}",
  "[PI, E, LN2, SQRT2, MIN_VALUE]",
  "max(k, 7) + min(1, 2) + pow(2, 3) + clamp(9, 1, 5) + round(2.5) + abs(-1)",
  "utcyear(datum.when) + utcmonth(datum.when) + time(datum.when)",
  "datetime(2010, 11, 1, 2, 3, 4, 5)",
  "join(list, '-') + indexof(list, 5) + slice(list, 1) + reverse(list) + sort(list)",
  "upper('ab') + lower('AB') + substring('abc', 1, 2) + split('a-b', '-') + trim(' a ')",
  "replace('abcabc', /b/g, 'x') + test(/^a/i, 'ABC') + test(regexp('c$'), 'abc')",
  "isNaN(NaN - 1) + isFinite(1 / 0)",
];

test.each(SAME)("%s is what vega-interpreter makes of it", (text) => {
  const expr = { ast: vega.parseExpression(text) as never };
  const [ours, theirs] = [expressions, expressionInterpreter].map((way) =>
    way.parameter(context, expr)(datum, signals),
  );
  expect(ours).toEqual(theirs);
  if (!text.includes("datum")) {
    const operator = expressions.operator(context, expr);
    expect(operator(signals)).toEqual(theirs);
  }
});

test("a pattern that remembers where it was is fresh each time", () => {
  const expr = { ast: vega.parseExpression("test(/a/g, datum)") as never };
  const ours = expressions.parameter(context, expr);
  expect(["a", "a", "a"].map((text) => ours(text, {}))).toEqual([true, true, true]);
});

test("events are asked through Vega, and their item gives the datum", () => {
  const event = {
    item: { datum: { x: 7 } },
    vega: {
      x: () => 1,
      y: () => 2,
      xy: (item: unknown) => [item, 4],
      group: (name: string) => name,
    },
    shiftKey: true,
  };
  for (const text of ["x() + y()", "xy(k)", "group('g')", "event.shiftKey && datum.x + k"]) {
    const expr = { ast: vega.parseExpression(text) as never };
    const [ours, theirs] = [expressions, expressionInterpreter].map((way) =>
      way.handler(context, expr)(signals, event as never),
    );
    expect(ours).toEqual(theirs);
  }
  const expr = { ast: vega.parseExpression("event.item.datum.x") as never };
  expect(expressions.event(context, expr)(event as never)).toBe(7);
});

test.each(["rect", "rule", "symbol"])("a %s is encoded as by vega-interpreter", (marktype) => {
  const texts = {
    x: "datum.x",
    x2: "k - 9",
    yc: "10",
    height: "4",
    fill: "if(datum.x > 1, 'a', 'b')",
  };
  const channels = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      { ast: vega.parseExpression(text) as never },
    ]),
  );
  const [ours, theirs] = [expressions, expressionInterpreter].map((way) => {
    const item = { datum };
    const encode = way.encode(context, { marktype, channels });
    return [encode(item, signals), item, encode(item, signals)];
  });
  expect(ours).toEqual(theirs);
});

test("what runs text as code is out of reach", () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const context = { functions: {} };
  for (const text of ["datum.constructor.constructor", "datum['con' + 'structor'].constructor"]) {
    const expr = { ast: vega.parseExpression(text) as never };
    expect(expressions.parameter(context, expr)({}, {})).toBeUndefined();
  }
  const made = { ast: vega.parseExpression("{a: datum, __proto__: 1, b: 2}") as never };
  expect(expressions.parameter(context, made)(setTimeout, {})).toEqual({ b: 2 });
  expect(said).toHaveBeenCalledTimes(4);
});
