"""Makes library/test/golden/cnn.json: ten training steps of a small network for images, once per optimizer.

Every kind of layer stands in it at least once. The images are not square, filters and strides are not either, and all
three ways to pad occur, so that axes mixed up or halves of a padding exchanged show in the numbers:

  [9, 8, 2]  conv2d 3×3 "same", leakyRelu, batchNorm, relu
  [9, 8, 4]  conv2d 4×3, stride 2, "same": one row above and two below, no column at the left and one at the right;
             layerNorm (over the channels of each pixel, the last axis), gelu
  [5, 4, 5]  maxPool2d 3×3, stride [2, 1], padding 1: windows overlap
  [3, 4, 5]  residual with a 1×1 conv2d as its shortcut and a batchNorm inside; residual with the identity; elu
  [3, 4, 6]  averagePool2d 2×2 "same": a window at the lower edge holds two numbers instead of four
  [2, 2, 6]  dropout of rate 0; residual that adds what a dense layer makes of the flattened image to what another
             makes of its global average: both ways to leave images behind
  [7]        tanh, a residual of a softmax, dense, sigmoid, dense

then softmax cross entropy, mean over a batch of 5. No bias stands right ahead of a batch norm, which would take it
away again: its gradient is 0, and a comparison would compare rounding.

PyTorch does the arithmetic, in float64 and on one thread; the tests themselves need no Python. Before the file is
written, logits and all gradients are computed a second time with images.ByLoops, and every gradient is compared with
central differences of the loss. Along both traces no number comes so close to a kink (0 for the activations, a tie
for max pooling) that float32 might take the other branch.

Run (Debian 12):
    apt-get install python3-torch
    /usr/bin/python3 scripts/golden/cnn.py

The file is the same on every run except for maker.date. On another processor the last digits may
differ, far below the tolerances.

How to read the JSON: as mlp.json (see mlp.py). "8.layers.0.weight" is the weight of the first layer inside the
residual layer at architecture.layers[8], "8.shortcut.0.weight" that of its shortcut. The tolerances carry their reasons.
"""

import torch
import torch.nn.functional as F

from images import ByLoops, ByTorch, agree, same_padding
from traces import Network, first_pass, maker, quietly_exact, tensor_json, tensors_json, train, write

SCRIPT = "scripts/golden/cnn.py"

SEED = 20240315
BATCH_SIZE = 5
INPUT_SHAPE = [9, 8, 2]
CLASSES = 4
STEPS = 10
CLEARANCE = 5e-6  # the least distance from a kink; float32 errs by some 1e-7 here, and its ten steps by some more

LAYERS = [
    {"type": "conv2d", "filters": 4, "size": 3, "padding": "same"},
    {"type": "leakyRelu", "slope": 0.1},
    {"type": "batchNorm"},
    {"type": "relu"},
    {"type": "conv2d", "filters": 5, "size": [4, 3], "stride": 2, "padding": "same", "bias": False},
    {"type": "layerNorm"},
    {"type": "gelu"},
    {"type": "maxPool2d", "size": 3, "stride": [2, 1], "padding": 1},
    {
        "type": "residual",
        "layers": [
            {"type": "conv2d", "filters": 6, "size": 3, "padding": 1, "bias": False},
            {"type": "batchNorm", "momentum": 0.2, "epsilon": 1e-3},
        ],
        "shortcut": [{"type": "conv2d", "filters": 6, "size": 1}],
    },
    {
        "type": "residual",
        "layers": [{"type": "relu"}, {"type": "conv2d", "filters": 6, "size": [1, 3], "padding": "same"}],
    },
    {"type": "elu", "alpha": 0.7},
    {"type": "averagePool2d", "size": 2, "padding": "same"},
    {"type": "dropout", "rate": 0},
    {
        "type": "residual",
        "layers": [{"type": "flatten"}, {"type": "dense", "units": 7}],
        "shortcut": [{"type": "globalAveragePool2d"}, {"type": "dense", "units": 7, "bias": False}],
    },
    {"type": "tanh"},
    {"type": "residual", "layers": [{"type": "softmax"}]},
    {"type": "dense", "units": 6},
    {"type": "sigmoid"},
    {"type": "dense", "units": CLASSES},
]

