/**
 * Convolution, bias, ReLU and max pooling: one op after the other ("dense") against all in one ("fused"), forward and
 * backward, on pictures like digits: a stroke on a blank ground. Times are the least of many repetitions, the two ways in
 * turns, in µs per sample.
 */
import { createEngine } from "../../library/dist/engine/index.js";
import { convolutionPoolOp } from "../../library/dist/engine/fused/convolution-pool.js";

export const title = "convolution, ReLU and max pooling, apart and in one, batches of 128";

const BATCH = 128;
const SHAPES = [
  { name: "W3 first", x: [28, 28, 1], filter: [3, 3], filters: 32, first: true },
  { name: "W3 second", x: [13, 13, 32], filter: [3, 3], filters: 64 },
  { name: "5×5", x: [28, 28, 1], filter: [5, 5], filters: 6, padding: [2, 2, 2, 2], first: true },
  { name: "5×5 deep", x: [14, 14, 16], filter: [5, 5], filters: 32 },
  { name: "padded", x: [14, 14, 32], filter: [3, 3], filters: 32, padding: [1, 1, 1, 1] },
  { name: "stride 2", x: [28, 28, 16], filter: [3, 3], filters: 32, stride: [2, 2] },
];
const SECONDS = 1.5; // for each shape and number of threads

/** Numbers of a linear congruential generator, from −1 to 1: the same in every run. */
function numbers(length, scale = 1) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return scale * (state / 2 ** 31 - 1);
  });
}

/** Pictures: of the first layer's a disk is ink; deeper ones have passed a ReLU. */
function pictures([height, width, channels], isFirst) {
  return numbers(BATCH * height * width * channels).map((value, index) => {
    const pixel = Math.floor(index / channels) % (height * width);
    const [y, x] = [Math.floor(pixel / width) - height / 2, (pixel % width) - width / 2];
    const isInk = y * y + x * x < (height * width) / 10;
    return isFirst && !isInk ? 0 : Math.max(0, value);
  });
}

/** The chain of kernels that the fused op replaces, as the separate ops call them, and the op's two passes. */
function waysOf(engine, shape) {
  const { kernels } = engine;
  const { filter, filters, stride = [1, 1], padding = [0, 0, 0, 0], first = false } = shape;
  const [height, width, channels] = shape.x;
  const pooling = { size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] };
  const settings = { walk: { stride, padding }, pooling, relu: true };
  const given = (values, lengths) => engine.parameter(values, lengths);
  const x = given(pictures(shape.x, first), [BATCH, ...shape.x]);
  const weight = given(
    numbers(
      [...filter, channels, filters].reduce((a, b) => a * b),
      0.2,
    ),
    [...filter, channels, filters],
  );
  const bias = given(numbers(filters, 0.05), [filters]);
  const inputs = [x, weight, bias];
  const empty = (lengths) => given(new Float32Array(lengths.reduce((a, b) => a * b)), lengths);

  const pooled = convolutionPoolOp.shape(inputs, settings);
  const y = empty(pooled);
  const saved = convolutionPoolOp.saved(inputs, settings).map(empty);
  const workspace = convolutionPoolOp.workspace(inputs, settings).map(empty);
  const upstream = numbers(y.size);
  const dy = given(upstream, pooled);
  const gradients = [first ? null : empty(x.shape), empty(weight.shape), empty(bias.shape)];
  for (const gradient of gradients) if (gradient) gradient.fresh = true;
  const fused = {
    forward: () => convolutionPoolOp.forward(kernels, inputs, y, settings, saved),
    backward: () => convolutionPoolOp.backward(kernels, inputs, y, dy, gradients, settings, saved, workspace),
  };

  const outHeight = Math.floor((height + padding[0] + padding[1] - filter[0]) / stride[0]) + 1;
  const outWidth = Math.floor((width + padding[2] + padding[3] - filter[1]) / stride[1]) + 1;
  const lengths = { batch: BATCH, height, width, channels, outHeight, outWidth };
  const [windowHeight, windowWidth] = filter;
  const windows = {
    ...lengths,
    windowHeight,
    windowWidth,
    strideY: stride[0],
    strideX: stride[1],
    top: padding[0],
    left: padding[2],
  };
  const [, pooledHeight, pooledWidth] = pooled;
  const out = {
    batch: BATCH,
    height: outHeight,
    width: outWidth,
    channels: filters,
    outHeight: pooledHeight,
    outWidth: pooledWidth,
  };
  const pools = { ...out, windowHeight: 2, windowWidth: 2, strideY: 2, strideX: 2, top: 0, left: 0 };
  const rows = BATCH * outHeight * outWidth;
  const [sums, shifted, active, dactive, dshifted] = Array.from({ length: 5 }, () => empty([rows, filters]));
  const [result, taps] = [empty(pooled), empty(pooled)];
  const [dx, dweight, dbias] = [empty(x.shape), empty(weight.shape), empty(bias.shape)];
  const dense = {
    forward() {
      kernels.fill(sums.data, 0);
      kernels.conv2d(x.data, weight.data, sums.data, windows, filters);
      kernels.add(sums.data, bias.data, shifted.data, [1, 1, rows, filters], [0, 0, filters, 1], [0, 0, 0, 1]);
      kernels.relu(shifted.data, active.data);
      kernels.maxPool2d(active.data, result.data, taps.data, pools);
    },
    backward() {
      for (const gradient of [dactive, dshifted, dweight, dbias]) kernels.fill(gradient.data, 0);
      kernels.maxPool2dBackward(taps.data, dy.data, dactive.data, pools);
      kernels.reluBackward(active.data, dactive.data, dshifted.data);
      kernels.accumulate(dshifted.data, dbias.data, 1, [1, 1, rows, filters], [0, 0, filters, 1], [0, 0, 0, 1]);
      kernels.conv2dBackwardWeight(x.data, dshifted.data, dweight.data, windows, filters);
      if (first) return;
      kernels.fill(dx.data, 0);
      kernels.conv2dBackwardInput(weight.data, dshifted.data, dx.data, windows, filters);
    },
  };
  return { dense, fused };
}

