"""PyTorch at its best on a CPU: the whole set as one tensor, no loader, channels last. W1 to W5, process."""
import torch
from torch import nn

import common

torch.set_num_threads(common.OPTIONS["threads"])
torch.manual_seed(1)


def network(name):
    if name == "W1":
        return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    if name == "W2":
        return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10))
    convolutions = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    model = nn.Sequential(*convolutions, nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10))
    return model.to(memory_format=torch.channels_last)


def shaped(x, name):
    if name != "W3":
        return x.view(-1, 784)
    return x.view(-1, 1, 28, 28).contiguous(memory_format=torch.channels_last)


def train(name):
    pictures, classes = torch.from_numpy(common.images("train")), torch.from_numpy(common.labels("train"))
    model = network(name)
    if name == "W1":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def train_batch(indices):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(shaped(pictures[indices], name)), classes[indices])
        loss.backward()
        optimizer.step()

    result = common.time_epochs(torch.randperm, train_batch)
    model.eval()
    with torch.inference_mode():
        parts = torch.from_numpy(common.images("t10k")).split(1000)
        predictions = torch.cat([model(shaped(part, name)).argmax(1) for part in parts])
    right = predictions == torch.from_numpy(common.labels("t10k"))
    return {**result, "testAccuracy": right.float().mean().item()}


def predict(name):
    model = network(name).eval()
    scores = lambda x: model(shaped(torch.from_numpy(x), name))
    with torch.inference_mode():
        return common.time_predictions(name, lambda picture: int(scores(picture).argmax()), scores)


def start():
    with torch.inference_mode():
        return {"digit": int(network("W1")(shaped(torch.from_numpy(common.first_image()), "W1")).argmax())}


works = {
    "W1": lambda: train("W1"),
    "process": lambda: train("W1"),
    "W2": lambda: train("W2"),
    "W3": lambda: train("W3"),
    "W4": lambda: {**predict("W1"), **predict("W3")},
    "W5": start,
}
common.tell(f"PyTorch {torch.__version__}", works[common.WORK]())