OPTIMIZERS = [
    {"type": "sgd", "learningRate": 0.1},
    {"type": "adamw", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8, "weightDecay": 0.05},
]

TOLERANCES = {
    "reference": 1e-9,
    "fast": 2e-5,
    "fastLosses": 1e-5,
    "reasons": {
        "reference": "float64 against float64: only the order of sums differs",
        "fast": "PyTorch itself errs by 2e-6 of an array's largest gradient when it computes this in float32",
        "fastLosses": "and by 4e-7 in the losses of ten steps",
    },
}


def pair(value):
    return list(value) if isinstance(value, list) else [value, value]


def windows(layer, shape, default_stride):
    """Size, stride and padding [top, bottom, left, right] of a layer that slides over images of `shape`."""
    size = pair(layer["size"])
    stride = pair(layer.get("stride", default_stride))
    padding = layer.get("padding", "valid")
    if padding == "same":
        return size, stride, same_padding(shape[:2], size, stride)
    return size, stride, [0 if padding == "valid" else padding] * 4


class Start:
    """Seeded values for every parameter, drawn layer by layer. None of them is 0 or 1, where a forgotten term would not
    show. Running means start at 0 and running variances at 1."""

    def __init__(self, generator):
        self.generator = generator
        self.parameters = {}
        self.statistics = {}

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator, dtype=torch.float64)

    def layers(self, layers, shape, prefix=""):
        """The shape of a sample after these layers."""
        for index, layer in enumerate(layers):
            shape = self.layer(layer, shape, f"{prefix}{index}.")
        return shape

    def layer(self, layer, shape, name):
        kind = layer["type"]
        if kind in ("conv2d", "dense"):
            size = pair(layer["size"]) if kind == "conv2d" else []
            outputs = layer["filters"] if kind == "conv2d" else layer["units"]
            fan_in = shape[-1] * (size[0] * size[1] if size else 1)
            self.parameters[name + "weight"] = self.normal(*size, shape[-1], outputs) * (2 / fan_in) ** 0.5
            if layer.get("bias", True):
                self.parameters[name + "bias"] = self.normal(outputs) * 0.2
            if kind == "dense":
                return [outputs]
            return slid(layer, shape, 1) + [outputs]
        if kind in ("maxPool2d", "averagePool2d"):
            return slid(layer, shape, layer["size"]) + [shape[-1]]
        if kind in ("batchNorm", "layerNorm"):
            self.parameters[name + "scale"] = 1 + 0.3 * self.normal(shape[-1])
            self.parameters[name + "shift"] = 0.3 * self.normal(shape[-1])
            if kind == "batchNorm":
                self.statistics[name + "mean"] = torch.zeros(shape[-1], dtype=torch.float64)
                self.statistics[name + "variance"] = torch.ones(shape[-1], dtype=torch.float64)
            return shape
        if kind == "residual":
            after = self.layers(layer["layers"], shape, name + "layers.")
            beside = self.layers(layer.get("shortcut", []), shape, name + "shortcut.")
            if after != beside:
                raise ValueError(f"{name} adds {after} and {beside}")
            return after
        if kind == "flatten":
            return [torch.Size(shape).numel()]
        if kind == "globalAveragePool2d":
            return shape[-1:]
        return shape


