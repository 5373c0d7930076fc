/**
 * TensorFlow.js, WebAssembly backend, one thread (it has no others in Node): the loop around `optimizer.minimize`, which is
 * quicker than `fit`. W1, W2, W4, W5; W3 it cannot: the backend has no gradient of convolutions.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import * as common from "./common.js";

await tf.setBackend("wasm");
await tf.ready();
const { layers } = tf;
const dense = (units, more) => layers.dense({ units, activation: "relu", ...more });
const convolution = (filters, more) => layers.conv2d({ filters, kernelSize: 3, activation: "relu", ...more });
const pool = () => layers.maxPooling2d({ poolSize: 2 });
const logits = () => layers.dense({ units: 10 });
const input = { inputShape: [784] };
const stacks = {
  W1: () => [dense(128, input), logits()],
  W2: () => [dense(512, input), dense(256), logits()],
  W3: () => [
    ...[convolution(32, { inputShape: [28, 28, 1] }), pool(), convolution(64), pool()],
    ...[layers.flatten(), layers.dropout({ rate: 0.5 }), logits()],
  ],
};

function build(name) {
  const model = tf.sequential({ layers: stacks[name]() });
  const shape = name === "W3" ? [28, 28, 1] : [784];
  const scores = (pixels, count) => {
    const x = tf.tensor(pixels, [count, ...shape]);
    const y = model.predict(x, { batchSize: count });
    const result = y.dataSync();
    x.dispose();
    y.dispose();
    return result;
  };
  return { model, scores };
}

async function train(name) {
  const { model, scores } = build(name);
  const optimizer = name === "W1" ? tf.train.sgd(0.1) : tf.train.adam(1e-3);
  const result = await common.timeEpochs((pixels, classes, count) => {
    const x = tf.tensor(pixels, [count, 784]);
    const y = tf.tensor(common.oneHot(classes), [count, 10]);
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })));
    x.dispose();
    y.dispose();
  });
  return { ...result, testAccuracy: common.options.batches ? null : await common.testAccuracy(scores) };
}

const predict = (name) => common.timePredictions(name, build(name).scores);
const works = {
  W1: () => train("W1"),
  W2: () => train("W2"),
  W4: async () => ({ ...(await predict("W1")), ...(await predict("W3")) }),
  W5: () => ({ digit: common.highest(build("W1").scores(common.firstImage(), 1)) }),
};
common.tell({ version: `tfjs ${tf.version.tfjs} wasm`, threads: 1, ...(await works[common.work]()) });
