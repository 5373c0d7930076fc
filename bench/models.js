/** The networks that the works share, and how each is trained: plain data, for Node and for a page. */
import { findRecipe, trainingOf } from "inkling/digits";

const dense = (units) => ({ type: "dense", units });
const relu = { type: "relu" };
const convnet = findRecipe("keras-convnet");

export const models = {
  W1: {
    architecture: { input: [28, 28, 1], layers: [{ type: "flatten" }, dense(128), relu, dense(10)] },
    training: { batchSize: 128, optimizer: { type: "sgd", learningRate: 0.1 } },
  },
  W2: {
    architecture: { input: [28, 28, 1], layers: [{ type: "flatten" }, dense(512), relu, dense(256), relu, dense(10)] },
    training: { batchSize: 128, optimizer: { type: "adam", learningRate: 1e-3 } },
  },
  W3: { architecture: convnet.architecture, training: trainingOf(convnet) },
};

/**
 * Floating-point operations of one sample's training step as the textbook has it, each multiplication and addition one:
 * forward `y = x·W`, backward `dW = xᵀ·dy` and `dx = dy·Wᵀ`, each as many. The first layer needs no dx.
 *
 * @param {import("inkling").Model} model
 */
export function trainingFlops(model) {
  const products = model
    .summary()
    .layers.filter(({ type }) => type === "dense" || type === "conv2d")
    .map(({ flops }) => flops);
  return products.reduce((sum, flops, index) => sum + (index === 0 ? 2 : 3) * flops, 0);
}
