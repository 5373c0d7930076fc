"""Makes library/test/golden/mlp.json: ten training steps of a small network, once per optimizer.

The tests train the same network from the same weights and must arrive at the same numbers.
PyTorch does the arithmetic here, in float64 and on one thread; the tests themselves need no Python.

The network: 12 inputs -> dense 10 -> batch norm -> relu -> dense 8 -> tanh -> dense 5 -> sigmoid
-> dense 4, then softmax cross entropy, mean over a batch of 7. Nothing in it is random once the
weights are set: there is no dropout, and every step sees the whole batch in the same order.

Run (Debian 12):
    apt-get install python3-torch
    /usr/bin/python3 scripts/golden/mlp.py

The file is the same on every run except for maker.date. On another processor the last digits may
differ, far below the tolerances.

How to read the JSON:
  names           layer index + field: "3.bias" is the bias of architecture.layers[3]
  weight          [in, out], so that a dense layer is y = x·W + b
  logits, loss, gradients   before any step, batch norm in training mode
  losses[t]       the loss before step t + 1; losses[0] is the loss above
  steps["10"]     the parameters after step 10; the long traces keep every step, the others the last
  trace.runningStatistics[t]   after step t + 1
  tolerances      absolute: `reference` for float64 kernels, `fast` for float32 parameters, logits
                  and gradients, `fastLosses` for float32 losses
"""

import torch
import torch.nn.functional as F

from traces import Network, first_pass, maker, quietly_exact, tensor_json, tensors_json, train, write

SCRIPT = "scripts/golden/mlp.py"

SEED = 20240229
BATCH_SIZE = 7
INPUT_FEATURES = 12
CLASSES = 4
STEPS = 10
BATCH_NORM_EPSILON = 1e-5
BATCH_NORM_MOMENTUM = 0.1  # the share of the new batch: running = 0.9 · running + 0.1 · batch

LAYERS = [
    {"type": "dense", "units": 10, "bias": False},  # batch norm subtracts the mean, and a bias with it
    {"type": "batchNorm"},
    {"type": "relu"},
    {"type": "dense", "units": 8},
    {"type": "tanh"},
    {"type": "dense", "units": 5},
    {"type": "sigmoid"},
    {"type": "dense", "units": CLASSES},
]

OPTIMIZERS = [
    {"type": "sgd", "learningRate": 0.1},
    {"type": "momentum", "learningRate": 0.05, "momentum": 0.9},
    {"type": "nesterov", "learningRate": 0.05, "momentum": 0.9},
    {"type": "adam", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    {"type": "adamw", "learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8, "weightDecay": 0.05},
    {"type": "rmsProp", "learningRate": 0.005, "decay": 0.9, "epsilon": 1e-8},
    # an epsilon of a size that shows when it is wrong
    {"type": "rmsProp", "learningRate": 0.005, "decay": 0.99, "epsilon": 1e-3, "momentum": 0.8},
]
EVERY_STEP_KEPT = {"sgd", "adamw"}  # step 10 alone shows that something is wrong, every step shows since when


def initial_parameters(generator):
    """Seeded values for every parameter. None of them is 0 or 1, where a forgotten term would not show."""

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    parameters = {}
    features = INPUT_FEATURES
    for index, layer in enumerate(LAYERS):
        if layer["type"] == "dense":
            units = layer["units"]
            parameters[f"{index}.weight"] = normal(features, units) * (2 / features) ** 0.5
            if layer.get("bias", True):
                parameters[f"{index}.bias"] = normal(units) * 0.2
            features = units
        elif layer["type"] == "batchNorm":
            parameters[f"{index}.scale"] = 1 + 0.3 * normal(features)
            parameters[f"{index}.shift"] = 0.3 * normal(features)
    return parameters


def initial_statistics():
    """Means of 0 and variances of 1 for every batch norm; its width is that of the dense layer before it."""
    statistics = {}
    for index, layer in enumerate(LAYERS):
        if layer["type"] == "dense":
            features = layer["units"]
        elif layer["type"] == "batchNorm":
            statistics[f"{index}.mean"] = torch.zeros(features, dtype=torch.float64)
            statistics[f"{index}.variance"] = torch.ones(features, dtype=torch.float64)
    return statistics


def forward(parameters, statistics, x):
    """The logits [batch, classes], in training mode: `statistics` is updated in place."""
    for index, layer in enumerate(LAYERS):
        kind = layer["type"]
        if kind == "dense":
            x = x @ parameters[f"{index}.weight"]
            if layer.get("bias", True):
                x = x + parameters[f"{index}.bias"]
        elif kind == "batchNorm":
            # normalises with the biased variance (divide by n), remembers the unbiased one (n - 1)
            x = F.batch_norm(
                x,
                statistics[f"{index}.mean"],
                statistics[f"{index}.variance"],
                weight=parameters[f"{index}.scale"],
                bias=parameters[f"{index}.shift"],
                training=True,
                momentum=BATCH_NORM_MOMENTUM,
                eps=BATCH_NORM_EPSILON,
            )
        else:
            x = getattr(torch, kind)(x)
    return x


def main():
    quietly_exact()
    generator = torch.Generator().manual_seed(SEED)
    inputs = torch.randn(BATCH_SIZE, INPUT_FEATURES, generator=generator, dtype=torch.float64)
    labels = torch.randint(CLASSES, (BATCH_SIZE,), generator=generator)
    network = Network(forward, initial_parameters(generator), initial_statistics())
    logits, loss, gradients = first_pass(network, inputs, labels)

    golden = {
        "maker": maker(SCRIPT, SEED),
        "architecture": {"input": [INPUT_FEATURES], "layers": LAYERS},
        "inputs": tensor_json(inputs),
        "labels": labels.tolist(),
        "tolerances": {"reference": 1e-9, "fast": 1e-5, "fastLosses": 1e-4},
        "parameters": tensors_json(network.parameters),
        "runningStatistics": tensors_json(network.statistics),
        "logits": tensor_json(logits),
        "loss": loss.item(),
        "gradients": tensors_json(gradients),
        "traces": [
            train(network, settings, inputs, labels, STEPS, every_step=settings["type"] in EVERY_STEP_KEPT)
            for settings in OPTIMIZERS
        ],
    }
    write("mlp.json", golden)


if __name__ == "__main__":
    main()
