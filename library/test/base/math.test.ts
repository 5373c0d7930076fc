// The elementary functions against three judges: a table of high-precision values, the host's own
// functions over dense seeded sweeps, and themselves one f64 further (no step back at an inner boundary).

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cos, erf, exp, log, pow, sin, tanh } from "#base";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));

type Call = [f: (...args: number[]) => number, args: number[], value: number];
type Sampler = (uniform: () => number) => number[];

/** Uniform numbers in [0, 1) with 32 bits, from the linear congruential generator of Numerical Recipes. */
function uniformFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** |got − want| / |want|; two values one subnormal apart count as equal. */
function relativeError(got: number, want: number): number {
  if (Object.is(got, want) || Math.abs(got - want) <= Number.MIN_VALUE) return 0;
  const error = Math.abs(got - want) / Math.abs(want);
  return Number.isNaN(error) ? Infinity : error;
}

/** The f64 that is `steps` places further from 0. */
function neighbour(x: number, steps: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
  return view.getFloat64(0);
}

// made with mpmath 1.3.0 (Python) at 60 digits, from the f64 arguments, rounded to the nearest f64
const TABLE: Call[] = [
  [exp, [1], 2.718281828459045],
  [exp, [-1e-10], 0.9999999999],
  [exp, [709.5], 1.3549863193146328e308],
  [exp, [-708], 3.307553003638408e-308],
  [log, [1.0000000001], 1.000000082690371e-10],
  [log, [0.1], -2.3025850929940455],
  [log, [5e-324], -744.4400719213812],
  [pow, [0.001, 0.5], 0.03162277660168379],
  [pow, [0.999, 5000], 0.006721111959865588],
  [pow, [0.7, 1900], 4.855970358554836e-295],
  [pow, [1.0000001, 6000000000], 3.7729084337523737e260],
  [pow, [10, -300.5], 3.1622776601683794e-301],
  [sin, [1e-5], 9.999999999833334e-6],
  [sin, [1000000], -0.34999350217129294],
  [sin, [-3294198], 0.6117971622964877],
  [sin, [91.106186954104], -1.2379612731767154e-18],
  [cos, [1000000], 0.9367521275331447],
  [cos, [3294198], 0.7910146852024715],
  [cos, [45.553093477052], -6.189806365883577e-19],
  [tanh, [1e-8], 1e-8],
  [tanh, [0.17], 0.16838104587081473],
  [tanh, [-0.5], -0.46211715726000974],
  [tanh, [3], 0.9950547536867305],
  [erf, [1e-300], 1.1283791670955126e-300],
  [erf, [1e-10], 1.1283791670955126e-10],
  [erf, [0.001], 0.0011283787909692365],
  [erf, [0.1], 0.1124629160182849],
  [erf, [0.25], 0.27632639016823696],
  [erf, [0.5], 0.5204998778130465],
  [erf, [0.75], 0.7111556336535151],
  [erf, [1], 0.8427007929497149],
  [erf, [1.25], 0.9229001282564583],
  [erf, [1.5], 0.9661051464753108],
  [erf, [1.75], 0.9866716712191824],
  [erf, [1.95], 0.9941793335921891],
  [erf, [1.9999], 0.9953201979070294],
  [erf, [2], 0.9953222650189527],
  [erf, [2.0001], 0.9953243313041966],
  [erf, [2.25], 0.9985372834133188],
  [erf, [2.5], 0.999593047982555],
  [erf, [3], 0.9999779095030014],
  [erf, [3.5], 0.9999992569016276],
  [erf, [4], 0.9999999845827421],
  [erf, [4.5], 0.9999999998033839],
  [erf, [5], 0.9999999999984626],
  [erf, [5.5], 0.9999999999999927],
  [erf, [5.75], 0.9999999999999996],
  [erf, [5.9], 0.9999999999999999],
  [erf, [-0.3], -0.3286267594591274],
  [erf, [-2.7], -0.9998656672600594],
];

/** The same rows with texts for the test's name, such as `sin(-0)` and `-0`. */
function named(calls: Call[]) {
  const text = (x: number) => (Object.is(x, -0) ? "-0" : String(x));
  return calls.map(
    ([f, args, want]) => [`${f.name}(${args.map(text).join(", ")})`, text(want), want, f(...args)] as const,
  );
}

