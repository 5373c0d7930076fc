/** Every fast kernel, for the compiler. Each has a twin of the same name in ../reference. */
export { absolute, absoluteBackward } from "./absolute";
export { accumulate } from "./accumulate";
export { adam } from "./adam";
export { add } from "./add";
export { affineMaps } from "./affine-maps";
export { argmax } from "./argmax";
export { averagePool2d, averagePool2dBackward } from "./average-pool2d";
export {
  batchNorm,
  batchNormBackward,
  batchNormEvaluation,
  batchNormEvaluationBackward,
  batchNormRelu,
  batchNormReluBackward,
  batchNormGradientSums,
  batchNormSums,
} from "./batch-norm";
export { batchNormReluPool, batchNormReluPoolBackward, batchNormReluPoolGradientSums } from "./batch-norm-relu-pool";
export { addBiasSlices, biasReluBackward } from "./bias-relu";
export { binaryCrossEntropy, binaryCrossEntropyBackward } from "./binary-cross-entropy";
export { clip, clipBackward } from "./clip";
export { clipNorm } from "./clip-norm";
export { addSlices, conv2d, conv2dBackwardInput, conv2dBackwardWeight, conv2dBias } from "./conv2d";
export { convolutionPool, convolutionPoolBackwardInput, convolutionPoolBackwardWeight } from "./convolution-pool";
export { copy } from "./copy";
export { crossEntropy, crossEntropyBackward } from "./cross-entropy";
export { deskewMaps } from "./deskew-maps";
export { divide, divideBackwardNumerator, divideBackwardDenominator } from "./divide";
export { dropout, dropoutBackward } from "./dropout";
export { elasticPieces } from "./elastic-pieces";
export { elu, eluBackward } from "./elu";
export { eraseImages } from "./erase-images";
export { exp, expBackward } from "./exp";
export { fill } from "./fill";
export { foldBatchNorm } from "./fold-batch-norm";
export { gather, gatherBackward } from "./gather";
export { gatherPixels } from "./gather-pixels";
export { gelu, geluBackward } from "./gelu";
export { huber, huberBackward } from "./huber";
export { layerNorm, layerNormBackward, layerNormBackwardParameters } from "./layer-norm";
export { leakyRelu, leakyReluBackward } from "./leaky-relu";
export { log, logBackward } from "./log";
export { logSoftmax, logSoftmaxBackward } from "./log-softmax";
export { dense, matmul, matmulTransposeB, matmulTransposeA } from "./matmul";
export { maxPool2d, maxPool2dBackward } from "./max-pool2d";
export { maxNorm } from "./max-norm";
export { maximum, maximumBackward } from "./maximum";
export { mean } from "./mean";
export { meanSquaredError, meanSquaredErrorBackward } from "./mean-squared-error";
export { momentum } from "./momentum";
export { multiply, multiplyBackward } from "./multiply";
export { negate } from "./negate";
export { noiseImages } from "./noise-images";
export { packNonZeros, packPixels } from "./non-zeros";
export { permute } from "./permute";
export { pixels } from "./pixels";
export { place } from "./place";
export { power, powerBackward } from "./power";
export { relu, reluBackward } from "./relu";
export { rmsProp } from "./rms-prop";
export { runningAverage } from "./running-average";
export { sgd } from "./sgd";
export { shiftImages } from "./shift-images";
export { sigmoid, sigmoidBackward } from "./sigmoid";
export { softmax, softmaxBackward } from "./softmax";
export { sparseDense, sparseDenseBackwardWeight } from "./sparse-dense";
export { squareRoot, squareRootBackward } from "./square-root";
export { squaredNorm } from "./squared-norm";
export { strokeImages } from "./stroke-images";
export { subtract } from "./subtract";
export { sum } from "./sum";
export { sumSlices } from "./sum-slices";
export { tanh, tanhBackward } from "./tanh";
export { warpImages } from "./warp-images";
export { winogradConvolution, winogradPool, winogradWeights } from "./winograd";
export { fusedProbe } from "./multiply-add";
export { waitWhile } from "./wait";
