/**
 * jax-js, WebAssembly backend, one thread (its others need a page): the whole training step is one `jit`. Its convolution is
 * many times slower than nine slices and one product, so W3 is written that way. W1 to W5 (W4: W1's network), process.
 */
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import * as common from "./common.js";

await init("wasm");
defaultDevice("wasm");
const started = (shape, inputs) =>
  np
    .array(
      common.weights(
        shape.reduce((size, length) => size * length),
        inputs,
      ),
    )
    .reshape(shape);
const widths = { W1: [784, 128, 10], W2: [784, 512, 256, 10] };

/** Parameters and logits of each network; jax-js counts references: an array is used up unless `.ref` is taken. */
const networks = {
  W1: () => perceptron(widths.W1),
  W2: () => perceptron(widths.W2),
  W3: () => ({
    parameters: [
      { weight: started([9, 32], 9), bias: started([32], 9) },
      { weight: started([288, 64], 288), bias: started([64], 288) },
      { weight: started([1600, 10], 1600), bias: started([10], 1600) },
    ],
    logits: ([first, second, last], x, mask) => {
      let y = pool(nn.relu(convolution(x.reshape([-1, 28, 28, 1]), first, 26, 1, 32)), 13, 32);
      y = pool(nn.relu(convolution(y, second, 11, 32, 64)), 5, 64).reshape([-1, 1600]);
      return np.dot(y.mul(mask), last.weight).add(last.bias);
    },
  }),
};

function perceptron(sizes) {
  return {
    parameters: sizes.slice(1).map((outputs, layer) => ({
      weight: started([sizes[layer], outputs], sizes[layer]),
      bias: started([outputs], sizes[layer]),
    })),
    logits: (parameters, x) =>
      parameters.reduce((y, { weight, bias }, layer) => {
        const sum = np.dot(y, weight).add(bias);
        return layer < parameters.length - 1 ? nn.relu(sum) : sum;
      }, x),
  };
}

function convolution(x, { weight, bias }, size, channels, filters) {
  const slices = Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3];
    return (i < 8 ? x.ref : x).slice([], [row, row + size], [column, column + size], []);
  });
  const patches = np.concatenate(slices, -1).reshape([-1, 9 * channels]);
  return np.dot(patches, weight).add(bias).reshape([-1, size, size, filters]);
}

const pool = (x, size, channels) => {
  const windows = x.slice([], [0, 2 * size], [0, 2 * size], []).reshape([-1, size, 2, size, 2, channels]);
  return np.max(np.max(windows, 4), 2);
};

async function train(name) {
  const network = networks[name]();
  const { logits } = network;
  const loss = (parameters, x, y, mask) => {
    const [count] = y.shape;
    return nn
      .logSoftmax(logits(parameters, x, mask))
      .mul(nn.oneHot(y, 10))
      .sum()
      .mul(-1 / count);
  };
  const gradients = (parameters, x, y, mask) =>
    valueAndGrad((varied) => loss(varied, x, y, mask))(tree.ref(parameters));
  const descend = jit((parameters, x, y) => {
    const [value, slopes] = gradients(parameters, x, y);
    return [tree.map((p, slope) => p.sub(slope.mul(0.1)), parameters, slopes), value];
  });
  const adam = jit((parameters, means, squares, rate, x, y, mask) => {
    const [value, slopes] = gradients(parameters, x, y, mask);
    const mean = tree.map((m, slope) => m.mul(0.9).add(slope.mul(0.1)), means, tree.ref(slopes));
    const square = tree.map((s, slope) => s.mul(0.999).add(slope.ref.mul(slope).mul(0.001)), squares, slopes);
    const change = (p, m, s) => p.sub(m.mul(rate.ref).div(np.sqrt(s).add(1e-8)));
    const next = tree.map(change, parameters, tree.ref(mean), tree.ref(square));
    rate.dispose();
    return [next, mean, square, value];
  });
  let { parameters } = network;
  let means = tree.map((p) => np.zerosLike(p), tree.ref(parameters));
  let squares = tree.map((p) => np.zerosLike(p), tree.ref(parameters));
  let step = 0;
  const result = await common.timeEpochs(async (pixels, classes, count) => {
    const x = np.array(pixels).reshape([count, 784]);
    const y = np.array(classes, { dtype: np.int32 });
    let value;
    step++;
    if (name === "W1") [parameters, value] = descend(parameters, x, y);
    else {
      const rate = np.array((1e-3 * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step));
      const masks = name === "W3" ? [dropped(count)] : [];
      [parameters, means, squares, value] = adam(parameters, means, squares, rate, x, y, ...masks);
    }
    value.dispose();
    await blockUntilReady(parameters);
  });
  if (common.options.batches) return result;
  const scores = jit(logits);
  const predict = (pixels, count) => scores(tree.ref(parameters), np.array(pixels).reshape([count, 784])).data();
  return { ...result, testAccuracy: await common.testAccuracy(predict) };
}

const dropped = (count) =>
  np.array(Float32Array.from({ length: count * 1600 }, () => (Math.random() < 0.5 ? 2 : 0))).reshape([count, 1600]);

function predictor() {
  const { parameters, logits } = networks.W1();
  const scores = jit(logits);
  return (pixels, count) => scores(tree.ref(parameters), np.array(pixels).reshape([count, 784])).dataSync();
}

const works = {
  W1: () => train("W1"),
  process: () => train("W1"),
  W2: () => train("W2"),
  W3: () => train("W3"),
  W4: () => common.timePredictions("W1", predictor()),
  W5: () => ({ digit: common.highest(predictor()(common.firstImage(), 1)) }),
};
common.tell({ version: common.version("@jax-js/jax"), threads: 1, ...(await works[common.work]()) });
