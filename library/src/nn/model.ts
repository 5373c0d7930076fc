/**
 * A model: layers in a row, the description they were built from, and a card that says what the model is for.
 */
import { sameShape, SettingError, ShapeError, sizeOf } from "#base";
import type { Rng, Shape } from "#base";
import { Tensor } from "#engine";
import type { Engine, Parameter, Plan, Values } from "#engine";
import type { Floats } from "#kernels";
import { buildLayers, describeLayers } from "./architecture.ts";
import type { Architecture, Draft } from "./architecture.ts";
import { binaryPredictions } from "./binary-metrics.ts";
import { blankCard } from "./card.ts";
import type { ModelCard } from "./card.ts";
import type { Classifier, PredictOptions, Predictions } from "./classifier.ts";
import { named, outputShapeOf, parametersOf, resultsOf, statisticsOf } from "./chain.ts";
import type { Layer, LayerKind } from "./layer.ts";
import { predictionsOf } from "./metrics.ts";
import { Predictor } from "./predictor.ts";
import type { Answer, Question } from "./predictor.ts";
import type { Refusal } from "./refusal.ts";
import { summarize } from "./summary.ts";
import type { ModelSummary } from "./summary.ts";
import { inOwnUnits } from "./value-metrics.ts";

/** How many samples `predict` takes at a time at most: enough to fill the kernels. */
const LARGEST_CHUNK = 64;
/** Numbers in all their results together, 64 MiB in f32 and with what lies between them twice that: of large pictures fewer are taken. */
const CHUNK_NUMBERS = 16_777_216;

export interface ForwardOptions {
  /** Whether dropout drops and batch norm normalises by the batch and updates its averages; default false. */
  training?: boolean;
  /** Source of dropout's masks, asked in training only; default null, which a model without dropout can do with. */
  rng?: Rng | null;
  /** The number of the training step, 0, 1, …; the same generator and step give the same masks. Default 0. */
  step?: number;
}

/** Layers in a row. */
export class Model implements Classifier {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly layers: readonly Layer[];
  /** The shape of one sample's result, e.g. [10]. */
  readonly outputShape: Shape;
  /** All that training changes, by layer and name: "0.weight", in declaration order. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Running statistics by layer and name: "1.mean", in declaration order. */
  readonly statistics: ReadonlyMap<string, Tensor>;
  card: ModelCard = blankCard();
  /** What tells strangers from samples of the classes; null: the model answers whatever it is shown. */
  refusal: Refusal | null = null;
  readonly #predictor = new Predictor(this);
  /** Samples that are predicted at a time. */
  readonly #chunk: number;

  /** Models are made by `buildModel` or `loadModel`. */
  constructor(engine: Engine, architecture: Architecture, layers: readonly Layer[]) {
    this.engine = engine;
    this.architecture = architecture;
    this.layers = layers;
    this.outputShape = outputShapeOf(layers, architecture.input);
    this.parameters = new Map(parametersOf(layers));
    this.statistics = new Map(statisticsOf(layers));
    this.#chunk = chunkOf(architecture, layers);
  }

  /** Whether every layer does the same each time, so that the model can be computed by plans. */
  get repeatable(): boolean {
    return this.layers.every((layer) => layer.repeatable === true);
  }

  get parameterCount(): number {
    return [...this.parameters.values()].reduce((count, parameter) => count + parameter.size, 0);
  }

  /** What each layer makes of a sample, learns and computes; `formatSummary` shows it as a table. */
  summary(): ModelSummary {
    return summarize(this);
  }

  /** Parameters and statistics, layer by layer: the order of files and hashes. */
  *tensors(): Generator<[string, Tensor]> {
    for (const [index, layer] of this.layers.entries()) {
      yield* named<Tensor>(index, layer.parameters);
      yield* named<Tensor>(index, layer.statistics);
    }
  }