test.each(named(TABLE))("%s is %s, to 1e-15 (pow: 6e-15)", (call, _, want, got) => {
  expect(relativeError(got, want), `got ${got}`).toBeLessThan(call.startsWith("pow") ? 6e-15 : 1e-15);
});

describe("the error against the host stays below 1e-14 over 20,000 seeded points", () => {
  const sign = (uniform: () => number) => (uniform() < 0.5 ? -1 : 1);
  const between =
    (low: number, high: number): Sampler =>
    (uniform) => [low + (high - low) * uniform()];
  /** Any sign, and a size whose logarithm to base 2 is uniform. */
  const sizes =
    (low: number, high: number): Sampler =>
    (uniform) => [sign(uniform) * 2 ** (low + (high - low) * uniform())];
  const positive =
    (sampler: Sampler): Sampler =>
    (uniform) =>
      sampler(uniform).map(Math.abs);
  /** A few f64 to the left and right of the multiples of a boundary, up to the count-th. */
  const beside =
    (boundary: number, count: number): Sampler =>
    (uniform) => [neighbour(sign(uniform) * boundary * Math.ceil(count * uniform()), Math.floor(9 * uniform()) - 4)];
  /** x of either side of 1, y such that the result fills the range of f64. */
  const powers =
    (low: number, high: number): Sampler =>
    (uniform) => {
      const x = 2 ** (low + (high - low) * uniform());
      return [x, (1415 * uniform() - 707) / Math.log(x)];
    };

  test.each<[string, (...args: number[]) => number, (...args: number[]) => number, Sampler]>([
    ["exp from -745 to 709", exp, Math.exp, between(-745, 709)],
    ["exp from -1 to 1", exp, Math.exp, between(-1, 1)],
    ["exp near 0", exp, Math.exp, sizes(-60, 0)],
    ["exp beside the half multiples of ln 2", exp, Math.exp, beside(Math.LN2 / 2, 2040)],
    ["log over all f64", log, Math.log, positive(sizes(-1074, 1024))],
    ["log from 0.5 to 2", log, Math.log, between(0.5, 2)],
    ["log near 1", log, Math.log, (uniform) => [1 + (2 * uniform() - 1) * 2 ** (-52 * uniform())]],
    [
      "log beside √½ and √2 times powers of two",
      log,
      Math.log,
      (uniform) => [neighbour(Math.SQRT2, Math.floor(9 * uniform()) - 4) * 2 ** Math.floor(40 * uniform() - 20)],
    ],
    ["pow of x from 2^-100 to 2^100", pow, Math.pow, powers(-100, 100)],
    ["pow of x from √½ to √2", pow, Math.pow, powers(-0.5, 0.5)],
    [
      "pow of a decay rate to a step number",
      pow,
      Math.pow,
      (uniform) => [0.9 + 0.0999 * uniform(), Math.floor(6000 * uniform())],
    ],
    ["pow of negative x to whole y", pow, Math.pow, (uniform) => [-10 * uniform(), Math.floor(40 * uniform()) - 20]],
    ["sin from -10 to 10", sin, Math.sin, between(-10, 10)],
    ["sin up to 2^20·π", sin, Math.sin, between(-(2 ** 20) * Math.PI, 2 ** 20 * Math.PI)],
    ["sin near 0", sin, Math.sin, sizes(-60, 0)],
    ["sin beside the multiples of π/4", sin, Math.sin, beside(Math.PI / 4, 2 ** 22)],
    ["cos from -10 to 10", cos, Math.cos, between(-10, 10)],
    ["cos up to 2^20·π", cos, Math.cos, between(-(2 ** 20) * Math.PI, 2 ** 20 * Math.PI)],
    ["cos near 0", cos, Math.cos, sizes(-60, 0)],
    ["cos beside the multiples of π/4", cos, Math.cos, beside(Math.PI / 4, 2 ** 22)],
    ["tanh from -20 to 20", tanh, Math.tanh, between(-20, 20)],
    ["tanh near 0", tanh, Math.tanh, sizes(-60, 0)],
    ["tanh beside its boundary 0.17", tanh, Math.tanh, between(0.169, 0.171)],
  ])("%s", (_, ours, host, sampler) => {
    const uniform = uniformFrom(1);
    let worst = { error: 0, args: [0], got: 0, want: 0 };
    for (let i = 0; i < 20_000; i++) {
      const args = sampler(uniform);
      const [got, want] = [ours(...args), host(...args)];
      const error = relativeError(got, want);
      if (error > worst.error) worst = { error, args, got, want };
    }
    expect(worst.error, `worst at ${worst.args.join(", ")}: ${worst.got}, want ${worst.want}`).toBeLessThan(1e-14);
  });
});

