/**
 * What a user adds, through the public doors alone: an operation with both passes, a layer that learns by it, and the
 * layer's name in an architecture. It is trained, stopped, resumed, saved and loaded like any of ours, on every engine.
 *
 * The operation is Swish with a slope for each channel: `y = x·σ(β·x)`. Its loops are plain TypeScript on windows, which
 * on the fast engine are windows on the memory of WebAssembly.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  apply,
  buildModel,
  createEngine,
  crossEntropy,
  FormatError,
  hashWeights,
  loadModel,
  readModelFile,
  Rng,
  saveModel,
  SettingError,
  ShapeError,
  sum,
  train,
} from "inkling";
import type { Engine, Layer, Model, Op, Parameter, Shape, Tensor, TrainOptions, View } from "inkling";
import { createDataset } from "inkling/data";
import { Dense } from "inkling/nn";
import type { LayerKind } from "inkling/nn";

/** σ(β·x) of every number, x [..., channels] and β [channels]. */
function eachSigmoid(x: View, beta: View, use: (index: number, channel: number, sigmoid: number) => void): void {
  for (let index = 0; index < x.data.length; index++) {
    const channel = index % beta.data.length;
    use(index, channel, 1 / (1 + Math.exp(-beta.data[channel] * x.data[index])));
  }
}

const swishOp: Op<{ gain: number }> = {
  name: "swish",
  shape([x, beta]) {
    if (beta.shape.length !== 1 || beta.shape[0] !== x.shape.at(-1)) {
      throw new ShapeError({
        op: "swish",
        problem: "there must be one slope for each channel",
        shapes: { x: x.shape, beta: beta.shape },
      });
    }
    return x.shape;
  },
  // σ is worth keeping for the way back
  saved: ([x]) => [x.shape],
  forward(_kernels, [x, beta], y, { gain }, [sigmoids]) {
    eachSigmoid(x, beta, (index, _channel, sigmoid) => {
      sigmoids.data[index] = sigmoid;
      y.data[index] = gain * x.data[index] * sigmoid;
    });
  },
  //   with σ' = σ·(1 − σ):  dy/dx = gain·(σ + β·x·σ')   dy/dβ = gain·x²·σ'
  backward(_kernels, [x, beta], _y, dy, [dx, dbeta], { gain }, [sigmoids]) {
    for (let index = 0; index < x.data.length; index++) {
      const channel = index % beta.data.length;
      const sigmoid = sigmoids.data[index];
      const slope = sigmoid * (1 - sigmoid);
      const upstream = gain * dy.data[index];
      if (dx) dx.data[index] += upstream * (sigmoid + beta.data[channel] * x.data[index] * slope);
      if (dbeta) dbeta.data[channel] += upstream * x.data[index] * x.data[index] * slope;
    }
  },
};

interface SwishDescription {
  type: "swish";
  /** Where the slopes start; default 1. */
  start?: number;
}

/** Shapes: x [batch, …, channels] → the same; slope [channels] */
class Swish implements Layer {
  readonly repeatable = true;
  readonly description: SwishDescription;
  readonly slope: Parameter;
  readonly parameters: Record<string, Parameter>;

  constructor(channels: number, engine: Engine, start = 1) {
    this.description = { type: "swish", start };
    this.slope = engine.parameter(start, [channels], { decays: false });
    this.parameters = { slope: this.slope };
  }

  outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  forward(x: Tensor): Tensor {
    return apply(swishOp, [x, this.slope], { gain: 1 });
  }

  flops(inputShape: Shape): number {
    return 2 * inputShape.reduce((size, length) => size * length, 1);
  }
}

const swish: LayerKind<SwishDescription> = {
  type: "swish",
  build({ start = 1 }, { engine, inputShape }) {
    if (!(start > 0)) {
      throw new SettingError({ op: "swish", problem: "slopes start above 0", setting: "start", value: start });
    }
    return new Swish(inputShape.at(-1) as number, engine, start);
  },
};

const layerKinds = [swish];
const start = 1.5;

/** The same network with the layer by its name and as a ready object. */
const builders: [how: string, build: (engine: Engine, seed?: number) => Model][] = [
  [
    "by its name",
    (engine, seed = 1) =>
      buildModel(
        engine,
        { input: [4, 3, 1], layers: [...before, { type: "swish", start }, ...after] },
        { rng: new Rng(seed), layerKinds },
      ),
  ],
  [
    "as an object",
    (engine, seed = 1) =>
      buildModel(
        engine,
        { input: [4, 3, 1], layers: [...before, new Swish(6, engine, start), ...after] },
        { rng: new Rng(seed) },
      ),
  ],
];
const before = [{ type: "flatten" }, { type: "dense", units: 6 }] as const;
const after = [
  { type: "dropout", rate: 0.1 },
  { type: "dense", units: 3 },
] as const;