  /**
   * The result for a batch, ready for a loss. Dropout and batch norm behave as in evaluation unless `training` is set.
   *
   * Shapes: x [batch, ...input] → [batch, ...output], for classifiers the logits [batch, classes]
   *
   * @param x a tensor, or numbers in an ordinary array: bytes of pictures (Uint8Array, scaled as the model's card says)
   *          or inputs as they are, one sample after another
   * @throws {ShapeError} when x is not made of samples of the model's input shape
   */
  forward(x: Tensor | Values, { training = false, rng = null, step = 0 }: ForwardOptions = {}): Tensor {
    const result = resultsOf(this.layers, this.input(x), { training, rng, step }).at(-1) as Tensor;
    if (sameShape(result.shape.slice(1), this.outputShape)) return result;
    throw new ShapeError({
      op: "model",
      problem: "the layers do not make the shape that they promised",
      shapes: { result: result.shape, outputShape: this.outputShape },
      want: "a forward that makes what outputShape says, in a layer of one's own",
    });
  }

  /**
   * The results of all layers for a batch, first to last; the last one is what `forward` returns.
   */
  activations(x: Tensor | Values, { training = false, rng = null, step = 0 }: ForwardOptions = {}): Tensor[] {
    return resultsOf(this.layers, this.input(x), { training, rng, step });
  }

  /** x as a tensor of whole samples. */
  input(x: Tensor | Values): Tensor {
    const { input } = this.architecture;
    const size = sizeOf(input);
    if (x instanceof Tensor) {
      if (!sameShape(x.shape.slice(1), input)) this.#refuse(x.shape);
      return x;
    }
    if (x.length === 0 || x.length % size !== 0) this.#refuse([x.length]);
    const shape = [x.length / size, ...input];
    return x instanceof Uint8Array
      ? this.engine.pixels(x, shape, this.card.preprocessing.scale)
      : this.engine.tensor(x, shape);
  }

  /**
   * What the model says about samples, as ordinary arrays: for the last axis as classes. It is a step of its own; what
   * it needs for as many samples is kept for the next time.
   *
   * A model of two classes may end in one number, the logit x of class 1: then `p₁ = 1 / (1 + e⁻ˣ)` and `p₀ = 1 − p₁`.
   *
   * @param x bytes of pictures (Uint8Array) or inputs as they are, one sample after another
   * @throws {SettingError} when the model has learnt numbers: see `predictValues`
   */
  predict(x: Values, { classes = this.card.classNames.length }: PredictOptions = {}): Predictions {
    if (this.card.task === "regression") {
      throw new SettingError({
        op: "predict",
        problem: "this model predicts numbers, not classes",
        setting: "task",
        value: this.card.task,
        fix: "model.predictValues(x) gives them in their own units",
      });
    }
    const width = sizeOf(this.outputShape);
    const isBinary = width === 1 && classes === 2;
    const columns = isBinary ? 2 : width;
    const count = this.#countSamples(x);
    const logits = new Float32Array(count * width);
    const probabilities = new Float32Array(count * columns);
    const { refusal } = this;
    const strangeness = refusal && new Float32Array(count);
    this.#forEachChunk(x, isBinary ? "two classes" : "classes", (answer, begin) => {
      answer.strangeness?.forEach((logit, at) => strangeness && (strangeness[begin + at] = logit - refusal.threshold));
      logits.set(answer.results, begin * width);
      probabilities.set(answer.probabilities as Floats, begin * columns);
    });
    const predictions = isBinary ? binaryPredictions(logits) : predictionsOf(logits, width);
    return { predictions, probabilities, logits, strangeness };
  }

  /**
   * The results for samples as they are, [samples × outputs] in an ordinary array. It is a step of its own.
   *
   * @param x bytes of pictures (Uint8Array) or inputs as they are, one sample after another
   */
  outputs(x: Values): Float32Array {
    const width = sizeOf(this.outputShape);
    const outputs = new Float32Array(this.#countSamples(x) * width);
    this.#forEachChunk(x, "results", ({ results }, begin) => outputs.set(results, begin * width));
    return outputs;
  }

  /**
   * The numbers that the model predicts, [samples × outputs], in their own units: result · deviation + mean, as the
   * card says. A number without a unit on the card is taken as it is.
   *
   * @param x bytes of pictures (Uint8Array) or inputs as they are, one sample after another
   */
  predictValues(x: Values): Float32Array {
    return inOwnUnits(this.outputs(x), this.card.targetUnits, sizeOf(this.outputShape));
  }

  /**
   * The plan by which `predict` looks at these samples, to be described or measured; of many it is that for as many as are
   * taken at a time. Null when a layer cannot be recorded. It may end when others have been asked for since.
   *
   * @param x samples as they would be asked about, one at least
   * @throws {ShapeError} when x is not made of whole samples
   */
  plan(x: Values): Plan | null {
    const count = Math.min(this.#countSamples(x), this.#chunk);
    if (count === 0) this.#refuse([0]);
    return this.#predictor.planFor({ samples: part(x, 0, count * sizeOf(this.architecture.input)), wants: "classes" });
  }

  #countSamples(x: Values): number {
    const size = sizeOf(this.architecture.input);
    if (x.length % size !== 0) this.#refuse([x.length]);
    return x.length / size;
  }

  /** Hands over the answers, some samples at a time; `begin` is the number of the first. */
  #forEachChunk(x: Values, wants: Question["wants"], take: (answer: Answer, begin: number) => void): void {
    const size = sizeOf(this.architecture.input);
    const count = this.#countSamples(x);
    const chunk = this.#chunk;
    for (let begin = 0; begin < count; begin += chunk) {
      const samples = part(x, begin * size, Math.min(begin + chunk, count) * size);
      this.#predictor.ask({ samples, wants }, (answer) => take(answer, begin));
    }
  }

  #refuse(got: Shape): never {
    throw new ShapeError({
      op: "model",
      problem: "the input is not made of whole samples",
      shapes: { x: got, sample: this.architecture.input },
      want: `[batch, ${this.architecture.input.join(", ")}], or an array of batch · ${sizeOf(this.architecture.input)} numbers`,
    });
  }
}

