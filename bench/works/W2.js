/**
 * W2: a larger multilayer perceptron, 784-512-256-10, ReLU, softmax cross entropy, Adam 0.001, batches of 128. About 97.5 %
 * after three epochs, in every library.
 */
import { measureTraining } from "../training-work.js";

export const title = "784-512-256-10, Adam 0.001, batch 128, three epochs of 60,000 real digits";

export function run(options, report) {
  return measureTraining({ work: "W2", epochs: 3 }, options, report);
}

export { compared, formatTraining as format } from "../training-work.js";
