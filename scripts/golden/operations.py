"""Makes library/test/golden/operations.json: single operations with their outputs and gradients.

Each case is one call: inputs go in, `output` comes out, and for the upstream gradient `dy` (dL/dy,
shaped like the output) `gradients` holds dL/dinput, one per input, or null where the input is a
constant. So a test can treat all cases alike. PyTorch does the arithmetic, in float64 and on one
thread; the tests themselves need no Python.

Run (Debian 12):
    apt-get install python3-torch
    /usr/bin/python3 scripts/golden/operations.py

Batch norm's `statistics` are the batch's own mean and biased variance (divide by n) in training mode,
and in evaluation mode the given running ones.

The file is the same on every run except for maker.date. On another processor the last digits may
differ. No stored input lies near a kink (0 for absolute, leakyRelu and elu, the limits of clip, ties of
max and of max pooling, errors of size delta for huber), so a float32 copy of the inputs takes the same branch.
Operations on images are computed a second time in plain loops (images.py), gradients too, before anything is written.
A new case goes at the end of `cases`:
all of them draw from one generator, and those before it keep their numbers.
"""

import torch
import torch.nn.functional as F

from images import ByLoops, ByTorch, agree
from traces import maker, quietly_exact, tensor_json, write

SCRIPT = "scripts/golden/operations.py"

SEED = 20240301
EPSILON = 1e-5  # added to batch norm's variance
CLEARANCE = 1e-3  # the least distance of an input from a kink: far above float32's rounding of 1e-7


class Cases:
    """Draws inputs, runs operations on them, and keeps what happened."""

    def __init__(self, generator):
        self.generator = generator
        self.made = []

    def normal(self, *shape):
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def positive(self, *shape):
        """Uniform in [0.2, 3): clear of 0, on both sides of 1."""
        return 0.2 + 2.8 * torch.rand(shape, generator=self.generator, dtype=torch.float64)

    def ladder(self, *shape):
        """Even steps from 0 up to 4, shuffled: no two numbers are near each other."""
        count = torch.Size(shape).numel()
        return 4 / count * torch.randperm(count, generator=self.generator, dtype=torch.float64).view(shape)

    def labels(self, count, classes):
        return torch.randint(classes, (count,), generator=self.generator)

    def add(self, op, function, inputs, settings=None, constants=(), **extra):
        """Runs `function(*inputs)`. `constants` lists the positions of inputs that get no gradient."""
        leaves = [value.clone().requires_grad_(index not in constants) for index, value in enumerate(inputs)]
        output = function(*leaves)
        dy = self.normal(*output.shape)
        output.backward(dy)
        self.made.append(
            {
                "op": op,
                "settings": settings or {},
                "inputs": [tensor_json(leaf) for leaf in leaves],
                "output": tensor_json(output),
                "dy": tensor_json(dy),
                "gradients": [None if leaf.grad is None else tensor_json(leaf.grad) for leaf in leaves],
                **extra,
            }
        )


def stand_clear(x, *kinks):
    for kink in kinks:
        nearest = (x - kink).abs().min().item()
        if nearest < CLEARANCE:
            raise ValueError(f"an input lies {nearest} from the kink {kink}; want {CLEARANCE}; try another SEED")
    return x


def stand_apart(x, axis):
    """Every two neighbours in sorted order differ, so the largest is not a tie."""
    nearest = x.sort(dim=axis).values.diff(dim=axis).min().item()
    if nearest < CLEARANCE:
        raise ValueError(f"two inputs along axis {axis} differ by {nearest}; want {CLEARANCE}; try another SEED")
    return x


def add_losses(cases):
    logits = 2 * cases.normal(5, 7)
    cases.add("softmax", lambda x: x.softmax(-1), [logits], {"axis": -1})
    cases.add("logSoftmax", lambda x: x.log_softmax(-1), [logits], {"axis": -1})

    logits = 2 * cases.normal(6, 5)
    labels = cases.labels(6, 5)
    for smoothing in (0, 0.1):
        # the target of a class is smoothing / classes, plus 1 - smoothing for the label's own
        cases.add(
            "crossEntropy",
            lambda x: F.cross_entropy(x, labels, label_smoothing=smoothing),
            [logits],
            {"labels": labels.tolist(), "labelSmoothing": smoothing},
        )

    # the mean over all 12 elements, not over the 4 rows
    cases.add("meanSquaredError", F.mse_loss, [cases.normal(4, 3), cases.normal(4, 3)], constants=(1,))


