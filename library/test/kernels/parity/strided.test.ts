/** Kernels that read or write through strides: every way of repeating axes, turned axes, long and short rows. */
import { stridesOf } from "#base";
import type { Shape } from "#base";
import { parity } from "./twins.ts";
import { blank, numbers } from "./inputs.ts";

const SHAPES: Shape[] = [
  [1, 1, 1, 1],
  [1, 1, 1, 33],
  [1, 1, 5, 7],
  [2, 3, 4, 5],
  [3, 1, 2, 17],
  [4, 5, 3, 1],
  [1, 1, 33, 8],
  [1, 1, 300, 130], // enough for threads to share
];

const sizeOf = (shape: Shape) => shape.reduce((size, length) => size * length, 1);
const extent = (shape: Shape, strides: Shape) =>
  1 + shape.reduce((at, length, axis) => at + (length - 1) * strides[axis], 0);

/** Contiguous, repeated along each choice of axes, and with the axes in reverse. */
function layouts(shape: Shape): Shape[] {
  const repeated = Array.from({ length: 16 }, (_, choice) => {
    const kept = stridesOf(shape.map((length, axis) => ((choice >> axis) & 1 ? 1 : length)));
    return kept.map((stride, axis) => ((choice >> axis) & 1 ? 0 : stride));
  });
  const reverse = stridesOf(shape.toReversed()).toReversed();
  return [...repeated, reverse];
}

/** [shape, strides of one array, strides of another], some hundred of them. */
const WALKS = SHAPES.flatMap((shape) => {
  const all = layouts(shape);
  return all.flatMap((one, i) => [all[0], one, all[(i * 7 + 3) % all.length]].map((other) => [shape, one, other]));
});
const array = (shape: Shape, strides: Shape, low?: number, high?: number) => numbers(extent(shape, strides), low, high);

// one operation, correctly rounded: equal
for (const kernel of ["add", "subtract", "multiply", "divide"] as const) {
  parity(
    kernel,
    0,
    WALKS.map(([shape, a, b]) => [array(shape, a), array(shape, b, 0.5), blank(sizeOf(shape)), shape, a, b]),
  );
}
parity(
  "permute",
  0,
  SHAPES.flatMap((shape) => layouts(shape).map((x) => [array(shape, x), blank(sizeOf(shape)), shape, x])),
);

// up to 39,000 numbers meet in one, added in f32 where they do not lie side by side: an error of about √n · 6e-8 · sum
parity(
  "accumulate",
  3e-5,
  WALKS.map(([shape, x, y]) => [array(shape, x), array(shape, y), -0.7, shape, x, y]),
);
parity(
  "multiplyBackward",
  3e-5,
  WALKS.map(([shape, other, dx]) => [numbers(sizeOf(shape)), array(shape, other), array(shape, dx), shape, other, dx]),
);
parity(
  "divideBackwardNumerator",
  3e-5,
  WALKS.map(([shape, b, da]) => [numbers(sizeOf(shape)), array(shape, b, 0.5), array(shape, da), shape, b, da]),
);
parity(
  "divideBackwardDenominator",
  3e-5,
  WALKS.map(([shape, b, db]) => [
    numbers(sizeOf(shape)),
    numbers(sizeOf(shape)),
    array(shape, b, 0.5),
    array(shape, db),
    shape,
    b,
    db,
  ]),
);
