/** Kernels that treat every element alike. One exact operation must agree to the last bit; several may round apart. */
import { createReferenceBackend } from "#kernels";
import { expect, test } from "vitest";
import { parity } from "./twins.ts";
import { blank, numbers, SIZES, SPECIAL } from "./inputs.ts";

const CASES = (low?: number, high?: number) => SIZES.map((n) => [numbers(n, low, high), blank(n)]);
/** [y or x, dy, dx] */
const BACKWARD = (low?: number, high?: number) => SIZES.map((n) => [numbers(n, low, high), numbers(n), numbers(n)]);
const SPECIAL_CASE = [SPECIAL, blank(SPECIAL.length)];
const SPECIAL_BACKWARD = [SPECIAL, numbers(SPECIAL.length), numbers(SPECIAL.length)];

// one operation, correctly rounded: equal
parity("negate", 0, [...CASES(), SPECIAL_CASE]);
parity("absolute", 0, [...CASES(), SPECIAL_CASE]);
parity("relu", 0, [...CASES(), SPECIAL_CASE]);
parity(
  "clip",
  0,
  [...CASES(), SPECIAL_CASE].map((arrays) => [...arrays, -0.5, 1.25]),
);
parity("squareRoot", 0, [...CASES(0, 4), SPECIAL_CASE]);

// one addition to dx: equal
parity("absoluteBackward", 0, [...BACKWARD(), SPECIAL_BACKWARD]);
parity("reluBackward", 0, [...BACKWARD(), SPECIAL_BACKWARD]);
parity("clipBackward", 0, [...[...BACKWARD(), SPECIAL_BACKWARD].map((arrays) => [...arrays, -0.5, 1.25])]);

// a few roundings of 6e-8 each, where the twin has one
parity("squareRootBackward", 1e-6, BACKWARD(0.1, 2));
parity("expBackward", 3e-7, BACKWARD());
parity("logBackward", 1e-6, BACKWARD(0.1, 3));
parity("sigmoidBackward", 3e-7, BACKWARD(0, 1));
parity("tanhBackward", 3e-7, BACKWARD(-1, 1));

// the errors of functions.test.ts, here once more through all sizes and tails: 2.5 units of 6e-8
parity("exp", 2e-7, [...CASES(-3, 3), SPECIAL_CASE]);
parity("log", 2e-7, [...CASES(0.01, 5), SPECIAL_CASE]);
parity("tanh", 2e-7, [...CASES(), SPECIAL_CASE]);
parity("sigmoid", 2e-7, [...CASES(-8, 8), SPECIAL_CASE]);

parity("gelu", 2e-7, [...CASES(-6, 6), SPECIAL_CASE]);
const SETTINGS = [0.01, 1, 1.7, 0];
const withSetting = (cases: readonly (readonly Float32Array[])[]) =>
  SETTINGS.flatMap((setting) => cases.map((arrays) => [...arrays, setting]));
// the setting is rounded to f32, and so is its product
parity("leakyRelu", 2e-7, withSetting([...CASES(), SPECIAL_CASE]));
parity("leakyReluBackward", 3e-7, withSetting([...BACKWARD(), SPECIAL_BACKWARD]));
parity("elu", 3e-7, withSetting([...CASES(-6, 3), SPECIAL_CASE]));
parity("eluBackward", 4e-7, withSetting(BACKWARD(-1, 2)));
// Φ, the bell and their sum: some six roundings
parity("geluBackward", 5e-7, [...BACKWARD(-6, 6), SPECIAL_BACKWARD]);

// exponents 2, 3, ½ and −1: at most two roundings; others are computed in f64 and rounded once
const EXPONENTS = [0, 1, 2, 3, 4, 5, -1, -2, -3, 0.5, -0.5, 1.5, 1 / 3, 2.5, 100, -100, 101, Infinity, -Infinity, NaN];
parity("power", 3e-7, [
  ...EXPONENTS.map((exponent) => [SPECIAL, blank(SPECIAL.length), exponent]),
  ...[2, 3, -1, 4].flatMap((exponent) => CASES().map((arrays) => [...arrays, exponent])),
  ...[0.5, 2.5, -0.3].flatMap((exponent) => CASES(0.1, 4).map((arrays) => [...arrays, exponent])),
]);
parity("powerBackward", 1e-6, [
  ...[0, 1, 2, 3, 0.5, -1, 2.5, -2].flatMap((exponent) => BACKWARD(0.2, 2).map((arrays) => [...arrays, exponent])),
  ...[2, 3, 5].flatMap((exponent) => BACKWARD().map((arrays) => [...arrays, exponent])),
]);

parity(
  "runningAverage",
  3e-7,
  SIZES.map((n) => [numbers(n), numbers(n), 0.1, 1.1]),
); // three roundings
parity(
  "pixels",
  1e-7,
  SIZES.map((n) => [Uint8Array.from(numbers(n, 0, 256)), blank(n), 1 / 255]),
); // 1/255 and the product

test("an f32 that was clipped to 0.1, which no f32 is, lies on the bound and not outside", () => {
  const { kernels } = createReferenceBackend({ precision: "f32" });
  const dx = new Float32Array(4);
  kernels.clipBackward(Float32Array.of(0.1, -0.1, 0.10001, -0.10001), new Float32Array(4).fill(1), dx, -0.1, 0.1);
  expect([...dx]).toEqual([1, 1, 0, 0]);
});
