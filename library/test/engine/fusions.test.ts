// Which rows of operations become one in a plan, which must not, and that results and gradients stay what they were.
import { setFlagsFromString } from "node:v8";
import { Rng } from "#base";
import { add, batchNorm, createEngine, crossEntropy, matmul, pixels, Plan, relu } from "#engine";
import type { Engine, Tensor } from "#engine";
import { buildModel } from "#nn";
import type { LayerDescription, Model } from "#nn";
import { afterAll, describe, expect, test } from "vitest";

setFlagsFromString("--experimental-wasm-relaxed-simd"); // Node 20 hides it; later ones know no such flag, and need none

const COUNT = 6;
const CLASSES = 5;

interface Case {
  layers: readonly LayerDescription[];
  /** What the forward pass consists of, but for the loss. */
  training: readonly string[];
  /** The same for a prediction, which knows its statistics; default as in training. */
  prediction?: readonly string[];
  input?: readonly number[];
  isSparse?: boolean;
}

const end = [{ type: "flatten" }, { type: "dense", units: CLASSES }] as const;
const cases: Record<string, Case> = {
  "dense, bias and ReLU": {
    layers: [{ type: "flatten" }, { type: "dense", units: 7 }, { type: "relu" }, { type: "dense", units: CLASSES }],
    training: ["dense", "dense"],
  },
  "a dense layer without a bias": {
    layers: [{ type: "flatten" }, { type: "dense", units: 7, bias: false }, { type: "relu" }, ...end],
    training: ["dense", "dense"],
  },
  "a product with neither": {
    layers: [{ type: "flatten" }, { type: "dense", units: 7, bias: false }, { type: "tanh" }, ...end],
    training: ["matmul", "tanh", "dense"],
  },
  "a first layer on what is not 0": {
    layers: [{ type: "flatten" }, { type: "dense", units: 7 }, { type: "relu" }, { type: "dense", units: CLASSES }],
    isSparse: true,
    training: ["packNonZeros", "sparseDense", "dense"],
  },
  "a convolution with bias and ReLU": {
    layers: [{ type: "conv2d", filters: 3, size: 3, padding: 1, stride: 2 }, { type: "relu" }, ...end],
    training: ["convolution", "dense"],
  },
  "a convolution with ReLU and max pooling": {
    layers: [{ type: "conv2d", filters: 8, size: 3 }, { type: "relu" }, { type: "maxPool2d", size: 2 }, ...end],
    training: ["convolutionPool", "dense"],
  },
  "max pooling ahead of the ReLU": {
    layers: [{ type: "conv2d", filters: 3, size: 3 }, { type: "maxPool2d", size: 2 }, { type: "relu" }, ...end],
    training: ["convolutionPool", "dense"],
  },
  "Winograd's way": {
    layers: [
      { type: "conv2d", filters: 8, size: 1 },
      { type: "tanh" },
      { type: "conv2d", filters: 8, size: 3 },
      { type: "relu" },
      { type: "maxPool2d", size: 2 },
      ...end,
    ],
    training: ["convolution", "tanh", "convolutionPool", "dense"],
  },
  "windows that overlap": {
    layers: [
      { type: "conv2d", filters: 3, size: 3 },
      { type: "relu" },
      { type: "maxPool2d", size: 3, stride: 2 },
      ...end,
    ],
    training: ["convolution", "maxPool2d", "dense"],
  },
  "batch norm and ReLU": {
    layers: [
      { type: "flatten" },
      { type: "dense", units: 8, bias: false },
      { type: "batchNorm" },
      { type: "relu" },
      ...end,
    ],
    training: ["matmul", "batchNormRelu", "runningAverage", "dense"],
    prediction: ["foldBatchNorm", "dense", "dense"],
  },
  "convolution, batch norm, ReLU and pool": {
    layers: [
      { type: "conv2d", filters: 8, size: 3 },
      { type: "batchNorm" },
      { type: "relu" },
      { type: "maxPool2d", size: 2 },
      ...end,
    ],
    training: ["convolution", "batchNormRelu", "runningAverage", "dense"],
    prediction: ["foldBatchNorm", "convolutionPool", "dense"],
  },
  "Winograd's way forward and back, ahead of a batch norm": {
    layers: [
      { type: "conv2d", filters: 16, size: 1 },
      { type: "tanh" },
      { type: "conv2d", filters: 16, size: 3, padding: "same", bias: false },
      { type: "batchNorm" },
      { type: "relu" },
      ...end,
    ],
    training: ["convolution", "tanh", "convolution", "batchNormRelu", "runningAverage", "dense"],
    prediction: ["convolution", "tanh", "foldBatchNorm", "convolution", "dense"],
  },
  "batch norm behind the pool": {
    layers: [
      { type: "conv2d", filters: 8, size: 3, bias: false },
      { type: "maxPool2d", size: 2 },
      { type: "batchNorm" },
      { type: "relu" },
      ...end,
    ],
    training: ["convolutionPool", "batchNormRelu", "runningAverage", "dense"],
    // a negative scale would turn the largest into the smallest: what lies behind the pool cannot move ahead of it
    prediction: ["convolutionPool", "batchNormEvaluation", "relu", "dense"],
  },
  "a result that two look at": {
    layers: [
      { type: "conv2d", filters: 4, size: 3 },
      { type: "residual", layers: [{ type: "relu" }] },
      { type: "maxPool2d", size: 2 },
      ...end,
    ],
    training: ["convolution", "relu", "add", "maxPool2d", "dense"],
  },
};

