/** One step of each optimizer: a few roundings of numbers around 1. */
import { parity } from "./twins.ts";
import { numbers, SHORT, SIZES } from "./inputs.ts";

parity(
  "sgd",
  3e-7,
  SIZES.flatMap((n) => [0, 0.01].map((decay) => [numbers(n), numbers(n), 0.1, decay])),
);
parity(
  "momentum",
  5e-7,
  SIZES.flatMap((n) => [0, 1].map((nesterov) => [numbers(n), numbers(n), numbers(n), 0.1, 0.9, 0.01, nesterov])),
);

/** Corrections `1 − βᵗ` at step t. */
const corrections = (t: number) => [1 - 0.9 ** t, 1 - 0.999 ** t];
// at the first step m̂/√v̂ is the sign of the gradient, whatever its size
parity(
  "adam",
  5e-7,
  SIZES.flatMap((n) =>
    [1, 1000].map((t) => [
      numbers(n),
      numbers(n),
      t === 1 ? new Float32Array(n) : numbers(n),
      t === 1 ? new Float32Array(n) : numbers(n, 0.1, 4),
      0.01,
      0.9,
      0.999,
      1e-8,
      ...corrections(t),
      0.1,
    ]),
  ),
);
// at the first step g/√v is 1/√(1 − decay) times the sign of the gradient, whatever its size
parity(
  "rmsProp",
  1e-6,
  SIZES.flatMap((n) =>
    [0, 0.9].flatMap((momentum) =>
      [true, false].map((first) => [
        numbers(n),
        numbers(n),
        first ? new Float32Array(n) : numbers(n, 0.1, 4),
        first ? new Float32Array(n) : numbers(n),
        0.01,
        0.99,
        1e-8,
        momentum,
        0.1,
      ]),
    ),
  ),
);
// some columns longer, some shorter, and one that is all zeros; the last two are large enough for threads to share
parity(
  "maxNorm",
  3e-7,
  [...SHORT.flatMap((rows) => SHORT.map((columns) => [rows, columns])), [500, 33], [7, 2100]].flatMap(
    ([rows, columns]) =>
      [0.7, 3, 100].map((limit) => [
        numbers(rows * columns).map((value, index) => (index % columns === 2 ? 0 : value)),
        rows,
        columns,
        limit,
      ]),
  ),
);
parity(
  "clipNorm",
  3e-7,
  SIZES.flatMap((n) => [0.25, 9, 0, Infinity, NaN].map((square) => [numbers(n), Float32Array.of(square), 1])),
);