def slid(layer, shape, default_stride):
    """Height and width after sliding over an image."""
    size, stride, padding = windows(layer, shape, default_stride)
    height, width = shape[0] + padding[0] + padding[1], shape[1] + padding[2] + padding[3]
    return [(height - size[0]) // stride[0] + 1, (width - size[1]) // stride[1] + 1]


class Forward:
    """The network as a function, with images computed by `images`; it notes the least distance from a kink."""

    def __init__(self, images):
        self.images = images
        self.nearest = float("inf")

    def __call__(self, parameters, statistics, x):
        """The logits [batch, classes], in training mode: `statistics` is updated in place."""
        return self.layers(LAYERS, parameters, statistics, x, "")

    def layers(self, layers, parameters, statistics, x, prefix):
        for index, layer in enumerate(layers):
            x = self.layer(layer, parameters, statistics, x, f"{prefix}{index}.")
        return x

    def layer(self, layer, parameters, statistics, x, name):
        kind = layer["type"]
        weight, bias = parameters.get(name + "weight"), parameters.get(name + "bias", 0)
        scale, shift = parameters.get(name + "scale"), parameters.get(name + "shift")
        if kind == "conv2d":
            _, stride, padding = windows(layer, x.shape[1:], 1)
            return self.images.conv2d(x, weight, stride, padding) + bias
        if kind == "dense":
            return x @ weight + bias
        if kind == "maxPool2d":
            sliding = windows(layer, x.shape[1:], layer["size"])
            self.keep_apart(x, *sliding)
            return self.images.max_pool2d(x, *sliding)
        if kind == "averagePool2d":
            return self.images.average_pool2d(x, *windows(layer, x.shape[1:], layer["size"]))
        if kind == "globalAveragePool2d":
            return self.images.global_average_pool2d(x)
        if kind == "batchNorm":
            return self.batch_norm(layer, x, scale, shift, statistics, name)
        if kind == "layerNorm":
            return F.layer_norm(x, x.shape[-1:], scale, shift, layer.get("epsilon", 1e-5))
        if kind == "residual":
            shortcut = self.layers(layer.get("shortcut", []), parameters, statistics, x, name + "shortcut.")
            return self.layers(layer["layers"], parameters, statistics, x, name + "layers.") + shortcut
        if kind == "flatten":
            return x.flatten(1)  # the last axis runs fastest: row by row, pixel by pixel, channel by channel
        if kind == "dropout":
            return F.dropout(x, layer["rate"], training=True)
        return self.activation(layer, x)

    def activation(self, layer, x):
        kind = layer["type"]
        if kind in ("relu", "leakyRelu", "elu"):
            self.nearest = min(self.nearest, x.detach().abs().min().item())
        if kind == "relu":
            return x.relu()
        if kind == "leakyRelu":
            return F.leaky_relu(x, layer["slope"])
        if kind == "elu":
            return F.elu(x, layer["alpha"])
        if kind == "gelu":
            return F.gelu(x)  # the exact one: x·Φ(x)
        if kind == "softmax":
            return x.softmax(-1)
        return {"tanh": torch.tanh, "sigmoid": torch.sigmoid}[kind](x)

    def batch_norm(self, layer, x, scale, shift, statistics, name):
        # over batch, height and width at once: images are as many rows of channels as they have pixels.
        # normalises with the biased variance (divide by n), remembers the unbiased one (n - 1)
        rows = F.batch_norm(
            x.reshape(-1, x.shape[-1]),
            statistics[name + "mean"],
            statistics[name + "variance"],
            weight=scale,
            bias=shift,
            training=True,
            momentum=layer.get("momentum", 0.1),  # the share of the new batch
            eps=layer.get("epsilon", 1e-5),
        )
        return rows.reshape(x.shape)

    def keep_apart(self, x, size, stride, padding):
        """Notes how far the largest number of each window is above the second."""

        def lead(inside):
            first, second = torch.stack([pixels for _, _, pixels in inside]).sort(0, descending=True).values[:2]
            return first - second

        self.nearest = min(self.nearest, ByLoops.windows(x.detach(), size, stride, padding, lead).min().item())


def check_by_loops(network, inputs, labels):
    again = Network(Forward(ByLoops), network.parameters, network.statistics)
    logits, _, gradients = first_pass(network, inputs, labels)
    logits_again, _, gradients_again = first_pass(again, inputs, labels)
    agree("logits", logits, logits_again)
    for name, gradient in gradients.items():
        agree(f"gradient of {name}", gradient, gradients_again[name])


def check_by_differences(network, inputs, labels, gradients, step=1e-6, tolerance=1e-8):
    """Every derivative against (loss(p + step) - loss(p - step)) / 2·step."""
    parameters = {name: value.clone() for name, value in network.parameters.items()}

    def loss():
        statistics = {name: value.clone() for name, value in network.statistics.items()}
        return F.cross_entropy(network.forward(parameters, statistics, inputs), labels).item()

    worst = 0
    with torch.no_grad():
        for name, value in parameters.items():
            numbers, derivatives = value.view(-1), gradients[name].reshape(-1)
            for at, number in enumerate(numbers.tolist()):
                numbers[at] = number + step
                above = loss()
                numbers[at] = number - step
                below = loss()
                numbers[at] = number
                error = abs((above - below) / (2 * step) - derivatives[at].item())
                if not error <= tolerance:
                    raise ValueError(f"{name}[{at}]: {derivatives[at].item()}, but differences say otherwise by {error}")
                worst = max(worst, error)
    return worst


def float32_errors(network, inputs, labels, gradients, losses):
    """What float32 alone costs, as a part of each array's largest number: what the tolerances have to leave room for."""

    def single(tensors):
        return {name: value.float() for name, value in tensors.items()}

    rough = Network(network.forward, single(network.parameters), single(network.statistics))
    _, _, rough_gradients = first_pass(rough, inputs.float(), labels)
    gradient = max(((rough_gradients[n] - g).abs().max() / g.abs().max()).item() for n, g in gradients.items())
    loss = 0
    for settings, expected in zip(OPTIMIZERS, losses):
        got = train(rough, settings, inputs.float(), labels, STEPS)["losses"]
        loss = max(loss, *(abs(a - b) for a, b in zip(got, expected)))
    return gradient, loss


def main():
    quietly_exact()
    generator = torch.Generator().manual_seed(SEED)
    inputs = torch.randn(BATCH_SIZE, *INPUT_SHAPE, generator=generator, dtype=torch.float64)
    labels = torch.randint(CLASSES, (BATCH_SIZE,), generator=generator)
    start = Start(generator)
    if start.layers(LAYERS, INPUT_SHAPE) != [CLASSES]:
        raise ValueError("the network does not end in its classes")
    forward = Forward(ByTorch)
    network = Network(forward, start.parameters, start.statistics)

    logits, loss, gradients = first_pass(network, inputs, labels)
    traces = [train(network, settings, inputs, labels, STEPS) for settings in OPTIMIZERS]
    if forward.nearest < CLEARANCE:
        raise ValueError(f"a number lies {forward.nearest} from a kink; want {CLEARANCE}; try another SEED")
    print(f"nearest to a kink: {forward.nearest:.1e}")

    check_by_loops(network, inputs, labels)
    print(f"central differences err by {check_by_differences(network, inputs, labels, gradients):.1e}")
    errors = float32_errors(network, inputs, labels, gradients, [trace["losses"] for trace in traces])
    print("float32 errs by {:.1e} in gradients and {:.1e} in losses".format(*errors))

    golden = {
        "maker": maker(SCRIPT, SEED),
        "architecture": {"input": INPUT_SHAPE, "layers": LAYERS},
        "inputs": tensor_json(inputs),
        "labels": labels.tolist(),
        "tolerances": TOLERANCES,
        "parameters": tensors_json(network.parameters),
        "runningStatistics": tensors_json(network.statistics),
        "logits": tensor_json(logits),
        "loss": loss.item(),
        "gradients": tensors_json(gradients),
        "traces": traces,
    }
    write("cnn.json", golden)


if __name__ == "__main__":
    main()
