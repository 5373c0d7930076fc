/**
 * How much there is to compute in a call of a kernel.
 *
 * An addition, a multiplication, a comparison, a division, a root and an exponential count as one each. Products are
 * counted exactly, 2·M·K·N: one multiplication and one addition for each meeting of two numbers, those with a 0 among
 * them. The rest is counted by the element. What only moves numbers counts as 0.
 */
import type { Floats } from "./floats.ts";
import type { Kernels } from "./kernels.ts";
import type { Call } from "./program.ts";
import type { Windows } from "./windows.ts";

/** For each kernel that is a product: its arguments → how many operations. */
const products: { [Name in keyof Kernels]?: (...given: Parameters<Kernels[Name]>) => number } = {
  matmul: (_a, _b, _c, M, K, N) => 2 * M * K * N,
  matmulTransposeA: (_a, _b, _c, M, K, N) => 2 * M * K * N,
  matmulTransposeB: (_a, _b, _c, M, K, N) => 2 * M * K * N,
  dense: (_x, _weight, _bias, _y, M, K, N) => 2 * M * K * N,
  sparseDense: (_p, _v, _c, _w, _b, _y, rows, columns, units) => 2 * rows * columns * units,
  sparseDenseBackwardWeight: (_p, _v, _c, _dy, _dw, rows, columns, units) => 2 * rows * columns * units,
  conv2d: (_x, _weight, _y, windows, filters) => 2 * meetings(windows) * filters,
  conv2dBackwardInput: (_weight, _dy, _dx, windows, filters) => 2 * meetings(windows) * filters,
  conv2dBackwardWeight: (_x, _dy, _dweight, windows, filters) => 2 * meetings(windows) * filters,
  conv2dBias: (_x, _weight, _bias, _y, windows, filters) => 2 * meetings(windows) * filters,
  convolutionPool: (_x, _weight, _bias, _y, _taps, windows, filters) => 2 * meetings(windows) * filters,
  // of the outputs under a pooling window one has a gradient; behind a ReLU it may be 0 too, and is then left out
  convolutionPoolBackwardInput: (_turned, _y, _taps, _dy, _dx, windows, filters, pool) =>
    (2 * meetings(windows) * filters) / (pool[0] * pool[1]),
  convolutionPoolBackwardWeight: (_x, _y, _taps, _dy, _weightSlices, _biasSlices, windows, filters, pool) =>
    (2 * meetings(windows) * filters) / (pool[0] * pool[1]),
  // 16 products for four outputs instead of 36
  winogradConvolution: (_x, _u, _bias, _y, windows, filters) => (2 * meetings(windows) * filters * 16) / 36,
  winogradPool: (_x, _u, _bias, _y, _taps, windows, filters) => (2 * meetings(windows) * filters * 16) / 36,
  maxPool2d: (_x, _y, _taps, windows) => meetings(windows),
  maxPool2dBackward: (_taps, dy) => dy.length,
  averagePool2d: (_x, _y, windows) => meetings(windows),
  averagePool2dBackward: (_dy, _dx, windows) => meetings(windows),
};

/** For each other kernel: operations per element, and which argument has these elements. */
const elements: { [Name in keyof Kernels]?: readonly [operations: number, argument: number] } = {
  winogradWeights: [3, 2],
  sumSlices: [1, 0],
  biasReluBackward: [2, 0],
  foldBatchNorm: [2, 0],
  pixels: [1, 1],
  gatherPixels: [1, 2],
  packPixels: [1, 3],
  add: [1, 2],
  subtract: [1, 2],
  multiply: [1, 2],
  divide: [1, 2],
  accumulate: [2, 0],
  multiplyBackward: [2, 0],
  divideBackwardNumerator: [2, 0],
  divideBackwardDenominator: [3, 0],
  negate: [1, 0],
  absolute: [1, 0],
  absoluteBackward: [2, 0],
  power: [1, 0],
  powerBackward: [4, 0],
  squareRoot: [1, 0],
  squareRootBackward: [3, 0],
  exp: [1, 0],
  expBackward: [2, 0],
  log: [1, 0],
  logBackward: [2, 0],
  clip: [2, 0],
  clipBackward: [3, 0],
  relu: [1, 0],
  reluBackward: [2, 0],
  leakyRelu: [2, 0],
  leakyReluBackward: [3, 0],
  elu: [4, 0],
  eluBackward: [3, 0],
  gelu: [5, 0],
  geluBackward: [11, 0],
  sigmoid: [4, 0],
  sigmoidBackward: [4, 0],
  tanh: [4, 0],
  tanhBackward: [4, 0],
  dropout: [2, 0],
  dropoutBackward: [2, 0],
  batchNormRelu: [8, 0],
  batchNormReluBackward: [12, 0],
  batchNormReluPool: [8, 0],
  batchNormReluPoolBackward: [12, 0],
  softmax: [5, 0],
  softmaxBackward: [5, 0],
  logSoftmax: [5, 0],
  logSoftmaxBackward: [5, 0],
  crossEntropy: [5, 0],
  crossEntropyBackward: [2, 0],
  binaryCrossEntropy: [7, 0],
  binaryCrossEntropyBackward: [8, 0],
  meanSquaredError: [3, 0],
  meanSquaredErrorBackward: [3, 0],
  huber: [5, 0],
  huberBackward: [5, 0],
  batchNorm: [7, 0],
  batchNormBackward: [11, 0],
  batchNormEvaluation: [3, 0],
  batchNormEvaluationBackward: [6, 0],
  layerNorm: [8, 0],
  layerNormBackward: [13, 0],
  layerNormBackwardParameters: [5, 0],
  runningAverage: [3, 0],
  // the maps of a picture take some tens for each of their six numbers; a place takes ten, a value there nine
  affineMaps: [20, 0],
  elasticPieces: [4, 0],
  warpImages: [19, 4],
  deskewMaps: [2, 0],
  strokeImages: [7, 1],
  noiseImages: [2, 1],
  gatherBackward: [1, 1],
  sum: [1, 0],
  mean: [1, 0],
  maximum: [1, 0],
  maximumBackward: [1, 1],
  argmax: [1, 0],
  sgd: [3, 0],
  momentum: [5, 0],
  adam: [14, 0],
  rmsProp: [11, 0],
  squaredNorm: [2, 0],
  clipNorm: [1, 0],
  maxNorm: [3, 0],
};

/** Operations of a call; 0 for a kernel that only moves numbers. */
export function flopsOf({ name, arguments: given }: Call): number {
  const product = products[name] as ((...given: readonly unknown[]) => number) | undefined;
  if (product) return product(...given);
  const [operations, argument] = elements[name] ?? [0, 0];
  return operations === 0 ? 0 : operations * (given[argument] as Floats).length;
}

/** How often a filter's weight meets a number of the picture; on padding too, where that number is 0. */
function meetings({ batch, outHeight, outWidth, windowHeight, windowWidth, channels }: Windows): number {
  return batch * outHeight * outWidth * windowHeight * windowWidth * channels;
}