describe("where the function rises, 10,000 neighbouring arguments around an inner boundary never step back further than", () => {
  test.each<[number, string, (x: number) => number, number[]]>([
    [0, "exp, at half multiples of ln 2", exp, [0.5, -0.5, 1.5, 100.5, -1000.5].map((k) => k * Math.LN2)],
    [0, "log, at √½ and √2 times powers of two, and at 1", log, [0.5, 1, 2, 1024].map((k) => k * Math.SQRT2).concat(1)],
    [0, "pow with exponent 0.4, at √2 and where the result passes √2", (x) => pow(x, 0.4), [Math.SQRT2, 2 ** 1.25]],
    [4e-16, "sin, beside ±π/4", sin, [Math.PI / 4, -Math.PI / 4]],
    [4e-16, "tanh, at 0.17", tanh, [0.17, -0.17]],
    [2e-15, "erf, at 2", erf, [2, -2, 1.5, 1]],
    [0, "erf, where it reaches 1", erf, [5.5, 5.92]],
  ])("%d: %s", (tolerance, _, f, boundaries) => {
    for (const boundary of boundaries) {
      let worst = 0;
      for (let step = -5_000; step < 5_000; step++) {
        const inner = f(neighbour(boundary, step));
        const outer = f(neighbour(boundary, step + 1));
        worst = Math.max(worst, (boundary > 0 ? inner - outer : outer - inner) / Math.abs(inner));
      }
      expect(worst, `a step back of ${worst} near ${boundary}`).toBeLessThanOrEqual(tolerance);
    }
  });
});

describe("special and exact values", () => {
  const exact: Call[] = [
    [exp, [0], 1],
    [exp, [-0], 1],
    [exp, [Infinity], Infinity],
    [exp, [-Infinity], 0],
    [exp, [NaN], NaN],
    [exp, [709.79], Infinity],
    [exp, [-745.13], Number.MIN_VALUE],
    [exp, [-745.14], 0],
    [log, [0], -Infinity],
    [log, [-0], -Infinity],
    [log, [1], 0],
    [log, [Infinity], Infinity],
    [log, [-1], NaN],
    [log, [-Infinity], NaN],
    [log, [NaN], NaN],
    [sin, [0], 0],
    [sin, [-0], -0],
    [sin, [Number.MIN_VALUE], Number.MIN_VALUE],
    [sin, [Infinity], NaN],
    [sin, [NaN], NaN],
    [cos, [-0], 1],
    [cos, [-Infinity], NaN],
    [cos, [NaN], NaN],
    [tanh, [0], 0],
    [tanh, [-0], -0],
    [tanh, [-Number.MIN_VALUE], -Number.MIN_VALUE],
    [tanh, [Infinity], 1],
    [tanh, [-Infinity], -1],
    [tanh, [NaN], NaN],
    [erf, [0], 0],
    [erf, [-0], -0],
    [erf, [5.93], 1],
    [erf, [Infinity], 1],
    [erf, [-Infinity], -1],
    [erf, [NaN], NaN],
  ];
  test.each(named(exact))("%s is %s", (_call, _want, want, got) => {
    expect(got).toBe(want);
  });

  test("pow agrees with the host on every pair of special arguments, except that 1 to any power and -1 to ±Infinity is 1", () => {
    const positive = [0, Number.MIN_VALUE, 0.5, 1, 2, 2.5, 3, 2 ** 53 - 1, 2 ** 53, 1e300, Number.MAX_VALUE, Infinity];
    const special = [NaN, ...positive, ...positive.map((x) => -x)];
    for (const x of special) {
      for (const y of special) {
        const host = x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);
        const got = pow(x, y);
        const same = Object.is(got, host) || (got !== 0 && relativeError(got, host) < 1e-14);
        expect(same, `pow(${x}, ${y}) = ${got}, want ${host}`).toBe(true);
      }
    }
  });

  test("whole powers of whole numbers up to 2^53 are exact", () => {
    for (let base = 2n; base < 1000n; base++) {
      let power = base;
      for (let exponent = 1; power <= 2n ** 53n; exponent++, power *= base) {
        expect(pow(Number(base), exponent), `${base} to the ${exponent}`).toBe(Number(power));
      }
    }
  });

  test("squares and cubes of seeded whole numbers are exact, up to results of 2^53", () => {
    const uniform = uniformFrom(4);
    for (let i = 0; i < 5_000; i++) {
      const side = Math.floor(2 ** (53 / 2) * uniform());
      const edge = Math.floor(2 ** (53 / 3) * uniform());
      expect(pow(side, 2)).toBe(side * side);
      expect(pow(edge, 3)).toBe(edge * edge * edge);
    }
  });

  test("powers of two are exact from the smallest subnormal to the largest", () => {
    for (let k = -1074; k < 1024; k++) expect(pow(2, k)).toBe(2 ** k);
  });
});