/** f64 shows that it is the same; f32 that the fast kernels say so too. */
const engines: [name: string, digits: number, Promise<Engine>][] = [
  ["reference, f64", 11, createEngine({ kernels: "reference", precision: "f64" })],
  ["fast", 4, createEngine({ threads: 2, module: "simd" })],
  ["fast, fused multiplications where the processor has them", 4, createEngine({ threads: 2, module: "relaxed-simd" })],
];
afterAll(() => Promise.all(engines.map(async ([, , engine]) => (await engine).close())));

const labels = Array.from({ length: COUNT }, (_, index) => index % CLASSES);

function numbers(count: number, isSparse: boolean): Float64Array {
  const rng = new Rng(5);
  return Float64Array.from({ length: count }, () => (isSparse && rng.uniform() < 0.8 ? 0 : rng.normal()));
}

/** Batch norms that have seen something, so that folding them changes numbers. */
function withStatistics(model: Model): Model {
  const rng = new Rng(7);
  for (const { data } of model.statistics.values()) data.forEach((_, index) => (data[index] = rng.uniform(0.5, 2)));
  for (const { data } of model.parameters.values()) {
    data.forEach((value, index) => (data[index] = value + rng.uniform(-0.1, 0.1)));
  }
  return model;
}

describe.each(engines)("on the %s kernels", (_name, digits, starting) => {
  const close = (values: ArrayLike<number>) => Array.from(values, (value) => expect.closeTo(value, digits));

  test.each(Object.entries(cases))("%s", async (_, { layers, training, prediction = training, isSparse = false }) => {
    const engine = await starting;
    const architecture = { input: [8, 9, 1], layers };
    const model = withStatistics(buildModel(engine, architecture, { rng: new Rng(1) }));
    const x = numbers(COUNT * 72, isSparse);
    const record = (isTraining: boolean) =>
      engine.record(() => {
        const batch = engine.unplaced([COUNT, 8, 9, 1]);
        if (isSparse) engine.recording?.sparse.add(batch);
        const results = model.forward(batch, { training: isTraining });
        return { batch, results, loss: crossEntropy(results, engine.tensor(labels, [COUNT])) };
      });
    const statistics = [...model.statistics.values()].map(({ data }) => data.slice());

    const predicted = record(false);
    predicted.recording.nodes.pop(); // the loss
    const predicting = new Plan(engine, predicted.recording, { outputs: [predicted.result.results] });
    expect(forwardNames(predicting)).toEqual(prediction);
    predicted.result.batch.data.set(x);
    predicting.forward();
    engine.step(() => expect([...predicted.result.results.data]).toEqual(close(model.forward(x).data)));

    const { recording, result } = record(true);
    const gradients = new Map<Tensor, ArrayLike<number>>();
    const plan = new Plan(engine, recording, {
      loss: result.loss,
      outputs: [result.results],
      update: (_kernels, found) => found.forEach(({ data }, parameter) => gradients.set(parameter, data)),
    });
    expect(forwardNames(plan).filter((name) => name !== "crossEntropy")).toEqual(training);
    result.batch.data.set(x);
    plan.forward();
    plan.backward();
    const moved = [...model.statistics.values()].map(({ data }) => data.slice());
    [...model.statistics.values()].forEach(({ data }, index) => data.set(statistics[index]));
    engine.step(() => {
      const loss = crossEntropy(model.forward(x, { training: true }), labels);
      loss.backward();
      expect(result.loss.item()).toBeCloseTo(loss.item(), digits);
      for (const [name, parameter] of model.parameters) {
        expect({ [name]: [...Array.from(gradients.get(parameter) ?? [])] }).toEqual({
          [name]: close((parameter.grad as Tensor).data),
        });
      }
    });
    expect(moved.map((values) => [...values])).toEqual([...model.statistics.values()].map(({ data }) => close(data)));
  });

  test("bytes are listed as they are", async () => {
    const engine = await starting;
    const layers = [{ type: "flatten" }, { type: "dense", units: CLASSES }] as const;
    const model = buildModel(engine, { input: [4, 4, 1], layers }, { rng: new Rng(1) });
    const images = engine.lastingBytes(3 * 16);
    images.forEach((_, index) => (images[index] = index % 5 === 0 ? index : 0));
    const samples = engine.lasting([2, 0], [2]);
    const { recording, result } = engine.record(() => {
      const x = pixels(samples, { images, sample: [4, 4, 1], scale: 1 / 255 });
      engine.recording?.sparse.add(x);
      return model.forward(x);
    });
    const plan = new Plan(engine, recording, { outputs: [result] });
    expect(forwardNames(plan)).toEqual(["packPixels", "sparseDense"]);
    plan.forward();
    const picked = Uint8Array.of(...images.subarray(32), ...images.subarray(0, 16));
    engine.step(() => expect([...result.data]).toEqual(close(model.forward(picked).data)));
  });

  test("a bias that the step itself computes stays where it is", async () => {
    const engine = await starting;
    const weight = engine.parameter(Array.from(numbers(12, false)), [4, 3]);
    const [scale, shift] = [engine.parameter(1, [3]), engine.parameter(0, [3])];
    const pass = (x: Tensor) => {
      const product = matmul(x, weight);
      const { mean } = batchNorm(matmul(x, weight), { scale, shift });
      return add(product, mean);
    };
    const x = numbers(8, false);
    const { recording, result } = engine.record(() => {
      const batch = engine.unplaced([2, 4]);
      return { batch, y: pass(batch) };
    });
    const plan = new Plan(engine, recording, { outputs: [result.y] });
    expect(forwardNames(plan)).toEqual(["matmul", "matmul", "batchNorm", "add"]);
    result.batch.data.set(x);
    plan.forward();
    engine.step(() => expect([...result.y.data]).toEqual(close(pass(engine.tensor(x, [2, 4])).data)));
  });

  test("a tensor that is read afterwards is not fused away", async () => {
    const engine = await starting;
    const model = buildModel(engine, { input: [4], layers: [{ type: "dense", units: 3 }] }, { rng: new Rng(1) });
    const { recording, result } = engine.record(() => {
      const between = model.forward(engine.unplaced([2, 4]));
      return { between, y: add(relu(between), between) };
    });
    const plan = new Plan(engine, recording, { outputs: [result.between, result.y] });
    expect(forwardNames(plan)).toEqual(["dense", "relu", "add"]);
  });
});

function forwardNames(plan: Plan): string[] {
  const { entries } = plan.describe();
  return entries.filter(({ phase }) => phase === "forward").map(({ name }) => name);
}