/** Pictures whose class is the row that is lit, under noise. */
const data = (() => {
  const rng = new Rng(5).stream("pictures");
  const labels = Uint8Array.from({ length: 60 }, (_, sample) => sample % 3);
  const inputs = Uint8Array.from({ length: 60 * 12 }, (_, index) => {
    const row = Math.floor((index % 12) / 3);
    return (row === labels[Math.floor(index / 12)] ? 128 : 0) + Math.floor(128 * rng.uniform());
  });
  return createDataset({ inputs, labels, inputShape: [4, 3, 1], classNames: ["top", "second", "third"] });
})();

async function trained(model: Model, changes: Partial<TrainOptions> = {}) {
  const training = train(model, {
    data,
    batchSize: 16,
    epochs: 6,
    optimizer: { type: "adamw", learningRate: 0.02 },
    rng: new Rng(3),
    ...changes,
  });
  const losses: number[] = [];
  for await (const record of training) if (record.kind === "epoch") losses.push(record.loss);
  return { losses, hash: await hashWeights(model), checkpoint: training.checkpoint() };
}

describe.each([
  { kernels: "reference", precision: "f64" },
  { kernels: "reference", precision: "f32" },
  { kernels: "fast", threads: 2 },
] as const)("$kernels kernels $precision", (options) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(options);
    return () => engine.close();
  });
  const digits = options.kernels === "reference" && options.precision === "f64" ? 12 : 6;

  test("the operation computes what its formula says", () => {
    const x = engine.tensor([0, 1, -2, 3], [2, 2]);
    const beta = engine.tensor([1, 0.5], [2]);
    const y = apply(swishOp, [x, beta], { gain: 2 });
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
    const expected = [0, 2 * sigmoid(0.5), -4 * sigmoid(-2), 6 * sigmoid(1.5)];
    expect(y.shape).toEqual([2, 2]);
    for (const [index, value] of expected.entries()) expect(y.data[index]).toBeCloseTo(value, digits);
  });

  test("gradients reach both of its inputs, and go on through an operation of ours", () => {
    const x = engine.parameter([0.5, 1, -2, 3], [2, 2]);
    const beta = engine.parameter([1, 0.5], [2]);
    sum(apply(swishOp, [x, beta], { gain: 2 })).backward();
    expect([x.grad?.shape, beta.grad?.shape]).toEqual([[2, 2], [2]]);
    // at x = 1, β = 0.5 with s = σ(0.5): 2·(s + 0.5·s·(1 − s))
    const s = 1 / (1 + Math.exp(-0.5));
    expect(x.grad?.data[1]).toBeCloseTo(2 * (s + 0.5 * s * (1 - s)), digits);
  });

  test("its own shape rule is asked", () => {
    const refused = () => apply(swishOp, [engine.zeros([2, 3]), engine.zeros([2])], { gain: 1 });
    expect(refused).toThrow(ShapeError);
  });

  test("a layer is a layer outside of any model", () => {
    const hidden = new Dense(2, 3, { engine, rng: new Rng(1) });
    const layer = new Swish(3, engine);
    const y = layer.forward(hidden.forward(engine.tensor([1, 2, 3, 4], [2, 2])));
    sum(y).backward();
    expect(y.shape).toEqual([2, 3]);
    expect(layer.slope.grad?.shape).toEqual([3]);
    expect(hidden.weight.grad?.data.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  });

  describe.each(builders)("a model that holds the layer %s", (_how, build) => {
    test("knows its parameters, its description and its cost", () => {
      const model = build(engine);
      expect([...model.parameters.keys()]).toEqual(["1.weight", "1.bias", "2.slope", "4.weight", "4.bias"]);
      expect([...(model.parameters.get("2.slope") as Tensor).data]).toEqual(Array(6).fill(start));
      expect(model.architecture.layers[2]).toEqual({ type: "swish", start });
      expect(model.summary().layers[2]).toEqual({ index: 2, type: "swish", shape: [6], parameters: 6, flops: 12 });
    });

    test("learns, and its slopes move", async () => {
      const model = build(engine);
      const { losses } = await trained(model);
      expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
      const slopes = [...(model.parameters.get("2.slope") as Tensor).data];
      expect(slopes.every((slope) => slope !== start && Number.isFinite(slope))).toBe(true);
    });

    test("stopped and resumed, in another engine, it comes to the same hash", async () => {
      const whole = await trained(build(engine));
      const first = await trained(build(engine), { stopAfter: 10 });
      expect(first.hash).not.toBe(whole.hash);
      const other = await createEngine(options);
      const second = await trained(build(other, 77), { checkpoint: first.checkpoint });
      other.close();
      expect(second.hash).toBe(whole.hash);
      expect(second.checkpoint).toEqual(whole.checkpoint);
    });

    test("is saved, and loaded by who brings the layer's kind", async () => {
      const model = build(engine);
      await trained(model, { epochs: 1 });
      const bytes = saveModel(model);
      expect(readModelFile(bytes).architecture.layers[2]).toEqual({ type: "swish", start });
      const loaded = loadModel(engine, bytes, { layerKinds });
      expect(loaded.layers[2]).toBeInstanceOf(Swish);
      expect(await hashWeights(loaded)).toBe(await hashWeights(model));
      // a file keeps f32
      const got = loaded.predict(data.inputs).logits;
      for (const [index, logit] of model.predict(data.inputs).logits.entries()) {
        expect(got[index]).toBeCloseTo(logit, 4);
      }
    });

    test("is not loaded without it, and the error says what is missing", () => {
      const load = () => loadModel(engine, saveModel(build(engine)), { file: "mine.safetensors" });
      expect(load).toThrow(FormatError);
      expect(load).toThrow(/mine\.safetensors/);
      expect(load).toThrow(/"swish"/);
      expect(load).toThrow(/layerKinds/);
    });
  });

  test("both ways give the same weights, bit for bit", async () => {
    const hashes = await Promise.all(builders.map(async ([, build]) => (await trained(build(engine))).hash));
    expect(new Set(hashes).size).toBe(1);
  });
});

