/** Kernels that read or write through strides: every way of repeating axes, turned axes, long and short rows. */
import { stridesOf } from "#base";
import type { Shape } from "#base";
import { createFastBackend, createReferenceBackend } from "#kernels";
import { platform } from "#platform";
import { expect, test } from "vitest";
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

// into arrays with gaps between rows and axes, and with the axes in reverse
parity(
  "place",
  0,
  SHAPES.flatMap((shape) =>
    [
      stridesOf(shape),
      stridesOf([shape[0], shape[1] + 2, shape[2] + 1, shape[3] + 3]),
      stridesOf([...shape.slice(0, 3), 2 * shape[3]]).map((stride, axis) => (axis === 3 ? 2 : stride)),
      stridesOf(shape.toReversed()).toReversed(),
    ].map((y) => [numbers(sizeOf(shape)), array(shape, y), shape, y]),
  ),
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

test("arrays may end where memory ends: nothing is read beyond them, whatever the stride", async () => {
  const fast = await createFastBackend(platform, { threads: 1, module: "simd" });
  const plain = createReferenceBackend({ precision: "f32" }).kernels;
  const { buffer } = fast.allocate(64);
  /** The last numbers of all memory. */
  const atEnd = (length: number) => new Float32Array(buffer, buffer.byteLength - 4 * length, length).fill(3);
  for (const stride of [0, 1, 2, 5]) {
    for (const length of [1, 2, 3, 4, 5, 6, 7]) {
      const shape = [1, 1, 1, length];
      const own = [length, length, length, 1];
      const walk = [0, 0, 0, stride];
      const last = atEnd(1 + (length - 1) * stride);
      const x = fast.allocate(length).fill(2);
      const y = fast.allocate(length);
      const twin = new Float32Array(length);
      const same = (what: string) => expect(y, `${what}, stride ${stride}, length ${length}`).toEqual(twin);
      for (const kernel of ["add", "subtract", "multiply", "divide"] as const) {
        for (const turned of [false, true]) {
          for (const [kernels, into] of [[fast.kernels, y] as const, [plain, twin] as const]) {
            if (turned) kernels[kernel](last, x, into, shape, walk, own);
            else kernels[kernel](x, last, into, shape, own, walk);
          }
          same(kernel);
        }
      }
      for (const [kernels, into] of [[fast.kernels, y] as const, [plain, twin] as const]) {
        kernels.permute(last, into, shape, walk);
        kernels.accumulate(last, into, 0.5, shape, walk, own);
        kernels.multiplyBackward(x, last, into, shape, walk, own);
      }
      same("permute and sums");
    }
  }
  fast.close();
});