/** The least time of each pass, in µs per sample: all in turns, until the time is up. */
function measure(ways) {
  const passes = Object.entries(ways).flatMap(([way, { forward, backward }]) => [
    { name: `${way} forward`, run: forward, least: Infinity },
    { name: `${way} backward`, run: backward, least: Infinity },
  ]);
  const end = performance.now() + 1000 * SECONDS;
  for (let round = 0; round < 5 || performance.now() < end; round++) {
    for (const pass of passes) {
      const begin = performance.now();
      pass.run();
      pass.least = Math.min(pass.least, performance.now() - begin);
    }
  }
  return Object.fromEntries(passes.map(({ name, least }) => [name, (1000 * least) / BATCH]));
}

export async function run({ threads, module = "auto" }, report) {
  const rows = [];
  for (const count of threads === undefined ? [1, 2] : [threads]) {
    const engine = await createEngine({ threads: count, module });
    for (const shape of SHAPES) {
      const microseconds = measure(waysOf(engine, shape));
      const dense = microseconds["dense forward"] + microseconds["dense backward"];
      const fused = microseconds["fused forward"] + microseconds["fused backward"];
      rows.push({ shape: shape.name, threads: count, microseconds, ratio: dense / fused });
      report(`${count} threads, ${shape.name}: ${(dense / fused).toFixed(2)} times as fast`);
    }
    engine.close();
  }
  return { work: "convolution", rows };
}

export function format({ rows }) {
  const names = ["dense forward", "fused forward", "dense backward", "fused backward"];
  const header = ["µs per sample".padEnd(24), ...names.map((name) => name.padStart(16)), "faster".padStart(8)].join("");
  const lines = rows.map(({ shape, threads, microseconds, ratio }) => {
    const times = names.map((name) => microseconds[name].toFixed(2).padStart(16));
    return [`${shape}, ${threads} threads`.padEnd(24), ...times, `${ratio.toFixed(2)}×`.padStart(8)].join("");
  });
  return [header, ...lines].join("\n");
}