def add_batch_norm(cases):
    x = 0.5 + 1.5 * cases.normal(9, 4)
    scale, shift = 1 + 0.3 * cases.normal(4), 0.3 * cases.normal(4)
    cases.add(
        "batchNorm",
        lambda x, scale, shift: F.batch_norm(x, None, None, scale, shift, training=True, eps=EPSILON),
        [x, scale, shift],
        {"training": True, "epsilon": EPSILON},
        statistics={"mean": tensor_json(x.mean(0)), "variance": tensor_json(x.var(0, unbiased=False))},
    )

    mean, variance = 0.4 * cases.normal(4), cases.positive(4)
    cases.add(
        "batchNorm",
        lambda x, scale, shift: F.batch_norm(x, mean, variance, scale, shift, training=False, eps=EPSILON),
        [x, scale, shift],
        {"training": False, "epsilon": EPSILON},
        statistics={"mean": tensor_json(mean), "variance": tensor_json(variance)},
    )


def add_arithmetic(cases):
    cases.add("matmul", torch.matmul, [cases.normal(5, 6), cases.normal(6, 3)])
    # both shapes stretch to [4, 2, 3]; the gradients are summed back to the shapes that went in
    cases.add("multiply", torch.mul, [cases.normal(4, 1, 3), cases.normal(2, 1)])
    cases.add("divide", torch.div, [cases.normal(4, 1, 3), cases.positive(2, 1)])


def add_reductions(cases):
    cases.add("sum", lambda x: x.sum(1), [cases.normal(2, 3, 4)], {"axis": 1})
    cases.add("max", lambda x: x.amax(1), [stand_apart(cases.normal(2, 3, 4), axis=1)], {"axis": 1})


def add_elementwise(cases):
    for exponent in (3, 2.5):
        cases.add("power", lambda x: x**exponent, [cases.positive(3, 4)], {"exponent": exponent})
    cases.add("sqrt", torch.sqrt, [cases.positive(3, 4)])
    cases.add("exp", torch.exp, [cases.normal(3, 4)])
    cases.add("log", torch.log, [cases.positive(3, 4)])
    cases.add("tanh", torch.tanh, [2 * cases.normal(3, 4)])
    cases.add("sigmoid", torch.sigmoid, [3 * cases.normal(3, 4)])
    cases.add("absolute", torch.abs, [stand_clear(cases.normal(3, 4), 0)])
    cases.add(
        "clip",
        lambda x: x.clip(-0.5, 0.8),
        [stand_clear(cases.normal(3, 4), -0.5, 0.8)],
        {"minimum": -0.5, "maximum": 0.8},
    )


def add_movement(cases):
    # axes[i] names the input's axis that becomes axis i of the output: [2, 3, 4] becomes [4, 2, 3]
    cases.add("transpose", lambda x: x.permute(2, 0, 1), [cases.normal(2, 3, 4)], {"axes": [2, 0, 1]})


def add_images(cases):
    """Images are [batch, height, width, channels], padding [top, bottom, left, right]; none of them is square."""

    def add(op, operation, inputs, settings):
        """`operation` is the name of a function of ByTorch and ByLoops; settings follow the inputs."""
        given = [settings[name] for name in ("size", "stride", "padding") if name in settings]
        cases.add(op, lambda *x: getattr(ByTorch, operation)(*x, *given), inputs, settings)
        again = [value.clone().requires_grad_(True) for value in inputs]
        output = getattr(ByLoops, operation)(*again, *given)
        made = cases.made[-1]
        output.backward(stored_tensor(made["dy"]))
        agree(f"{op} {settings}", output, stored_tensor(made["output"]))
        for leaf, gradient in zip(again, made["gradients"]):
            agree(f"gradient of {op} {settings}", leaf.grad, stored_tensor(gradient))

    convolutions = [  # image [height, width, channels], filters [height, width, filters], stride, padding
        ([5, 4, 2], [3, 3, 3], [1, 1], [0, 0, 0, 0]),
        ([5, 4, 2], [3, 2, 3], [1, 1], [1, 1, 0, 1]),  # "same", of which the width has no half
        ([6, 5, 2], [3, 3, 2], [2, 2], [0, 1, 1, 1]),  # "same" at stride 2
        ([5, 6, 3], [2, 3, 2], [2, 1], [1, 0, 0, 2]),
        ([4, 6, 2], [2, 2, 2], [3, 3], [0, 0, 0, 0]),  # rows and columns that no filter sees
        ([3, 4, 3], [1, 1, 5], [1, 1], [0, 0, 0, 0]),  # a dense layer at every pixel
        ([5, 4, 2], [1, 1, 3], [2, 2], [0, 0, 0, 0]),
        ([4, 3, 2], [4, 3, 5], [1, 1], [0, 0, 0, 0]),  # as large as the image
        ([2, 3, 1], [3, 5, 2], [1, 1], [1, 1, 2, 2]),  # larger than the image, though not than the padded one
    ]
    for image, filters, stride, padding in convolutions:
        x = cases.normal(2, *image)
        weight = cases.normal(*filters[:2], image[2], filters[2])
        add("conv2d", "conv2d", [x, weight], {"stride": stride, "padding": padding})

    pools = [  # image, size, stride, padding
        ([4, 6, 3], [2, 2], [2, 2], [0, 0, 0, 0]),
        ([5, 7, 2], [3, 3], [2, 2], [0, 0, 0, 0]),  # windows overlap
        ([5, 4, 2], [3, 3], [2, 2], [1, 1, 0, 1]),  # "same"
        ([5, 4, 3], [2, 3], [1, 2], [0, 1, 1, 1]),
        ([4, 5, 2], [4, 5], [1, 1], [0, 0, 0, 0]),  # as large as the image
        ([5, 5, 2], [2, 1], [3, 2], [0, 0, 0, 0]),  # numbers that no window sees
    ]
    for image, size, stride, padding in pools:
        settings = {"size": size, "stride": stride, "padding": padding}
        # all below 0, so that a padding of zeros would win
        add("maxPool2d", "max_pool2d", [cases.ladder(2, *image) - 4], settings)
        # far from 0, so that a padding that counts would show
        add("averagePool2d", "average_pool2d", [cases.normal(2, *image) + 2], settings)

    # PyTorch's own way to leave the padding out of the mean, which knows only the same padding on both sides
    x = cases.normal(2, 5, 4, 3) + 2
    own = F.avg_pool2d(x.permute(0, 3, 1, 2), [3, 2], [2, 1], padding=1, count_include_pad=False).permute(0, 2, 3, 1)
    agree("averagePool2d", ByTorch.average_pool2d(x, [3, 2], [2, 1], [1, 1, 1, 1]), own)
    add("averagePool2d", "average_pool2d", [x], {"size": [3, 2], "stride": [2, 1], "padding": [1, 1, 1, 1]})

    add("globalAveragePool2d", "global_average_pool2d", [cases.normal(3, 2, 4, 3)], {})


