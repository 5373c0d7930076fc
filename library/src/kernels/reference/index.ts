/**
 * The reference kernels: every computation of the library in its plainest form. They run anywhere, in f32 and in f64,
 * and they are the measure of the fast ones: each has a twin of the same name in ../assembly.
 */
export { absolute, absoluteBackward } from "./absolute.ts";
export { accumulate } from "./accumulate.ts";
export { adam } from "./adam.ts";
export { add } from "./add.ts";
export { affineMaps } from "./affine-maps.ts";
export { argmax } from "./argmax.ts";
export { averagePool2d, averagePool2dBackward } from "./average-pool2d.ts";
export {
  batchNorm,
  batchNormBackward,
  batchNormEvaluation,
  batchNormEvaluationBackward,
  batchNormRelu,
  batchNormReluBackward,
} from "./batch-norm.ts";
export { batchNormReluPool, batchNormReluPoolBackward } from "./batch-norm-relu-pool.ts";
export { biasReluBackward } from "./bias-relu.ts";
export { binaryCrossEntropy, binaryCrossEntropyBackward } from "./binary-cross-entropy.ts";
export { clipNorm } from "./clip-norm.ts";
export { clip, clipBackward } from "./clip.ts";
export { conv2d, conv2dBackwardInput, conv2dBackwardWeight, conv2dBias } from "./conv2d.ts";
export { convolutionPool, convolutionPoolBackwardInput, convolutionPoolBackwardWeight } from "./convolution-pool.ts";
export { copy } from "./copy.ts";
export { crossEntropy, crossEntropyBackward } from "./cross-entropy.ts";
export { deskewMaps } from "./deskew-maps.ts";
export { divide, divideBackwardDenominator, divideBackwardNumerator } from "./divide.ts";
export { dropout, dropoutBackward } from "./dropout.ts";
export { elasticPieces } from "./elastic-pieces.ts";
export { elu, eluBackward } from "./elu.ts";
export { eraseImages } from "./erase-images.ts";
export { exp, expBackward } from "./exp.ts";
export { fill } from "./fill.ts";
export { foldBatchNorm } from "./fold-batch-norm.ts";
export { gather, gatherBackward } from "./gather.ts";
export { gatherPixels } from "./gather-pixels.ts";
export { gelu, geluBackward } from "./gelu.ts";
export { huber, huberBackward } from "./huber.ts";
export { layerNorm, layerNormBackward, layerNormBackwardParameters } from "./layer-norm.ts";
export { leakyRelu, leakyReluBackward } from "./leaky-relu.ts";
export { log, logBackward } from "./log.ts";
export { logSoftmax, logSoftmaxBackward } from "./log-softmax.ts";
export { dense, matmul, matmulTransposeA, matmulTransposeB } from "./matmul.ts";
export { maxPool2d, maxPool2dBackward } from "./max-pool2d.ts";
export { maxNorm } from "./max-norm.ts";
export { maximum, maximumBackward } from "./maximum.ts";
export { mean } from "./mean.ts";
export { meanSquaredError, meanSquaredErrorBackward } from "./mean-squared-error.ts";
export { momentum } from "./momentum.ts";
export { multiply, multiplyBackward } from "./multiply.ts";
export { negate } from "./negate.ts";
export { noiseImages } from "./noise-images.ts";
export { packNonZeros, packPixels } from "./non-zeros.ts";
export { permute } from "./permute.ts";
export { pixels } from "./pixels.ts";
export { place } from "./place.ts";
export { power, powerBackward } from "./power.ts";
export { relu, reluBackward } from "./relu.ts";
export { rmsProp } from "./rms-prop.ts";
export { runningAverage } from "./running-average.ts";
export { sgd } from "./sgd.ts";
export { shiftImages } from "./shift-images.ts";
export { sigmoid, sigmoidBackward } from "./sigmoid.ts";
export { softmax, softmaxBackward } from "./softmax.ts";
export { sparseDense, sparseDenseBackwardWeight } from "./sparse-dense.ts";
export { squareRoot, squareRootBackward } from "./square-root.ts";
export { squaredNorm } from "./squared-norm.ts";
export { strokeImages } from "./stroke-images.ts";
export { subtract } from "./subtract.ts";
export { sum } from "./sum.ts";
export { sumSlices } from "./sum-slices.ts";
export { tanh, tanhBackward } from "./tanh.ts";
export { warpImages } from "./warp-images.ts";
export { winogradConvolution, winogradPool, winogradWeights } from "./winograd.ts";
