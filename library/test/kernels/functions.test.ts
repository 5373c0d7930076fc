/**
 * The f32 functions of the fast kernels, in both builds, over all that an f32 can be: every 2,861st bit pattern (2,932 numbers for each
 * exponent and sign), and all neighbours of the places where something changes. Errors are counted in units in the last
 * place of the true value; values that no finite f32 is near, and NaN, must come out exactly.
 *
 * The bounds are those of a sweep over every 17th pattern, rounded up: 0.998 for exp, 0.827 for log, 2.42 for tanh,
 * 2.41 for sigmoid; for elu and gelu over every 173rd: 0.863 and 6.34 (at −11.9, where gelu is some 1e-31).
 */
import { setFlagsFromString } from "node:v8";
import * as base from "#base";
import { createFastBackend } from "#kernels";
import type { Backend } from "#kernels";
import { platform } from "#platform";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

setFlagsFromString("--experimental-wasm-relaxed-simd"); // Node 20 hides it; later ones know no such flag, and need none

const STRIDE = 2861; // a prime, so that mantissas do not repeat
const CHUNK = 1 << 18;

/** Where overflow, subnormal results, zeros, ones and new signs begin, and where the halves of each function meet. */
const CORNERS = [
  0,
  1,
  Math.SQRT1_2,
  Math.SQRT2,
  Math.LN2 / 2,
  2 ** -126,
  2 ** -149,
  88.72284,
  103.97208,
  87.33655,
  9.0109,
  17.33,
  14.2,
  15,
];

function patterns(): Uint32Array {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  const near = CORNERS.flatMap((corner) => {
    float[0] = corner;
    return Array.from({ length: 2048 }, (_, i) => bits[0] + i - 1024).flatMap((pattern) => [
      pattern,
      pattern ^ 0x80000000,
    ]);
  });
  const swept = Array.from({ length: Math.ceil(2 ** 32 / STRIDE) }, (_, i) => i * STRIDE);
  return Uint32Array.from([...near, ...swept]);
}

/** The distance between neighbouring f32 numbers at `value`. */
function unitAt(value: number): number {
  const exponent = (new Uint32Array(Float32Array.of(value).buffer)[0] >>> 23) & 255;
  return 2 ** (Math.max(exponent, 1) - 150);
}

const FUNCTIONS = [
  { name: "exp", truth: base.exp, bound: 1.05 },
  { name: "log", truth: base.log, bound: 0.9 },
  { name: "tanh", truth: base.tanh, bound: 2.5 },
  { name: "sigmoid", truth: (x: number) => 1 / (1 + base.exp(-x)), bound: 2.5 },
  {
    name: "elu",
    truth: (x: number) => (x > 0 ? x : (2 * base.tanh(x / 2)) / (1 - base.tanh(x / 2))),
    bound: 0.95,
    settings: [1],
  },
  { name: "gelu", truth: geluOf, bound: 6.5 },
] as const;

/** x·Φ(x) with all digits; where Φ is small it is no difference from 1, but a continued fraction as in base/math.ts. */
function geluOf(x: number): number {
  if (x > -2) return 0.5 * x * (1 + base.erf(x / Math.SQRT2));
  let fraction = -x;
  for (let n = 100; n > 0; n--) fraction = n / fraction - x;
  return x < -40 ? -0 : (x * base.exp((-x * x) / 2)) / (Math.sqrt(2 * Math.PI) * fraction);
}

describe.each(["simd", "relaxed-simd"] as const)("in the build %s", (module) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createFastBackend(platform, { threads: 1, module });
  });
  afterAll(() => backend.close());

  test.each(FUNCTIONS)(
    "$name is within $bound units in the last place everywhere",
    ({ name, truth, bound, ...more }) => {
      const settings = "settings" in more ? more.settings : [];
      const all = new Float32Array(patterns().buffer);
      const x = backend.allocate(CHUNK) as Float32Array;
      const y = backend.allocate(CHUNK) as Float32Array;
      let worst = 0;
      let worstAt = 0;
      const wrong: number[] = [];
      for (let begin = 0; begin < all.length; begin += CHUNK) {
        const chunk = all.subarray(begin, begin + CHUNK);
        x.set(chunk);
        (backend.kernels[name] as (...values: readonly unknown[]) => void)(x, y, ...settings);
        for (let i = 0; i < chunk.length; i++) {
          const want = truth(chunk[i]);
          const rounded = Math.fround(want);
          if (Object.is(y[i], rounded)) continue;
          if (!Number.isFinite(rounded) || !Number.isFinite(y[i])) wrong.push(chunk[i]);
          const error = Math.abs(y[i] - want) / unitAt(rounded);
          if (error > worst) [worst, worstAt] = [error, chunk[i]];
        }
      }
      expect(wrong.slice(0, 9)).toEqual([]);
      expect(worst, `at ${worstAt}`).toBeLessThan(bound);
    },
  );
});