test("beyond 2^20·π the absolute error of sin and cos stays below |x| · 4e-17", () => {
  const uniform = uniformFrom(2);
  for (let i = 0; i < 1000; i++) {
    const x = 2 ** (22 + 30 * uniform());
    expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(x * 4e-17 + 1e-15);
    expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(x * 4e-17 + 1e-15);
  }
  expect(Math.abs(sin(1e300))).toBeLessThanOrEqual(1);
});

test.each<[string, (x: number) => number, number, number, string]>([
  // recorded with Node 20.20.2; every engine must reach the same
  ["exp", exp, -750, 715, "4367117e"],
  ["log", log, 0, 8, "75307b01"],
  ["pow", (x) => pow(x, 3.7 - x), 0, 8, "b1d13fe1"],
  ["sin", sin, -4e6, 4e6, "77e64efe"],
  ["cos", cos, -4e6, 4e6, "7a9ee306"],
  ["tanh", tanh, -3, 3, "fcb0eb1e"],
  ["erf", erf, -4, 4, "7a66ce4a"],
])("the bits of %s at 5,000 seeded points have the recorded hash", (_, f, low, high, recorded) => {
  const uniform = uniformFrom(3);
  const view = new DataView(new ArrayBuffer(8));
  let hash = 0x811c9dc5; // FNV-1a, over 32-bit words
  for (let i = 0; i < 5_000; i++) {
    view.setFloat64(0, f(low + (high - low) * uniform()));
    for (const word of [view.getUint32(0), view.getUint32(4)]) hash = Math.imul(hash ^ word, 0x01000193);
  }
  expect((hash >>> 0).toString(16)).toBe(recorded);
});

describe("the source of the library", () => {
  const forbidden =
    /\bMathf?\s*\.\s*(exp|log|log2|log10|log1p|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot|random)\b|\b(NativeMathf?|JSMath)\b|\bMathf?\b(?!\s*\.)|\*\*/g;

  /** The forbidden words of a source text, each with its line; comments and quoted strings do not count. */
  function findings(source: string): string[] {
    const code = source.replace(
      /\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g,
      (token) => (token.startsWith("`") ? token : token.replace(/[^\n]/g, " ")),
    );
    return [...code.matchAll(forbidden)].map(
      (match) => `${code.slice(0, match.index).split("\n").length}: ${match[0]}`,
    );
  }

  test("no file of library/src uses the host's transcendental functions", () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(0);
    const found = files.flatMap((file) =>
      findings(readFileSync(SOURCES + file, "utf8")).map((use) => `${file}:${use}`),
    );
    expect(found).toEqual([]);
  });

  test("the scan sees calls, aliases and the power operator, and passes over comments, strings and exact functions", () => {
    expect(findings("const a = 1;\nconst b = Math.exp(a);")).toEqual(["2: Math.exp"]);
    expect(findings("Mathf.tanh(x); NativeMath.log(x)")).toEqual(["1: Mathf.tanh", "1: NativeMath"]);
    expect(findings("const { sin } = Math; Math['cos'](x)")).toEqual(["1: Math", "1: Math"]);
    expect(findings("x ** 2; x **= 2; `${Math.pow(2, x)}`")).toEqual(["1: **", "1: **", "1: Math.pow"]);
    expect(findings('const site = "http://x"; Math.random()')).toEqual(["1: Math.random"]);
    expect(findings("/** Math.exp, x ** 2 */ Math.sqrt(x); // Math.log")).toEqual([]);
    expect(findings('Math.expand; Math.floor(x); "Math.exp"; Math.PI')).toEqual([]);
  });
});
