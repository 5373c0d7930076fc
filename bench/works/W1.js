/**
 * W1: a multilayer perceptron 784-128-10, ReLU, softmax cross entropy, plain SGD 0.1, batches of 128, pixels / 255, a
 * fresh shuffle each epoch. The same work in every library gives 95 to 96 % after five epochs.
 */
import { measureTraining } from "../training-work.js";

export const title = "784-128-10, SGD 0.1, batch 128, five epochs of 60,000 real digits";

export function run(options, report) {
  return measureTraining({ work: "W1", epochs: 5 }, options, report);
}

export { compared, formatTraining as format } from "../training-work.js";
