"""NumPy, from scratch: arrays changed in place, no framework around them. W1, W2, W4 (W1's network), W5, process."""
import numpy as np

import common

f32 = np.float32
generator = np.random.default_rng(1)


def network(widths):
    weights = [generator.standard_normal((i, o), dtype=f32) * f32((2 / i) ** 0.5) for i, o in zip(widths, widths[1:])]
    return weights, [np.zeros(width, f32) for width in widths[1:]]


def forward(x, weights, biases):
    """What each layer gets, and the logits last."""
    steps = [x]
    for layer, (weight, bias) in enumerate(zip(weights, biases)):
        y = steps[-1] @ weight
        y += bias
        if layer < len(weights) - 1:
            np.maximum(y, 0, out=y)
        steps.append(y)
    return steps


class Adam:
    def __init__(self, parameters):
        self.step = 0
        self.state = [[p, np.zeros_like(p), np.zeros_like(p), np.empty_like(p), np.empty_like(p)] for p in parameters]

    def update(self, gradients):
        self.step += 1
        rate = f32(1e-3 * (1 - 0.999**self.step) ** 0.5 / (1 - 0.9**self.step))
        for (parameter, mean, square, near, change), gradient in zip(self.state, gradients):
            mean *= f32(0.9)
            np.multiply(gradient, f32(0.1), out=near)
            mean += near
            square *= f32(0.999)
            np.multiply(gradient, gradient, out=near)
            near *= f32(0.001)
            square += near
            np.sqrt(square, out=near)
            near += f32(1e-8)
            np.divide(mean, near, out=change)
            change *= rate
            parameter -= change


class Descent:
    def __init__(self, parameters):
        self.parameters = parameters

    def update(self, gradients):
        for parameter, gradient in zip(self.parameters, gradients):
            gradient *= f32(0.1)
            parameter -= gradient


def train(widths, optimizer):
    pictures, classes = common.images("train"), common.labels("train")
    weights, biases = network(widths)
    rule = optimizer(weights + biases)

    def train_batch(indices):
        steps = forward(pictures[indices], weights, biases)
        dy = steps[-1]  # softmax cross entropy: probabilities − targets, mean over the batch
        dy -= dy.max(1, keepdims=True)
        np.exp(dy, out=dy)
        dy /= dy.sum(1, keepdims=True)
        dy[np.arange(len(indices)), classes[indices]] -= f32(1)
        dy *= f32(1 / len(indices))
        weight_gradients, bias_gradients = [], []
        for layer in range(len(weights) - 1, -1, -1):
            weight_gradients.insert(0, steps[layer].T @ dy)
            bias_gradients.insert(0, dy.sum(0))
            if layer > 0:
                dy = dy @ weights[layer].T
                dy *= steps[layer] > 0
        rule.update(weight_gradients + bias_gradients)

    result = common.time_epochs(generator.permutation, train_batch)
    right = forward(common.images("t10k"), weights, biases)[-1].argmax(1) == common.labels("t10k")
    return {**result, "testAccuracy": float(right.mean())}


def predict():
    weights, biases = network([784, 128, 10])
    scores = lambda x: forward(x, weights, biases)[-1]
    return common.time_predictions("W1", lambda picture: int(scores(picture).argmax()), scores)


def start():
    return {"digit": int(forward(common.first_image(), *network([784, 128, 10]))[-1].argmax())}


works = {
    "W1": lambda: train([784, 128, 10], Descent),
    "process": lambda: train([784, 128, 10], Descent),
    "W2": lambda: train([784, 512, 256, 10], Adam),
    "W4": predict,
    "W5": start,
}
common.tell(f"NumPy {np.__version__}", works[common.WORK]())
