/**
 * The fast kernels: the same functions as the reference ones, on windows of linear memory.
 *
 * Each member says how its WebAssembly twin is called: which addresses and numbers it gets, what its units of work are,
 * and how much there is to do. Little work is done by the calling thread alone, for waking others takes longer; that
 * decision rests on shapes only, and results do not depend on it.
 */
import type { Shape } from "#base";
import type { Floats } from "./floats.ts";
import type { Kernels } from "./kernels.ts";
import { PARTIAL_BYTES, PARTIALS } from "./memory.ts";
import type { Job } from "./program.ts";
import type { Windows } from "./windows.ts";

/** Work, in additions or so, from which on it is shared: some 10 µs for one thread. */
const SHARED_FROM = 30_000;
/** Elements go in sixteens: whole cache lines, whole vectors, whole random blocks. */
const SIXTEEN = 16;
/** Rows of a batch go in fours. */
const FOUR = 4;
/** A unit of a matrix product: a panel's columns, and rows that are whole tiles of either height, 4 or 6. */
const PRODUCT_COLUMNS = 8;
const PRODUCT_ROWS = 24;

/** Sums over a batch are taken in so many shares, whatever the number of threads, and added up in order. */
const SHARES = 8;

/** What one element costs, in additions: most are bound by memory, an exponential is some twenty instructions. */
const CHEAP = 1;
const DEAR = 8;
/** What the random numbers of a picture cost, and what is computed of them. */
const PICTURE_DRAWS = 200;

/**
 * The fast kernels.
 *
 * @param run does a job, or notes it for later
 */
