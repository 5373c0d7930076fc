// Every op has a row: its derivative against central differences in f64. A new op without a row fails here.
import { describe, expect, test } from "vitest";
import * as operations from "#engine";
import type { Op } from "#engine";
import { gradientError } from "./gradients.ts";
import type { GradientRow } from "./gradients.ts";

const {
  absoluteOp,
  addOp,
  argmaxOp,
  averagePool2dOp,
  batchNormEvaluationOp,
  batchNormOp,
  binaryCrossEntropyOp,
  clipOp,
  concatOp,
  conv2dOp,
  crossEntropyOp,
  divideOp,
  dropoutOp,
  eluOp,
  expOp,
  gatherOp,
  globalAveragePool2dOp,
  geluOp,
  huberOp,
  layerNormOp,
  leakyReluOp,
  logOp,
  logSoftmaxOp,
  matmulOp,
  maxPool2dOp,
  maximumOp,
  meanOp,
  meanSquaredErrorOp,
  multiplyOp,
  negateOp,
  padOp,
  powerOp,
  reluOp,
  reshapeOp,
  sigmoidOp,
  sliceOp,
  softmaxOp,
  squareRootOp,
  subtractOp,
  sumOp,
  tanhOp,
  transposeOp,
} = operations;

const channel = (...values: number[]) => ({ shape: [values.length], values });

/** How a window walks, unless said otherwise step by step and without padding. */
const walk = ({ stride = [1, 1], padding = [0, 0, 0, 0] }) => ({ stride, padding });

