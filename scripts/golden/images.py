"""The operations on images as the library means them, twice: by PyTorch's own, and in plain loops.

Images lie as [batch, height, width, channels] and filters as [height, width, channels, filters]; PyTorch wants
[batch, channels, height, width] and [filters, channels, height, width], so it is handed permuted views. Padding is
[top, bottom, left, right]. Where it is not the same on both sides PyTorch has no setting for it, and the image is
padded beforehand.

The makers store what PyTorch computes. The loops say in a few lines what is meant, and a maker that finds the two apart
writes nothing. Gradients flow through both.
"""

import torch
import torch.nn.functional as F


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def padded(x, padding, value=0.0):
    """[batch, channels, height, width] with a frame of `value`; F.pad counts axes from the last one."""
    top, bottom, left, right = padding
    return F.pad(x, (left, right, top, bottom), value=value)


def same_padding(shape, size, stride):
    """Padding for an output of ceil(n / stride): the smaller half ahead."""
    padding = []
    for length, window, step in zip(shape, size, stride):
        total = max((-(-length // step) - 1) * step + window - length, 0)
        padding += [total // 2, total - total // 2]
    return padding


class ByTorch:
    @staticmethod
    def conv2d(x, weight, stride, padding):
        x = padded(channels_first(x), padding)
        return channels_last(F.conv2d(x, weight.permute(3, 2, 0, 1), stride=stride))

    @staticmethod
    def max_pool2d(x, size, stride, padding):
        x = padded(channels_first(x), padding, float("-inf"))
        return channels_last(F.max_pool2d(x, size, stride))

    @staticmethod
    def average_pool2d(x, size, stride, padding):
        """The sum over a window, padded with zeros, by how many of its numbers are inside the image."""
        x = channels_first(x)
        sums = F.avg_pool2d(padded(x, padding), size, stride, divisor_override=1)
        counts = F.avg_pool2d(padded(torch.ones_like(x), padding), size, stride, divisor_override=1)
        return channels_last(sums / counts)

    @staticmethod
    def global_average_pool2d(x):
        return F.adaptive_avg_pool2d(channels_first(x), 1).flatten(1)


class ByLoops:
    @staticmethod
    def windows(x, size, stride, padding, meaning):
        """`meaning` of each window, given as a list of (u, v, pixels [batch, channels]) that are inside the image."""
        _, height, width, _ = x.shape
        top, bottom, left, right = padding
        rows = []
        for i in range((height + top + bottom - size[0]) // stride[0] + 1):
            row = []
            for j in range((width + left + right - size[1]) // stride[1] + 1):
                inside = []
                for u in range(size[0]):
                    for v in range(size[1]):
                        y, z = i * stride[0] + u - top, j * stride[1] + v - left
                        if 0 <= y < height and 0 <= z < width:
                            inside.append((u, v, x[:, y, z, :]))
                row.append(meaning(inside))
            rows.append(torch.stack(row, 1))
        return torch.stack(rows, 1)

    @staticmethod
    def conv2d(x, weight, stride, padding):
        size = weight.shape[:2]
        return ByLoops.windows(x, size, stride, padding, lambda inside: sum(p @ weight[u, v] for u, v, p in inside))

    @staticmethod
    def max_pool2d(x, size, stride, padding):
        def largest(inside):
            return torch.stack([pixels for _, _, pixels in inside]).amax(0)

        return ByLoops.windows(x, size, stride, padding, largest)

    @staticmethod
    def average_pool2d(x, size, stride, padding):
        return ByLoops.windows(x, size, stride, padding, lambda inside: sum(p for _, _, p in inside) / len(inside))

    @staticmethod
    def global_average_pool2d(x):
        _, height, width, _ = x.shape
        return sum(x[:, y, z, :] for y in range(height) for z in range(width)) / (height * width)


def agree(what, first, second, tolerance=1e-12):
    """Refuses to go on when two tensors differ by more than rounding."""
    worst = (first - second).abs().max().item()
    if first.shape != second.shape or not worst <= tolerance * max(1.0, second.abs().max().item()):
        raise ValueError(f"{what}: {list(first.shape)} and {list(second.shape)} differ by {worst}")