export function bindKernels(run: (job: Job) => void): Kernels {
  const call = (name: string, values: number[], units: number, { grain = 1, cost = CHEAP * units } = {}): void => {
    run({ name, values, units, grain, split: cost >= SHARED_FROM });
  };
  /** y = f(x) or dx += f'(…)·dy: the arrays are of one length, numbers may follow. */
  const elements = (name: string, arrays: readonly Floats[], numbers: readonly number[] = [], price = CHEAP): void => {
    const { length } = arrays[0];
    call(name, [...arrays.map(at), ...numbers], length, { grain: SIXTEEN, cost: price * length });
  };
  /** A whole that is not cut: scalars, whose sums have one order. */
  const whole = (name: string, values: number[], units: number): void => call(name, values, units, { cost: 0 });
  const rowwise = (name: string, arrays: readonly Floats[], rows: number, columns: number): void =>
    call(name, [...arrays.map(at), rows, columns], rows, { cost: DEAR * rows * columns });
  /** A matrix product; `flag` is its last number. */
  const product = (
    name: string,
    arrays: readonly Floats[],
    ...numbers: [M: number, K: number, N: number, flag: number]
  ) => {
    const [M, K, N] = numbers;
    const panels = Math.max(1, Math.floor((N + 3) / PRODUCT_COLUMNS)); // the last one is up to four columns wider
    const units = Math.ceil(M / PRODUCT_ROWS) * panels;
    call(name, [...arrays.map(at), ...numbers, PRODUCT_ROWS], units, { cost: (M * K * N) / 4 });
  };
  /** A convolution, of which lines of the result are shared out. */
  const convolution = (
    name: string,
    arrays: readonly Floats[],
    windows: Windows,
    [filters, flag]: readonly [filters: number, flag: number],
    lines: number,
  ): void =>
    call(name, [...arrays.map(at), ...lengthsOf(windows), filters, flag], lines, {
      cost: productsOf(windows, filters),
    });
  /** The same by Winograd's way: samples are shared out, and where they are few, of each the filters, eight at least. */
  const winograd = (name: string, values: readonly number[], windows: Windows, filters: number): void => {
    const { batch } = windows;
    const pieces = batch >= SHARES ? 1 : Math.min(filters / 8, Math.ceil(SHARES / batch));
    call(name, [...values, pieces], batch * pieces, { cost: productsOf(windows, filters) / 2 });
  };
  const pooling = (name: string, arrays: readonly Floats[], windows: Windows, units: number): void =>
    call(name, [...arrays.map(at), ...lengthsOf(windows)], units, {
      cost: outPixels(windows) * tapsOf(windows) * windows.channels,
    });
  const binary = (name: string, arrays: readonly Floats[], shape: Shape, strides: readonly Shape[]): void =>
    call(name, [...arrays.map(at), ...shape, ...strides.flat()], arrays[2].length, { grain: SIXTEEN });
  /** Adds into an array through strides; the axis that is cut is one along which it moves. */
  const scatter = (name: string, values: readonly number[], shape: Shape, strides: readonly Shape[]): void => {
    const target = strides[strides.length - 1];
    const axis = longestMoving(shape, target);
    const units = axis === -1 ? 1 : shape[axis];
    const cost = axis === -1 ? 0 : shape[0] * shape[1] * shape[2] * shape[3];
    call(name, [...values, ...shape, ...strides.flat(), axis], units, { grain: axis === 3 ? SIXTEEN : 1, cost });
  };
  const channelwise = (name: string, values: number[], rows: number, channels: number, epsilon: number): void =>
    call(name, [...values, rows, channels, epsilon], channels, { grain: SIXTEEN, cost: 3 * rows * channels });
  /** Sums of slices of the rows, then results row by row, for so many channels as a thread has room for. */
  const normalizeBatch = (name: string, arrays: readonly Floats[], rows: number, channels: number, epsilon: number) => {
    const slices = Math.min(SHARES, rows);
    const values = [...arrays.map(at), rows, channels, epsilon];
    for (const chunk of chunksOf(channels)) {
      const cost = 3 * rows * chunk[1];
      call("batchNormSums", [values[0], rows, channels, ...chunk, PARTIALS, slices], slices, { cost });
      call(name, [...values, ...chunk, PARTIALS, slices], rows, { grain: FOUR, cost });
    }
  };
  /** The same backward; with fixed statistics, sums are only needed for the gradients of scale and shift. */
  const normalizeBatchBackward = (
    name: string,
    arrays: readonly (Floats | null)[],
    y: Floats | null,
    numbers: readonly [rows: number, channels: number, epsilon: number, ...fresh: number[]],
  ): void => {
    const [rows, channels] = numbers;
    const [x, , mean] = arrays;
    const [dy, , dscale, dshift] = arrays.slice(-4);
    const needed = name !== "batchNormEvaluationBackward" || dscale !== null || dshift !== null;
    const slices = needed ? Math.min(SHARES, rows) : 0;
    for (const chunk of chunksOf(channels)) {
      const cost = 3 * rows * chunk[1];
      const seen = [x, mean, y, dy].map(atOrNone);
      const sums = [...seen, rows, channels, ...chunk, PARTIALS, slices];
      if (needed) call("batchNormGradientSums", sums, slices, { cost });
      const values = [...arrays.map(atOrNone), ...numbers, ...chunk, PARTIALS, slices];
      call(name, values, rows, { grain: FOUR, cost });
    }
  };
  const normalizeRows = (name: string, arrays: readonly Floats[], ...sizes: [number, number, number]): void => {
    const [rows, columns] = sizes;
    call(name, [...arrays.map(at), ...sizes], rows, { cost: 3 * rows * columns });
  };
  /** Reductions along the middle of three axes: each result is a unit of work. */
  const reduce = (name: string, arrays: readonly Floats[], [outer, size, inner]: [number, number, number]): void =>
    call(name, [...arrays.map(at), outer, size, inner], outer * inner, {
      grain: SIXTEEN,
      cost: outer * size * inner,
    });

  return {
    matmul: (a, b, c, ...numbers) => product("matmul", [a, b, c], ...numbers),
    matmulTransposeA: (a, b, c, ...numbers) => product("matmulTransposeA", [a, b, c], ...numbers),
    matmulTransposeB: (a, b, c, ...numbers) => product("matmulTransposeB", [a, b, c], ...numbers),
    dense: (x, weight, bias, y, ...numbers) => product("dense", [x, weight, bias, y], ...numbers),

    conv2d: (x, weight, y, windows, ...numbers) =>
      convolution("conv2d", [x, weight, y], windows, numbers, windows.batch * windows.outHeight),
    conv2dBias: (x, weight, bias, y, windows, ...numbers) =>
      convolution("conv2dBias", [x, weight, bias, y], windows, numbers, windows.batch * windows.outHeight),
    conv2dBackwardInput: (weight, dy, dx, windows, ...numbers) =>
      convolution("conv2dBackwardInput", [weight, dy, dx], windows, numbers, windows.batch * windows.height),
    conv2dBackwardWeight: (x, dy, dweight, windows, filters, fresh) => {
      const { length } = dweight;
      // as many slices of the batch as have room for sums of their own; where they are few, taps are shared out too
      const slices = Math.max(1, Math.min(SHARES, windows.batch, Math.floor(PARTIAL_BYTES / (4 * length))));
      const cuts = Math.ceil(SHARES / slices);
      const values = [x, dy, dweight].map(at).concat(lengthsOf(windows), filters, fresh, PARTIALS, slices, cuts);
      call("conv2dBackwardWeight", values, slices * cuts, { cost: productsOf(windows, filters) });
      if (slices === 1) return;
      call("addSlices", [PARTIALS, at(dweight), slices, length, fresh], length, {
        grain: SIXTEEN,
        cost: slices * length,
      });
    },
    convolutionPool: (x, weight, bias, y, taps, windows, filters, area, relu) => {
      const sizes = [...lengthsOf(windows), filters, ...area, Number(relu)];
      call("convolutionPool", [...[x, weight, bias, y, taps].map(at), ...sizes], windows.batch, {
        cost: productsOf(windows, filters),
      });
    },
    convolutionPoolBackwardInput: (turned, y, taps, dy, dx, windows, filters, area, relu, fresh) => {
      const sizes = [...lengthsOf(windows), filters, ...area, Number(relu), Number(fresh)];
      call("convolutionPoolBackwardInput", [...[turned, y, taps, dy, dx].map(at), ...sizes], windows.batch, {
        cost: productsOf(windows, filters) / (area[0] * area[1]),
      });
    },
    convolutionPoolBackwardWeight: (x, y, taps, dy, ...rest) => {
      const [weightSlices, biasSlices, windows, filters, area, relu, slices] = rest;
      const sizes = [...lengthsOf(windows), filters, ...area, Number(relu), slices];
      const arrays = [x, y, taps, dy, weightSlices, biasSlices];
      call("convolutionPoolBackwardWeight", [...arrays.map(at), ...sizes], slices, {
        cost: productsOf(windows, filters) / (area[0] * area[1]),
      });
    },
    winogradWeights: (weight, seen, u, channels, filters, turned) => {
      const values = [at(weight), atOrNone(seen), at(u), channels, filters, Number(turned)];
      call("winogradWeights", values, channels, { cost: u.length });
    },
    winogradConvolution: (x, u, bias, y, windows, filters, relu, fresh) => {
      const sizes = [...lengthsOf(windows), filters, Number(relu), Number(fresh)];
      winograd("winogradConvolution", [at(x), at(u), atOrNone(bias), at(y), ...sizes], windows, filters);
    },
    winogradPool: (x, u, bias, y, taps, windows, filters, relu) => {
      const sizes = [...lengthsOf(windows), filters, Number(relu)];
      winograd("winogradPool", [...[x, u, bias, y, taps].map(at), ...sizes], windows, filters);
    },
    sumSlices: (slices, y, count, rows, columns, fresh) =>
      call("sumSlices", [at(slices), at(y), count, rows, columns, Number(fresh)], columns, {
        grain: FOUR,
        cost: slices.length,
      }),
    maxPool2d: (x, y, taps, windows) => pooling("maxPool2d", [x, y, taps], windows, windows.batch * windows.outHeight),
    maxPool2dBackward: (taps, dy, dx, windows, fresh) =>
      call("maxPool2dBackward", [...[taps, dy, dx].map(at), ...lengthsOf(windows), fresh], windows.batch, {
        cost: outPixels(windows) * tapsOf(windows) * windows.channels,
      }),
    averagePool2d: (x, y, windows) => pooling("averagePool2d", [x, y], windows, windows.batch * windows.outHeight),
    averagePool2dBackward: (dy, dx, windows) => pooling("averagePool2dBackward", [dy, dx], windows, windows.batch),

    fill: (y, value) => call("fill", [at(y), value], y.length, { grain: SIXTEEN, cost: y.length / 4 }),
    copy: (x, y) => call("copy", [at(x), at(y)], y.length, { grain: SIXTEEN, cost: y.length / 2 }),
    pixels: (bytes, y, scale) => call("pixels", [bytes.byteOffset, at(y), scale], y.length, { grain: SIXTEEN }),

    add: (a, b, y, shape, ...strides) => binary("add", [a, b, y], shape, strides),
    subtract: (a, b, y, shape, ...strides) => binary("subtract", [a, b, y], shape, strides),
    multiply: (a, b, y, shape, ...strides) => binary("multiply", [a, b, y], shape, strides),
    divide: (a, b, y, shape, ...strides) => binary("divide", [a, b, y], shape, strides),
    permute: (x, y, shape, strides) =>
      call("permute", [at(x), at(y), ...shape, ...strides], y.length, { grain: SIXTEEN, cost: 2 * y.length }),
    place: (x, y, shape, strides) =>
      call("place", [at(x), at(y), ...shape, ...strides], x.length, { grain: SIXTEEN, cost: x.length }),
    accumulate: (x, y, scale, shape, ...strides) => scatter("accumulate", [at(x), at(y), scale], shape, strides),
    multiplyBackward: (dy, other, dx, shape, ...strides) =>
      scatter("multiplyBackward", [dy, other, dx].map(at), shape, strides),
    divideBackwardNumerator: (dy, b, da, shape, ...strides) =>
      scatter("divideBackwardNumerator", [dy, b, da].map(at), shape, strides),
    divideBackwardDenominator: (dy, y, b, db, shape, ...strides) =>
      scatter("divideBackwardDenominator", [dy, y, b, db].map(at), shape, strides),

    negate: (x, y) => elements("negate", [x, y]),
    absolute: (x, y) => elements("absolute", [x, y]),
    absoluteBackward: (x, dy, dx) => elements("absoluteBackward", [x, dy, dx]),
    power: (x, y, exponent) => elements("power", [x, y], [exponent], DEAR),
    powerBackward: (x, dy, dx, exponent) => elements("powerBackward", [x, dy, dx], [exponent], DEAR),
    squareRoot: (x, y) => elements("squareRoot", [x, y]),
    squareRootBackward: (y, dy, dx) => elements("squareRootBackward", [y, dy, dx]),
    exp: (x, y) => elements("exp", [x, y], [], DEAR),
    expBackward: (y, dy, dx) => elements("expBackward", [y, dy, dx]),
    log: (x, y) => elements("log", [x, y], [], DEAR),
    logBackward: (x, dy, dx) => elements("logBackward", [x, dy, dx]),
    clip: (x, y, ...bounds) => elements("clip", [x, y], bounds),
    clipBackward: (x, dy, dx, ...bounds) => elements("clipBackward", [x, dy, dx], bounds),
    relu: (x, y) => elements("relu", [x, y]),
    reluBackward: (y, dy, dx) => elements("reluBackward", [y, dy, dx]),
    leakyRelu: (x, y, slope) => elements("leakyRelu", [x, y], [slope]),
    leakyReluBackward: (x, dy, dx, slope) => elements("leakyReluBackward", [x, dy, dx], [slope]),
    elu: (x, y, alpha) => elements("elu", [x, y], [alpha], DEAR),
    eluBackward: (y, dy, dx, alpha) => elements("eluBackward", [y, dy, dx], [alpha]),
    gelu: (x, y) => elements("gelu", [x, y], [], 2 * DEAR),
    geluBackward: (x, dy, dx) => elements("geluBackward", [x, dy, dx], [], 2 * DEAR),
    sigmoid: (x, y) => elements("sigmoid", [x, y], [], DEAR),
    sigmoidBackward: (y, dy, dx) => elements("sigmoidBackward", [y, dy, dx]),
    tanh: (x, y) => elements("tanh", [x, y], [], DEAR),
    tanhBackward: (y, dy, dx) => elements("tanhBackward", [y, dy, dx]),
    dropout: (x, y, mask, ...settings) => elements("dropout", [x, y, mask], settings, DEAR),
    dropoutBackward: (dy, mask, dx, fresh) => elements("dropoutBackward", [dy, mask, dx], [Number(fresh)]),

    softmax: (x, y, rows, columns) => rowwise("softmax", [x, y], rows, columns),
    softmaxBackward: (y, dy, dx, rows, columns) => rowwise("softmaxBackward", [y, dy, dx], rows, columns),
    logSoftmax: (x, y, rows, columns) => rowwise("logSoftmax", [x, y], rows, columns),
    logSoftmaxBackward: (y, dy, dx, rows, columns) => rowwise("logSoftmaxBackward", [y, dy, dx], rows, columns),
    crossEntropy: (logits, labels, losses, surplus, rows, columns, smoothing) =>
      call("crossEntropy", [...[logits, labels, losses, surplus].map(at), rows, columns, smoothing], rows, {
        grain: FOUR,
        cost: 2 * DEAR * rows * columns,
      }),
    crossEntropyBackward: (surplus, dloss, dlogits, rows, columns, fresh) =>
      call(
        "crossEntropyBackward",
        [...[surplus, dloss, dlogits].map(at), rows, columns, Number(fresh)],
        rows * columns,
        { grain: SIXTEEN },
      ),
    binaryCrossEntropy: (logits, targets, loss, smoothing) =>
      whole("binaryCrossEntropy", [...[logits, targets, loss].map(at), smoothing], logits.length),
    binaryCrossEntropyBackward: (logits, targets, dloss, dlogits, smoothing) => {
      const { length } = logits;
      const values = [...[logits, targets, dloss, dlogits].map(at), length, smoothing];
      call("binaryCrossEntropyBackward", values, length, { grain: SIXTEEN, cost: DEAR * length });
    },
    meanSquaredError: (x, targets, loss) => whole("meanSquaredError", [x, targets, loss].map(at), x.length),
    meanSquaredErrorBackward: (x, targets, dloss, dx) =>
      call("meanSquaredErrorBackward", [...[x, targets, dloss, dx].map(at), x.length], x.length, { grain: SIXTEEN }),
    huber: (x, targets, loss, delta) => whole("huber", [...[x, targets, loss].map(at), delta], x.length),
    huberBackward: (x, targets, dloss, dx, delta) =>
      call("huberBackward", [...[x, targets, dloss, dx].map(at), x.length, delta], x.length, { grain: SIXTEEN }),

    batchNorm: (x, scale, shift, y, mean, variance, ...sizes) =>
      normalizeBatch("batchNorm", [x, scale, shift, y, mean, variance], ...sizes),
    batchNormRelu: (x, scale, shift, y, mean, variance, ...sizes) =>
      normalizeBatch("batchNormRelu", [x, scale, shift, y, mean, variance], ...sizes),
    batchNormReluPool: (x, scale, shift, y, taps, mean, variance, windows, epsilon) => {
      const { channels, batch, outHeight } = windows;
      const rows = x.length / channels;
      const slices = Math.min(SHARES, rows);
      const cost = 3 * x.length;
      call("batchNormSums", [at(x), rows, channels, 0, channels, PARTIALS, slices], slices, { cost });
      const values = [x, scale, shift, y, taps, mean, variance].map(at).concat(gridOf(windows), epsilon);
      call("batchNormReluPool", [...values, PARTIALS, slices], batch * outHeight, { cost });
    },
    batchNormBackward: (x, scale, mean, variance, dy, dx, dscale, dshift, ...numbers) =>
      normalizeBatchBackward("batchNormBackward", [x, scale, mean, variance, dy, dx, dscale, dshift], null, numbers),
    batchNormReluBackward: (x, scale, mean, variance, y, dy, dx, dscale, dshift, ...numbers) =>
      normalizeBatchBackward(
        "batchNormReluBackward",
        [x, scale, mean, variance, y, dy, dx, dscale, dshift],
        y,
        numbers,
      ),
    batchNormReluPoolBackward: (x, scale, mean, variance, y, taps, dy, dx, dscale, dshift, windows, ...numbers) => {
      const slices = Math.min(SHARES, windows.batch);
      const cost = 3 * x.length;
      const seen = [x, mean, y, taps, dy].map(at).concat(gridOf(windows));
      call("batchNormReluPoolGradientSums", [...seen, PARTIALS, slices], slices, { cost });
      const arrays = [x, scale, mean, variance, y, taps, dy, dx, dscale, dshift].map(atOrNone);
      const values = arrays.concat(gridOf(windows), numbers);
      call("batchNormReluPoolBackward", [...values, PARTIALS, slices], windows.batch, { cost });
    },
    batchNormEvaluation: (x, scale, shift, mean, variance, y, rows, channels, epsilon) => {
      const arrays = [x, scale, shift, mean, variance, y].map(at);
      for (const chunk of chunksOf(channels)) {
        const cost = 3 * rows * chunk[1];
        call("batchNormEvaluation", [...arrays, rows, channels, epsilon, ...chunk], rows, { grain: FOUR, cost });
      }
    },
    batchNormEvaluationBackward: (x, scale, mean, variance, dy, dx, dscale, dshift, ...numbers) =>
      normalizeBatchBackward(
        "batchNormEvaluationBackward",
        [x, scale, mean, variance, dy, dx, dscale, dshift],
        null,
        numbers,
      ),
    foldBatchNorm: (weight, bias, scale, shift, mean, variance, foldedWeight, foldedBias, ...sizes) => {
      const arrays = [weight, bias, scale, shift, mean, variance, foldedWeight, foldedBias].map(atOrNone);
      call("foldBatchNorm", [...arrays, ...sizes], foldedBias.length, { grain: SIXTEEN, cost: weight.length });
    },
    biasReluBackward: (y, dy, dbias, rows, channels, relu, fresh) => {
      const slices = Math.min(SHARES, rows);
      for (const [first, count] of chunksOf(channels)) {
        const values = [at(y), at(dy), rows, channels, relu, first, count, PARTIALS, slices];
        if (relu || dbias) call("biasReluBackward", values, slices, { cost: rows * count });
        if (dbias) call("addBiasSlices", [PARTIALS, at(dbias) + 4 * first, count, slices, fresh], count, { cost: 0 });
      }
    },
    layerNorm: (x, scale, shift, y, mean, variance, ...sizes) =>
      normalizeRows("layerNorm", [x, scale, shift, y, mean, variance], ...sizes),
    layerNormBackward: (x, scale, mean, variance, dy, dx, ...sizes) =>
      normalizeRows("layerNormBackward", [x, scale, mean, variance, dy, dx], ...sizes),
    layerNormBackwardParameters: (x, mean, variance, dy, dscale, dshift, ...sizes) =>
      channelwise("layerNormBackwardParameters", [x, mean, variance, dy, dscale, dshift].map(atOrNone), ...sizes),
    runningAverage: (running, value, ...settings) => elements("runningAverage", [running, value], settings),

    gatherPixels: (images, samples, y, size, scale) =>
      call("gatherPixels", [images.byteOffset, at(samples), at(y), size, scale], samples.length, { cost: y.length }),
    packPixels: (images, samples, positions, values, counts, size, scale) =>
      call(
        "packPixels",
        [images.byteOffset, ...[samples, positions, values, counts].map(at), size, scale],
        samples.length,
        { cost: samples.length * size },
      ),
    packNonZeros: (x, positions, values, counts, rows, columns) =>
      call("packNonZeros", [...[x, positions, values, counts].map(at), rows, columns], rows, { cost: rows * columns }),
    // how much is not 0 is not known here; a fifth of a written digit
    sparseDense: (positions, values, counts, weight, bias, y, rows, columns, units, rectified) =>
      call(
        "sparseDense",
        [...[positions, values, counts, weight, bias, y].map(atOrNone), rows, columns, units, Number(rectified)],
        rows,
        { cost: (rows * columns * units) / 16 },
      ),
    sparseDenseBackwardWeight: (positions, values, counts, dy, dweight, rows, columns, units, fresh) =>
      call(
        "sparseDenseBackwardWeight",
        [...[positions, values, counts, dy, dweight].map(at), rows, columns, units, Number(fresh)],
        columns,
        { cost: (rows * columns * units) / 16 },
      ),

    gather: (x, indices, y, columns) =>
      call("gather", [at(x), at(indices), at(y), columns], indices.length, { cost: y.length }),
    gatherBackward: (indices, dy, dx, columns) =>
      call("gatherBackward", [at(indices), at(dy), at(dx), columns, indices.length], columns, {
        grain: SIXTEEN,
        cost: dy.length,
      }),
    sum: (x, y, ...sizes) => reduce("sum", [x, y], sizes),
    mean: (x, y, ...sizes) => reduce("mean", [x, y], sizes),
    maximum: (x, y, indices, ...sizes) => reduce("maximum", [x, y, indices], sizes),
    maximumBackward: (indices, dy, dx, ...sizes) => reduce("maximumBackward", [indices, dy, dx], sizes),
    argmax: (x, y, ...sizes) => reduce("argmax", [x, y], sizes),

    shiftImages: (x, y, count, ...settings) =>
      call("shiftImages", [at(x), at(y), count, ...settings], count, { cost: y.length }),
    affineMaps: (maps, count, ...settings) =>
      call("affineMaps", [at(maps), count, ...settings], count, { cost: PICTURE_DRAWS * count }),
    deskewMaps: (x, maps, count, ...settings) =>
      call("deskewMaps", [at(x), at(maps), count, ...settings], count, { cost: x.length }),
    elasticPieces: (pieces, count, ...settings) =>
      call("elasticPieces", [at(pieces), count, ...settings], count, { cost: PICTURE_DRAWS * count }),
    warpImages: (x, maps, sheet, pieces, y, count, ...sizes) =>
      call("warpImages", [...[x, maps, sheet, pieces, y].map(atOrNone), count, ...sizes], count, {
        cost: DEAR * y.length,
      }),
    strokeImages: (x, y, count, ...settings) =>
      call("strokeImages", [at(x), at(y), count, ...settings], count, { cost: y.length }),
    noiseImages: (x, y, count, ...settings) =>
      call("noiseImages", [at(x), at(y), count, ...settings], count, { cost: DEAR * y.length }),
    eraseImages: (x, y, count, ...settings) =>
      call("eraseImages", [at(x), at(y), count, ...settings], count, { cost: y.length / 2 }),

    sgd: (weight, gradient, ...settings) => elements("sgd", [weight, gradient], settings, 2),
    momentum: (weight, gradient, velocity, ...settings) =>
      elements("momentum", [weight, gradient, velocity], settings, 2),
    adam: (weight, gradient, mean, variance, ...settings) =>
      elements("adam", [weight, gradient, mean, variance], settings, 4),
    rmsProp: (weight, gradient, meanSquare, velocity, ...settings) =>
      elements("rmsProp", [weight, gradient, meanSquare, velocity], settings, 4),
    squaredNorm: (x, y) => whole("squaredNorm", [at(x), at(y)], x.length),
    clipNorm: (gradient, squaredNorm, limit) =>
      call("clipNorm", [at(gradient), at(squaredNorm), limit], gradient.length, { grain: SIXTEEN }),
    maxNorm: (weight, rows, columns, limit) =>
      call("maxNorm", [at(weight), rows, columns, limit], columns, { grain: SIXTEEN, cost: 2 * rows * columns }),
  };
}

