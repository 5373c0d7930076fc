/**
 * A model: layers in a row, the description they were built from, and a card that says what the model is for.
 */
import { sameShape, ShapeError, sizeOf } from "#base";
import type { Rng, Shape } from "#base";
import { softmax, Tensor } from "#engine";
import type { Engine, Parameter, Values } from "#engine";
import { buildLayers, describeLayers } from "./architecture.ts";
import type { Architecture, Draft } from "./architecture.ts";
import { named, outputShapeOf, parametersOf, resultsOf, statisticsOf } from "./chain.ts";
import type { Layer, LayerKind } from "./layer.ts";
import { predictionsOf } from "./metrics.ts";
import { summarize } from "./summary.ts";
import type { ModelSummary } from "./summary.ts";

/** What travels with the weights besides the architecture. All of it is plain JSON. */
export interface ModelCard {
  /** The name of each class, in the order of the logits. */
  classNames: readonly string[];
  /** How a picture's bytes become inputs: intensity = byte · scale. */
  preprocessing: { scale: number };
  /** The choices that the model was trained with, or null. */
  recipe: unknown;
  /** What the generator of its training was made from, or null. */
  seed: number | null;
  /** One record an epoch. */
  history: readonly unknown[];
}

export interface Predictions {
  /** The most probable class of each sample. */
  predictions: Int32Array;
  /** [samples × classes], row by row; each row adds up to 1. */
  probabilities: Float32Array;
  /** [samples × classes], what softmax was taken of. */
  logits: Float32Array;
}

/** How many samples `predict` takes at a time: enough to fill the kernels, and little memory. */
const CHUNK = 500;

export interface ForwardOptions {
  /** Whether dropout drops and batch norm normalises by the batch and updates its averages; default false. */
  training?: boolean;
  /** Source of dropout's masks, asked in training only; default null, which a model without dropout can do with. */
  rng?: Rng | null;
  /** The number of the training step, 0, 1, …; the same generator and step give the same masks. Default 0. */
  step?: number;
}

/** Layers in a row. */
export class Model {
  readonly engine: Engine;
  readonly architecture: Architecture;
  readonly layers: readonly Layer[];
  /** The shape of one sample's result, e.g. [10]. */
  readonly outputShape: Shape;
  /** All that training changes, by layer and name: "0.weight", in declaration order. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Running statistics by layer and name: "1.mean", in declaration order. */
  readonly statistics: ReadonlyMap<string, Tensor>;
  card: ModelCard = { classNames: [], preprocessing: { scale: 1 / 255 }, recipe: null, seed: null, history: [] };

  /** Models are made by `buildModel` or `loadModel`. */
  constructor(engine: Engine, architecture: Architecture, layers: readonly Layer[]) {
    this.engine = engine;
    this.architecture = architecture;
    this.layers = layers;
    this.outputShape = outputShapeOf(layers, architecture.input);
    this.parameters = new Map(parametersOf(layers));
    this.statistics = new Map(statisticsOf(layers));
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
    return resultsOf(this.layers, this.input(x), { training, rng, step }).at(-1) as Tensor;
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
   * What the model says about samples, as ordinary arrays: for the last axis as classes. It is a step of its own and
   * leaves nothing behind.
   *
   * @param x bytes of pictures (Uint8Array) or inputs as they are, one sample after another
   */
  predict(x: Values): Predictions {
    const size = sizeOf(this.architecture.input);
    if (x.length % size !== 0) this.#refuse([x.length]);
    const count = x.length / size;
    const classes = sizeOf(this.outputShape);
    const logits = new Float32Array(count * classes);
    const probabilities = new Float32Array(count * classes);
    for (let begin = 0; begin < count; begin += CHUNK) {
      this.engine.step(() => {
        const result = this.forward(part(x, begin * size, Math.min(begin + CHUNK, count) * size));
        logits.set(result.data, begin * classes);
        probabilities.set(softmax(result).data, begin * classes);
      });
    }
    return { predictions: predictionsOf(logits, classes), probabilities, logits };
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
  architecture: Draft<Own>,
  { rng, layerKinds }: { rng: Rng | null; layerKinds?: readonly LayerKind<Own>[] },
): Model {
  const layers = buildLayers(engine, architecture, rng?.stream("init") ?? null, layerKinds);
  return new Model(engine, describeLayers(architecture as Draft<{ type: string }>), layers);
}
