/** ConvNetJS: plain JavaScript; it has no Adam, so W2 and W3 use its Adadelta. W1, W2, W3, W5. */
import convnet from "convnetjs";
import * as common from "./common.js";

const { Net, Trainer, Vol } = convnet;
const dense = (units) => ({ type: "fc", num_neurons: units, activation: "relu" });
const convolution = (filters) => ({ type: "conv", sx: 3, filters, stride: 1, pad: 0, activation: "relu" });
const pool = { type: "pool", sx: 2, stride: 2 };
const hidden = {
  W1: [dense(128)],
  W2: [dense(512), dense(256)],
  W3: [convolution(32), pool, convolution(64), { ...pool, drop_prob: 0.5 }],
};

function build(name) {
  const [size, depth] = name === "W3" ? [28, 1] : [1, 784];
  const input = { type: "input", out_sx: size, out_sy: size, out_depth: depth };
  const network = new Net();
  network.makeLayers([input, ...hidden[name], { type: "softmax", num_classes: 10 }]);
  const volume = (pixels) => {
    const x = new Vol(size, size, depth, 0);
    for (let i = 0; i < pixels.length; i++) x.w[i] = pixels[i];
    return x;
  };
  return { network, volume };
}

function train(name) {
  const { network, volume } = build(name);
  const descent = { method: "sgd", learning_rate: 0.1, momentum: 0 };
  const adadelta = { method: "adadelta", ro: 0.95, eps: 1e-6 };
  const trainer = new Trainer(network, { ...(name === "W1" ? descent : adadelta), batch_size: 128, l2_decay: 0 });
  return common.timeOnlineEpochs((order, pictureOf, classes) => {
    for (const sample of order) trainer.train(volume(pictureOf(sample)), classes[sample]);
  });
}

function start() {
  const { network, volume } = build("W1");
  return { digit: common.highest(network.forward(volume(common.firstImage())).w) };
}

const works = { W1: () => train("W1"), W2: () => train("W2"), W3: () => train("W3"), W5: start };
common.tell({ version: common.version("convnetjs"), threads: 1, ...(await works[common.work]()) });