def add_second_round(cases):
    cases.add("leakyRelu", lambda x: F.leaky_relu(x, 0.1), [stand_clear(cases.normal(3, 4), 0)], {"slope": 0.1})
    for alpha in (1, 0.7):
        cases.add("elu", lambda x: F.elu(x, alpha), [stand_clear(2 * cases.normal(3, 4), 0)], {"alpha": alpha})
    cases.add("gelu", F.gelu, [2 * cases.normal(3, 5)])  # the exact form, by erf

    scale, shift = 1 + 0.3 * cases.normal(6), 0.3 * cases.normal(6)
    cases.add(
        "layerNorm",
        lambda x, scale, shift: F.layer_norm(x, (6,), scale, shift, eps=EPSILON),
        [0.5 + 1.5 * cases.normal(2, 3, 6), scale, shift],
        {"epsilon": EPSILON},
    )

    # targets between no and yes too; smoothing draws each towards 1/2
    logits, targets = 3 * cases.normal(5, 2), torch.rand((5, 2), generator=cases.generator, dtype=torch.float64).round()
    targets[0] = torch.tensor([0.3, 0.8])
    for smoothing in (0, 0.1):
        cases.add(
            "binaryCrossEntropy",
            lambda x, t: F.binary_cross_entropy_with_logits(x, (1 - smoothing) * t + smoothing / 2),
            [logits, targets],
            {"labelSmoothing": smoothing},
            constants=(1,),
        )
    # errors on both sides of delta, none near it
    for delta in (1, 0.4):
        x, targets = cases.normal(4, 3), cases.normal(4, 3)
        stand_clear((x - targets).abs(), delta)
        cases.add("huber", lambda x, t: F.huber_loss(x, t, delta=delta), [x, targets], {"delta": delta})

    cases.add(
        "concat",
        lambda *parts: torch.cat(parts, 1),
        [cases.normal(2, 3, 2), cases.normal(2, 1, 2), cases.normal(2, 2, 2)],
        {"axis": 1},
    )
    cases.add("slice", lambda x: x[1:3, -3:5], [cases.normal(4, 5)], {"begin": [1, -3], "end": [3, 5]})
    # PyTorch counts margins from the last axis: (before, after) of axis 2, then of axis 1
    cases.add(
        "pad",
        lambda x: F.pad(x, (1, 0, 0, 2), value=0.5),
        [cases.normal(2, 3, 2)],
        {"before": [0, 0, 1], "after": [0, 2, 0], "value": 0.5},
    )


def stored_tensor(stored):
    return torch.tensor(stored["values"], dtype=torch.float64).view(stored["shape"])


def main():
    quietly_exact()
    cases = Cases(torch.Generator().manual_seed(SEED))
    add_losses(cases)
    add_batch_norm(cases)
    add_arithmetic(cases)
    add_reductions(cases)
    add_elementwise(cases)
    add_movement(cases)
    add_second_round(cases)
    add_images(cases)

    write("operations.json", {"maker": maker(SCRIPT, SEED), "cases": cases.made})


if __name__ == "__main__":
    main()
