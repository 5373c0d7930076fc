/** Kernels that reduce an axis: sums are formed in f64 and rounded once; a maximum is one of the numbers. */
import { parity } from "./twins.ts";
import { blank, numbers, SHORT, SIZES, whole } from "./inputs.ts";

/** [outer, size, inner]; the last three are large enough for threads to share, one with more columns than fit scratch. */
const SHAPES = [
  ...[1, 3, 5, 18].flatMap((outer) =>
    SHORT.flatMap((size) => [1, 2, 4, 5, 8, 21].map((inner) => [outer, size, inner])),
  ),
  [4001, 10, 1],
  [3, 100, 130],
  [2, 9, 2500],
];

parity(
  "sum",
  2e-7,
  [...SHAPES, [1, 40_007, 1]].map(([o, r, i]) => [numbers(o * r * i), blank(o * i), o, r, i]),
);
parity(
  "mean",
  2e-7,
  SHAPES.map(([o, r, i]) => [numbers(o * r * i), blank(o * i), o, r, i]),
);

/** Few different numbers, so that many are equal; some are none. */
const tied = (length: number) => whole(length, 9).map((value) => (value === 8 ? NaN : value - 4));
const few = (length: number) => whole(length, 5);
parity(
  "maximum",
  0,
  SHAPES.flatMap(([o, r, i]) => [few, tied].map((make) => [make(o * r * i), blank(o * i), blank(o * i), o, r, i])),
);
parity(
  "argmax",
  0,
  SHAPES.flatMap(([o, r, i]) => [few, tied].map((make) => [make(o * r * i), blank(o * i), o, r, i])),
);
parity(
  "maximumBackward",
  0,
  SHAPES.map(([o, r, i]) => [whole(o * i, r), numbers(o * i), numbers(o * r * i), o, r, i]),
);

parity(
  "squaredNorm",
  2e-7,
  SIZES.map((n) => [numbers(n), numbers(1)]),
);