describe("derivatives, against central differences in f64", () => {
  const STEP = 1e-5;
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ kernels: "reference", precision: "f64" });
  });

  /** The largest difference between the gradients of `loss` and its slopes, over all numbers of these parameters. */
  function worst(parameters: readonly Parameter[], loss: () => Tensor): number {
    return engine.step(() => {
      loss().backward();
      const gradients = parameters.map(({ grad }) => [...(grad as Tensor).data]);
      const at = (parameter: Parameter, index: number, value: number) => {
        parameter.data[index] = value;
        return engine.step(() => loss().item());
      };
      const errors = parameters.flatMap((parameter, which) =>
        gradients[which].map((gradient, index) => {
          const value = parameter.data[index];
          const slope = (at(parameter, index, value + STEP) - at(parameter, index, value - STEP)) / (2 * STEP);
          parameter.data[index] = value;
          return Math.abs(slope - gradient);
        }),
      );
      return Math.max(...errors);
    });
  }

  const numbers = (count: number) => {
    const rng = new Rng(2).stream("numbers");
    return Array.from({ length: count }, () => rng.uniform(-2, 2));
  };

  test("the operation's", () => {
    const x = engine.parameter(numbers(24), [2, 4, 3]);
    const beta = engine.parameter([0.5, 1.5, -1], [3]);
    // twice, so that gradients add up and every output has a weight of its own
    const loss = () => sum(apply(swishOp, [apply(swishOp, [x, beta], { gain: 3 }), beta], { gain: 0.7 }));
    expect(worst([x, beta], loss)).toBeLessThan(1e-8);
  });

  test.each(builders)("the layer's, in a model that holds it %s", (_how, build) => {
    const model = build(engine);
    const x = numbers(5 * 12);
    const loss = () => crossEntropy(model.forward(Float64Array.from(x)), [0, 1, 2, 1, 0]);
    expect(worst([...model.parameters.values()], loss)).toBeLessThan(1e-8);
  });

  test("a wrong factor is caught", () => {
    const wrong: Op<{ gain: number }> = {
      ...swishOp,
      backward: (kernels, inputs, y, dy, dxs, { gain }, saved, workspace) =>
        swishOp.backward(kernels, inputs, y, dy, dxs, { gain: 1.01 * gain }, saved, workspace),
    };
    const x = engine.parameter(numbers(6), [2, 3]);
    const beta = engine.parameter([0.5, 1.5, -1], [3]);
    expect(worst([x, beta], () => sum(apply(wrong, [x, beta], { gain: 1 })))).toBeGreaterThan(1e-3);
  });
});

describe("what is refused", () => {
  const build = (layer: object, kinds: LayerKind<SwishDescription>[]) => async () =>
    buildModel(
      await createEngine({ kernels: "reference" }),
      { input: [3], layers: [layer as never] },
      { rng: new Rng(1), layerKinds: kinds },
    );

  test("a kind's own settings, with the layer's place", async () => {
    await expect(build({ type: "swish", start: -1 }, layerKinds)).rejects.toThrow(
      /layers\.0: swish: slopes start above 0/,
    );
  });

  test("a name that nobody brings", async () => {
    await expect(build({ type: "swish" }, [])).rejects.toThrow(/layers\.0: nobody knows a layer "swish"/);
    await expect(build({ type: "swish" }, [])).rejects.toThrow(/layerKinds/);
  });
});
