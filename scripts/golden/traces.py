"""What the makers of golden files share: how tensors are written down, and how a network is trained and watched."""

import json
from datetime import datetime, timezone
from pathlib import Path

import torch
import torch.nn.functional as F

FOLDER = Path(__file__).resolve().parents[2] / "library/test/golden"


def quietly_exact():
    """One thread and no algorithm that sums in a varying order: the same file on every run."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def maker(script, seed):
    return {
        "script": script,
        "torch": str(torch.__version__),
        "seed": seed,
        "date": datetime.now(timezone.utc).date().isoformat(),
    }


def tensor_json(tensor):
    # + 0.0 turns a negative zero into zero
    return {"shape": list(tensor.shape), "values": [value + 0.0 for value in tensor.detach().flatten().tolist()]}


def tensors_json(tensors):
    return {name: tensor_json(tensor) for name, tensor in tensors.items()}


def json_text(value, indent=""):
    """JSON with one tensor per line. A number is the shortest text that reads back as the same float64."""
    one_line = json.dumps(value, separators=(",", ":"), allow_nan=False)
    is_tensor = isinstance(value, dict) and set(value) == {"shape", "values"}
    if is_tensor or not isinstance(value, (dict, list)) or len(one_line) <= 100:
        return one_line
    inner = indent + " "
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}:{json_text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    items = [f"{inner}{json_text(item, inner)}" for item in value]
    return "[\n" + ",\n".join(items) + f"\n{indent}]"


def write(name, golden):
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json_text(golden) + "\n", encoding="utf-8")
    print(f"wrote {name}: {path.stat().st_size} bytes")


def trainable_copy(parameters):
    return {name: value.clone().requires_grad_(True) for name, value in parameters.items()}


def make_optimizer(settings, parameters):
    kind, rate = settings["type"], settings["learningRate"]
    everything = list(parameters.values())
    if kind == "sgd":
        return torch.optim.SGD(everything, lr=rate)
    if kind in ("momentum", "nesterov"):
        # v = momentum · v + g; momentum steps along v, nesterov along g + momentum · v
        return torch.optim.SGD(everything, lr=rate, momentum=settings["momentum"], nesterov=kind == "nesterov")
    if kind == "rmsProp":
        # v = decay · v + (1 - decay) · g²; u = momentum · u + g / (√v + epsilon); steps along u
        return torch.optim.RMSprop(
            everything,
            lr=rate,
            alpha=settings["decay"],
            eps=settings["epsilon"],
            momentum=settings.get("momentum", 0),
        )
    moments = {"lr": rate, "betas": (settings["beta1"], settings["beta2"]), "eps": settings["epsilon"]}
    if kind == "adam":
        return torch.optim.Adam(everything, **moments)
    # only the weights decay: w = w · (1 - learningRate · weightDecay), before Adam's own step
    decaying = [value for name, value in parameters.items() if name.endswith(".weight")]
    steady = [value for name, value in parameters.items() if not name.endswith(".weight")]
    groups = [
        {"params": decaying, "weight_decay": settings["weightDecay"]},
        {"params": steady, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, **moments)


class Network:
    """A network at its start: `forward(parameters, statistics, x)` gives logits, in training mode, and updates
    `statistics` in place; `parameters` and `statistics` are its starting values by name."""

    def __init__(self, forward, parameters, statistics):
        self.forward = forward
        self.parameters = parameters
        self.statistics = statistics

    def start(self):
        return trainable_copy(self.parameters), {name: value.clone() for name, value in self.statistics.items()}


def first_pass(network, inputs, labels):
    """Logits, loss and all gradients before any step."""
    parameters, statistics = network.start()
    logits = network.forward(parameters, statistics, inputs)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    return logits, loss, {name: value.grad for name, value in parameters.items()}


def train(network, settings, inputs, labels, steps, every_step=False):
    """One trace: the losses, the parameters and the running statistics along so many steps."""
    parameters, statistics = network.start()
    optimizer = make_optimizer(settings, parameters)
    losses, kept, remembered = [], {}, []
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        loss = F.cross_entropy(network.forward(parameters, statistics, inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        remembered.append(tensors_json(statistics))
        if step == steps or every_step:
            kept[str(step)] = tensors_json(parameters)
    return {"optimizer": settings, "losses": losses, "steps": kept, "runningStatistics": remembered}
