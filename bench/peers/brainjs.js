/**
 * brain.js: 784-128-10 with what it has: sigmoids, mean square, one sample at a time. W1 and W5.
 */
import brain from "brain.js";
import * as common from "./common.js";

const { NeuralNetwork } = brain;

function train() {
  const network = new NeuralNetwork({ hiddenLayers: [128], activation: "sigmoid" });
  const settings = { iterations: 1, errorThresh: 1e-9, learningRate: 0.1, momentum: 1e-9, log: false };
  return common.timeOnlineEpochs((order, pictureOf, classes) => {
    const samples = Array.from(order, (sample) => ({
      input: pictureOf(sample),
      output: [...common.oneHot([classes[sample]])],
    }));
    network.train(samples, settings);
  });
}

function start() {
  const network = new NeuralNetwork({ hiddenLayers: [128], activation: "sigmoid" });
  network.sizes = [784, 128, 10];
  network.initialize();
  return { digit: common.highest(network.run(common.firstImage())) };
}

const works = { W1: train, W5: start };
const note = "one sample at a time";
common.tell({ version: common.version("brain.js"), threads: 1, note, ...(await works[common.work]()) });
