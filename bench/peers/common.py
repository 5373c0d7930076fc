"""What the Python peers share: the digits, the clock around epochs and predictions, the line that is printed."""
import json
import statistics
import struct
import sys
import time

import numpy

WORK = sys.argv[1]
OPTIONS = json.loads(sys.argv[2])
BATCH = 128
SAMPLES = 60_000


def read(name):
    """An IDX file: two zero bytes, the type, how many axes, their lengths, the bytes."""
    with open(f"{OPTIONS['mnist']}/{name}", "rb") as file:
        content = file.read()
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, 4)
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * axes).reshape(shape)


def images(part):
    return read(f"{part}-images-idx3-ubyte").reshape(-1, 784).astype(numpy.float32) / numpy.float32(255)


def labels(part):
    return read(f"{part}-labels-idx1-ubyte").astype(numpy.int64)


def first_image():
    with open(f"{OPTIONS['mnist']}/t10k-images-idx3-ubyte", "rb") as file:
        return numpy.frombuffer(file.read(16 + 784), numpy.uint8, offset=16).astype(numpy.float32) / numpy.float32(255)


def time_epochs(permutation, train_batch):
    """Seconds an epoch; the median of those after the first. train_batch gets the indices of its samples."""
    batches = OPTIONS.get("batches")
    samples = SAMPLES if batches is None else min(SAMPLES, batches * BATCH)
    seconds = []
    for _ in range(OPTIONS["epochs"]):
        begin = time.perf_counter()
        order = permutation(samples)
        for start in range(0, samples, BATCH):
            train_batch(order[start : start + BATCH])
        seconds.append((time.perf_counter() - begin) * SAMPLES / samples)
    return {"secondsPerEpoch": round(statistics.median(seconds[1:]), 4), "batches": batches, "epochs": OPTIONS["epochs"]}


def time_predictions(name, one, many):
    """one(784 floats) → class, many(n × 784 floats) → scores; the quicker of batches of 1,000 and all 10,000 counts."""
    pictures = images("t10k")
    calls, sweeps = (5000, 7) if name == "W1" else (1000, 3)
    times = []
    for call in range(300 + calls):
        picture = pictures[call % 10_000]
        begin = time.perf_counter_ns()
        one(picture)
        times.append((time.perf_counter_ns() - begin) / 1000)
    speeds = []
    for size in (1000, 10_000):
        each = []
        for _ in range(sweeps + 1):
            begin = time.perf_counter()
            for start in range(0, 10_000, size):
                many(pictures[start : start + size])
            each.append(10_000 / (time.perf_counter() - begin))
        speeds.append(statistics.median(each[1:]))
    return {
        f"{name}MicrosecondsPerImage": round(statistics.median(times[300:]), 2),
        f"{name}ImagesPerSecond": round(max(speeds)),
    }


def tell(version, result):
    print(json.dumps({"version": version, **result}))