/** The address of an array's first number. */
function at(array: Floats): number {
  return array.byteOffset;
}

/** 0 stands for an array that nobody asks for. */
function atOrNone(array: Floats | null): number {
  return array === null ? 0 : array.byteOffset;
}

/** Windows as the kernels are given them: the order of assembly/windows.ts. */
function lengthsOf(windows: Windows): number[] {
  const { batch, height, width, channels, outHeight, outWidth, windowHeight, windowWidth } = windows;
  const sizes = [batch, height, width, channels, outHeight, outWidth, windowHeight, windowWidth];
  return [...sizes, windows.strideY, windows.strideX, windows.top, windows.left];
}

const outPixels = ({ batch, outHeight, outWidth }: Windows) => batch * outHeight * outWidth;
/** A convolution's products, of which one takes a fourth of an addition. */
const productsOf = (windows: Windows, filters: number) =>
  (outPixels(windows) * tapsOf(windows) * windows.channels * filters) / 4;
const tapsOf = ({ windowHeight, windowWidth }: Windows) => windowHeight * windowWidth;

/** Windows that neither overlap nor are padded: their own lengths say where they are. */
const gridOf = (windows: Windows) => lengthsOf(windows).slice(0, 8);

/** Channels for which a thread has room at once. */
const MOST_CHANNELS = 4096;

/** All channels in portions: the first and how many. */
function chunksOf(channels: number): [first: number, count: number][] {
  const firsts = Array.from({ length: Math.ceil(channels / MOST_CHANNELS) }, (_, index) => index * MOST_CHANNELS);
  return firsts.map((first) => [first, Math.min(MOST_CHANNELS, channels - first)]);
}

/** The longest axis along which an array moves; −1 when it is a single number. */
function longestMoving(shape: Shape, strides: Shape): number {
  let best = -1;
  for (let axis = 0; axis < shape.length; axis++) {
    if (strides[axis] !== 0 && (best === -1 || shape[axis] > shape[best])) best = axis;
  }
  return best;
}