const table: GradientRow[] = [
  { op: absoluteOp, inputs: [[2, 5]], kinks: [0] },
  {
    op: addOp,
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
  {
    op: addOp,
    inputs: [
      [4, 1, 3],
      [2, 1],
    ],
  },
  { op: addOp, inputs: [[5], [2, 3, 5]] },
  { op: argmaxOp, inputs: [[3, 4]], settings: { axis: 1 } },
  ...[walk({}), walk({ stride: [2, 1], padding: [1, 0, 1, 1] })].map((each) => ({
    op: averagePool2dOp,
    inputs: [[2, 5, 4, 2]],
    settings: { size: [3, 2], ...each },
  })),
  { op: batchNormOp, inputs: [[6, 3], channel(0.7, -1.2, 1.5), channel(0.1, -0.4, 2)], settings: { epsilon: 1e-5 } },
  { op: batchNormOp, inputs: [[2, 2, 2, 3], [3], [3]], settings: { epsilon: 1e-3 } },
  {
    op: batchNormEvaluationOp,
    inputs: [[4, 3], [3], [3], channel(0.2, -0.1, 0.4), channel(0.5, 1.5, 0.9)],
    settings: { epsilon: 1e-5 },
    constants: [3, 4],
  },
  {
    op: binaryCrossEntropyOp,
    inputs: [[3, 2], { shape: [3, 2], values: [0, 1, 1, 0, 0.3, 0.8] }],
    settings: { labelSmoothing: 0 },
    range: [-4, 4],
    constants: [1],
  },
  {
    op: binaryCrossEntropyOp,
    inputs: [[4], channel(1, 0, 0.5, 1)],
    settings: { labelSmoothing: 0.2 },
    constants: [1],
  },
  { op: clipOp, inputs: [[3, 7]], settings: { minimum: -0.5, maximum: 0.8 }, kinks: [-0.5, 0.8] },
  {
    op: concatOp,
    inputs: [
      [2, 3, 2],
      [2, 1, 2],
      [2, 4, 2],
    ],
    settings: { axis: 1 },
  },
  { op: concatOp, inputs: [[2], [3]], settings: { axis: 0 } },
  {
    op: concatOp,
    inputs: [
      [2, 1, 2, 1, 2, 3],
      [2, 1, 2, 1, 2, 1],
    ],
    settings: { axis: 5 },
  },
  ...[walk({}), walk({ stride: [2, 1], padding: [1, 2, 0, 1] }), walk({ stride: [3, 3] })].map((each) => ({
    op: conv2dOp,
    inputs: [
      [2, 5, 4, 3],
      [3, 2, 3, 2],
    ],
    settings: each,
  })),
  {
    op: conv2dOp,
    inputs: [
      [2, 4, 4, 1],
      [4, 4, 1, 3],
    ],
    settings: walk({}),
  },
  { op: crossEntropyOp, inputs: [[4, 5], channel(0, 4, 2, 2)], settings: { labelSmoothing: 0 }, constants: [1] },
  { op: crossEntropyOp, inputs: [[3, 4], channel(1, 3, 0)], settings: { labelSmoothing: 0.1 }, constants: [1] },
  {
    op: divideOp,
    inputs: [
      [3, 4],
      [3, 4],
    ],
    range: [0.5, 2],
  },
  {
    op: divideOp,
    inputs: [
      [4, 1, 3],
      [2, 1],
    ],
    range: [-2, -0.5],
  },
  { op: dropoutOp, inputs: [[5, 9]], settings: { rate: 0.4, key: [1, 2], step: 3 } },
  { op: eluOp, inputs: [[3, 7]], settings: { alpha: 1 } },
  { op: eluOp, inputs: [[3, 7]], settings: { alpha: 0.4 }, kinks: [0] },
  { op: expOp, inputs: [[3, 4]] },
  { op: gatherOp, inputs: [[4, 3], channel(2, 0, 2)], constants: [1] },
  { op: globalAveragePool2dOp, inputs: [[2, 3, 2, 4]] },
  { op: geluOp, inputs: [[3, 7]], range: [-4, 4] },
  {
    op: huberOp,
    inputs: [
      [3, 4],
      [3, 4],
    ],
    settings: { delta: 1 },
  },
  { op: huberOp, inputs: [[9], [9]], settings: { delta: 0.3 } },
  { op: layerNormOp, inputs: [[3, 6], [6], [6]], settings: { epsilon: 1e-5 } },
  {
    op: layerNormOp,
    inputs: [[2, 2, 2, 3], channel(0.7, -1.2, 1.5), channel(0.1, -0.4, 2)],
    settings: { epsilon: 1e-3 },
  },
  { op: leakyReluOp, inputs: [[3, 7]], settings: { slope: 0.1 }, kinks: [0] },
  { op: logOp, inputs: [[3, 4]], range: [0.2, 3] },
  { op: logSoftmaxOp, inputs: [[3, 5]] },
  {
    op: matmulOp,
    inputs: [
      [3, 4],
      [4, 5],
    ],
  },
  {
    op: matmulOp,
    inputs: [
      [1, 7],
      [7, 1],
    ],
  },
  ...[walk({ stride: [2, 2] }), walk({ stride: [2, 1], padding: [1, 0, 1, 1] })].map((each) => ({
    op: maxPool2dOp,
    inputs: [[2, 6, 5, 2]],
    settings: { size: [3, 2], ...each },
  })),
  { op: maximumOp, inputs: [[2, 4, 3]], settings: { axis: 1 } },
  { op: maximumOp, inputs: [[3, 4]], settings: { axis: null } },
  { op: meanOp, inputs: [[2, 4, 3]], settings: { axis: 1 } },
  { op: meanOp, inputs: [[3, 4]], settings: { axis: null } },
  {
    op: meanSquaredErrorOp,
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
  {
    op: multiplyOp,
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
  {
    op: multiplyOp,
    inputs: [
      [4, 1, 3],
      [2, 1],
    ],
  },
  { op: negateOp, inputs: [[3, 4]] },
  { op: padOp, inputs: [[2, 3]], settings: { before: [1, 0], after: [2, 3], value: 0 } },
  { op: padOp, inputs: [[2, 1, 3, 2]], settings: { before: [1, 2, 0, 1], after: [0, 1, 2, 1], value: -1.5 } },
  { op: powerOp, inputs: [[3, 4]], settings: { exponent: 3 } },
  { op: powerOp, inputs: [[3, 4]], settings: { exponent: 2 } },
  { op: powerOp, inputs: [[3, 4]], settings: { exponent: -1.7 }, range: [0.5, 2] },
  { op: powerOp, inputs: [[3, 4]], settings: { exponent: 0.5 }, range: [0.5, 2] },
  { op: reluOp, inputs: [[3, 7]], kinks: [0] },
  { op: reshapeOp, inputs: [[3, 4]], settings: { shape: [2, 6] } },
  { op: sigmoidOp, inputs: [[3, 4]], range: [-4, 4] },
  { op: sliceOp, inputs: [[4, 5]], settings: { begin: [1, -3], end: [3, 5] } },
  { op: sliceOp, inputs: [[3, 4, 3, 5]], settings: { begin: [0, 1, 2, 1], end: [2, -1, 3, -2] } },
  { op: softmaxOp, inputs: [[3, 5]] },
  { op: squareRootOp, inputs: [[3, 4]], range: [0.2, 3] },
  {
    op: subtractOp,
    inputs: [
      [3, 4],
      [3, 4],
    ],
  },
  {
    op: subtractOp,
    inputs: [
      [4, 1, 3],
      [2, 1],
    ],
  },
  { op: sumOp, inputs: [[2, 4, 3]], settings: { axis: 1 } },
  { op: sumOp, inputs: [[2, 4, 3]], settings: { axis: 2 } },
  { op: sumOp, inputs: [[3, 4]], settings: { axis: null } },
  { op: tanhOp, inputs: [[3, 4]], range: [-3, 3] },
  { op: transposeOp, inputs: [[2, 3, 4]], settings: { axes: [2, 0, 1] } },
  { op: transposeOp, inputs: [[3, 5]], settings: { axes: [1, 0] } },
];

const TOLERANCE = 1e-6; // a wrong factor shows at 1e-2 or more, the method's own error lies near 1e-10

describe("the derivative is the slope", () => {
  test.each(table)("$op.name $inputs $settings", async (row) => {
    const { error, place } = await gradientError(row);
    expect(error, place).toBeLessThan(TOLERANCE);
  });
});

test("every op has a row in the table", () => {
  const ops = Object.values(operations)
    .filter(isOp)
    .map(({ name }) => name);
  const rows = new Set(table.map(({ op }) => op.name));
  expect(ops.length).toBeGreaterThan(25);
  expect(ops.filter((name) => !rows.has(name))).toEqual([]);
});

test.each([
  ["a factor of 1.001", 1.001],
  ["a wrong sign", -1],
  ["no gradient at all", 0],
])("a derivative with %s is caught", async (_, factor) => {
  const wrong: Op = {
    ...tanhOp,
    backward(kernels, inputs, y, dy, dxs, settings, saved, workspace) {
      const planted = { shape: dy.shape, data: dy.data.map((value) => factor * value) };
      tanhOp.backward(kernels, inputs, y, planted, dxs, settings, saved, workspace);
    },
  };
  const { error, place } = await gradientError({ op: wrong, inputs: [[3, 4]] });
  expect(error).toBeGreaterThan(TOLERANCE);
  expect(place).toMatch(/^tanh: input 0\[\d+\], got .*, expected /);
});

function isOp(value: unknown): value is Op {
  return typeof value === "object" && value !== null && "forward" in value && "backward" in value;
}