/** Samples at a time, by what one of them becomes from layer to layer; blocks of layers count by their results. */
function chunkOf({ input }: Architecture, layers: readonly Layer[]): number {
  let shape = input;
  const numbers = layers.reduce((sum, layer) => sum + sizeOf((shape = layer.outputShape(shape))), sizeOf(shape));
  return Math.max(1, Math.min(LARGEST_CHUNK, Math.floor(CHUNK_NUMBERS / numbers)));
}

/** A stretch of numbers, without a copy where the array can show a part of itself. */
function part(values: Values, begin: number, end: number): Values {
  if (values instanceof Uint8Array || values instanceof Float32Array || values instanceof Float64Array) {
    return values.subarray(begin, end);
  }
  return Array.from({ length: end - begin }, (_, index) => values[begin + index]);
}

/**
 * A model of an architecture, with starting weights.
 *
 * @param architecture       as plain data; a layer may also stand there ready made (anything with `forward`)
 * @param options.rng        source of the starting weights; the same generator gives the same model, bit for bit. With
 *                           null they are zeros, for whoever fills them in from a file
 * @param options.layerKinds layers of your own that the architecture may name
 * @throws {SettingError} {ShapeError} when the architecture is impossible; the layer is named
 * @example
 * buildModel(engine, { input: [784], layers: [{ type: "dense", units: 10 }] }, { rng: new Rng(1) });
 */
export function buildModel<Own extends { type: string } = never>(
  engine: Engine,
  architecture: Draft<NoInfer<Own>>,
  options: { rng: Rng | null; layerKinds?: readonly LayerKind<Own>[] },
): Model {
  checkParts(engine, options);
  const { rng, layerKinds } = options;
  const layers = buildLayers(engine, architecture, rng?.stream("init") ?? null, layerKinds);
  return new Model(engine, describeLayers(architecture), layers);
}

/** A program without types may forget what a model is made with; zeros in place of weights would be a bad surprise. */
function checkParts(engine: Engine, options: { rng: Rng | null } | undefined): void {
  if (typeof (engine as Partial<Engine> | undefined)?.parameter !== "function") {
    throw new SettingError({
      op: "buildModel",
      problem: "there is no engine to build on",
      setting: "engine",
      value: null,
      got: engine instanceof Promise ? "a promise of one" : typeof engine,
      fix: "const engine = await createEngine()",
    });
  }
  const rng: unknown = options?.rng;
  if (rng === null || typeof (rng as Rng | undefined)?.stream === "function") return;
  throw new SettingError({
    op: "buildModel",
    problem: "there is no generator for the starting weights",
    setting: "rng",
    value: null,
    got: typeof rng,
    want: "an Rng, or null for weights that a file will fill in",
    fix: "buildModel(engine, architecture, { rng: new Rng(1) })",
  });
}
