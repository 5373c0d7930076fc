/**
 * The training loop: take a batch, ask the network, measure the error, send it backwards, move the weights. Again.
 *
 * Everything else here is bookkeeping around these five lines (they stand in `#learn`). Nothing depends on time or on
 * ambient chance: the order of an epoch is a function of (seed, epoch), masks and shifts of (seed, step), so the same
 * seed gives the same weights, and a stopped training resumes exactly.
 */
import { checkSettings, fraction, number, optional, positive, SettingError, sizeOf, whole } from "#base";
import type { Rng } from "#base";
import { augment, batchCount, checkAugmentation, epochOrder, gatherSamples } from "#data";
import type { AugmentationDescription, ClassDataset, Splits } from "#data";
import { crossEntropy } from "#engine";
import type { Tensor } from "#engine";
import type { Floats } from "#kernels";
import { countRight, predictionsOf } from "#nn";
import type { Model } from "#nn";
import { buildSchedule, clipGradients, Optimizer } from "#optim";
import type { OptimizerDescription, ScheduleDescription } from "#optim";
import { platform } from "#platform";
import { encodeCheckpoint, restoreCheckpoint } from "./checkpoint.ts";
import type { Identity, Position } from "./checkpoint.ts";
import { DivergenceError, firstOverflow } from "./divergence.ts";
import { evaluate } from "./evaluate.ts";
import type { EndRecord, EpochRecord, ProgressRecord, TrainingRecord } from "./records.ts";
import { checkSamples } from "./samples.ts";

export interface LossDescription {
  type: "crossEntropy";
  /** The part of the target that is spread over all classes, 0 to below 1; default 0. */
  labelSmoothing?: number;
}

export interface EarlyStopping {
  /** Epochs without a better validation loss after which training ends, at least 1. */
  patience: number;
  /** A loss counts as better when it is lower by more than this, in nats; default 0. */
  minimumImprovement?: number;
}

export interface TrainOptions {
  /** Samples to learn from; with validation samples, every epoch ends with a look at them. */
  data: Splits<ClassDataset> | ClassDataset;
  /** Samples per update. */
  batchSize: number;
  /** Passes over the training samples; they set the schedule's length. */
  epochs: number;
  optimizer: OptimizerDescription;
  /** Default: constant. */
  schedule?: ScheduleDescription;
  loss?: LossDescription;
  /** The length to which all gradients together are shortened, when they are longer; default: never. */
  clipNorm?: number;
  /** Changes made to each training picture, anew each time. */
  augmentation?: readonly AugmentationDescription[];
  /** Ends the training when the validation loss no longer falls; at the end, the weights are those of the best epoch. */
  earlyStopping?: EarlyStopping;
  /** Source of order, masks and shifts. */
  rng: Rng;
  /** Ends the training after the step that is running. */
  signal?: AbortSignal;
  /** Ends it after so many updates in all; the schedule stays as it was. */
  stopAfter?: number;
  /** Steps between progress records; 0 (default): only epochs are reported. */
  reportEvery?: number;
  /** The bytes of a checkpoint to go on from. */
  checkpoint?: Uint8Array;
}

/** A training that is running: its records, and between two records its state. */
export interface Training extends AsyncGenerator<TrainingRecord, void> {
  /** The state after the last record, as bytes to resume from. */
  checkpoint(): Uint8Array;
}

/** Steps between two moments at which the host may do something else. */
const STEPS_BETWEEN_PAUSES = 4;

/**
 * Trains a model, in place.
 *
 * @returns an async generator of records: progress (when asked for), one an epoch, and an end
 * @throws {SettingError} when an option is out of range
 * @throws {FormatError} when the checkpoint belongs to another training
 * @throws {DivergenceError} from the generator, when the loss is no longer finite
 * @example
 * for await (const record of train(model, { data, batchSize: 128, epochs: 5, optimizer, rng: new Rng(1) })) {
 *   console.log(record);
 * }
 */
export function train(model: Model, options: TrainOptions): Training {
  const run = new Run(model, options);
  return Object.assign(run.records(), { checkpoint: () => run.checkpoint() });
}

class Run {
  readonly #model: Model;
  readonly #options: TrainOptions;
  readonly #training: ClassDataset;
  readonly #validation: ClassDataset | null;
  readonly #optimizer: Optimizer;
  readonly #schedule: ReturnType<typeof buildSchedule>;
  readonly #identity: Identity;
  readonly #stepsPerEpoch: number;
  readonly #steps: number;
  readonly #streams: Record<"shuffle" | "dropout" | "augment", Rng>;
  #position: Position = { step: 0, lossSum: 0, right: 0, seen: 0, history: [], best: null, waited: 0 };
  #best: Map<string, Floats> | null = null;
  #order: { epoch: number; samples: Uint32Array } | null = null;

  constructor(model: Model, options: TrainOptions) {
    checkOptions(options);
    checkLoss(options.loss);
    for (const description of options.augmentation ?? []) checkAugmentation(description, model.architecture.input);
    const { data, rng, batchSize, epochs } = options;
    this.#model = model;
    this.#options = options;
    this.#training = "training" in data ? data.training : data;
    this.#validation = "training" in data ? data.validation : null;
    checkSamples("train", model, this.#training);
    if (this.#validation) checkSamples("train", model, this.#validation);
    this.#checkEarlyStopping();
    this.#optimizer = new Optimizer(model.parameters, options.optimizer);
    this.#schedule = buildSchedule(options.schedule ?? { type: "constant" });
    this.#stepsPerEpoch = batchCount(this.#training.length, batchSize);
    this.#steps = epochs * this.#stepsPerEpoch;
    this.#checkLastBatch();
    this.#identity = { key: rng.key, batchSize, samples: this.#training.length, choices: choicesOf(options) };
    this.#streams = {
      shuffle: rng.stream("shuffle"),
      dropout: rng.stream("dropout"),
      augment: rng.stream("augment"),
    };
    if (options.checkpoint) {
      const parts = { model, optimizer: this.#optimizer, identity: this.#identity };
      ({ position: this.#position, best: this.#best } = restoreCheckpoint(options.checkpoint, parts));
    }
    const { classNames } = this.#training;
    model.card = { ...model.card, classNames, history: this.#position.history };
  }

  checkpoint(): Uint8Array {
    return encodeCheckpoint({
      model: this.#model,
      optimizer: this.#optimizer,
      position: this.#position,
      identity: this.#identity,
      best: this.#best,
    });
  }

  async *records(): AsyncGenerator<TrainingRecord, void> {
    const { signal, stopAfter = Infinity, reportEvery = 0 } = this.#options;
    for (;;) {
      const position = this.#position;
      const atEpochEnd = position.step % this.#stepsPerEpoch === 0 && position.seen > 0;
      if (atEpochEnd) yield await this.#endEpoch();
      if (this.#waitedEnough()) return yield this.#end("early");
      if (position.step >= this.#steps) return yield this.#end("finished");
      if (signal?.aborted) return yield this.#end("aborted");
      if (position.step >= stopAfter) return yield this.#end("stopped");

      // a step of its own: what the caller holds from outside is left alone
      const learnt = this.#model.engine.step(() => this.#learn());
      if (position.step % STEPS_BETWEEN_PAUSES === 0) await platform.pause();
      const due =
        position.step % reportEvery === 0 || position.step % this.#stepsPerEpoch === 0 || position.step === stopAfter;
      if (reportEvery > 0 && due) yield this.#progress(learnt);
    }
  }

  /** One update. */
  #learn(): { loss: number; learningRate: number } {
    const { loss: lossDescription, clipNorm } = this.#options;
    const position = this.#position;
    const { step } = position;
    const { images, labels } = this.#batch();

    const logits = this.#model.forward(images, { training: true, rng: this.#streams.dropout, step });
    const loss = crossEntropy(logits, labels, { labelSmoothing: lossDescription?.labelSmoothing ?? 0 });
    const value = loss.item();
    if (!Number.isFinite(value)) this.#diverged(images, value);
    const right = countRight(labels, predictionsOf(logits.data, logits.shape[1]));
    loss.backward();
    if (clipNorm !== undefined) clipGradients(this.#model.parameters.values(), clipNorm);
    const learningRate = this.#learningRate();
    this.#optimizer.update({ learningRate });

    position.step++;
    position.lossSum += value * labels.length;
    position.right += right;
    position.seen += labels.length;
    return { loss: value, learningRate };
  }

  /** The next batch, augmented; its order is a function of the epoch alone. */
  #batch(): { images: Tensor; labels: Float32Array } {
    const { batchSize, augmentation = [] } = this.#options;
    const { engine, architecture, card } = this.#model;
    const { step } = this.#position;
    const epoch = Math.floor(step / this.#stepsPerEpoch);
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, samples: epochOrder(this.#training.length, this.#streams.shuffle, epoch) };
    }
    const begin = (step % this.#stepsPerEpoch) * batchSize;
    const end = Math.min(begin + batchSize, this.#training.length);
    const count = end - begin;
    const size = sizeOf(architecture.input);
    const labels = new Float32Array(count);
    const images = engine.zeros([count, ...architecture.input]);
    const isPixels = this.#training.inputs instanceof Uint8Array;
    const into = isPixels ? engine.reserveBytes(count * size) : images.data;
    gatherSamples(this.#training, this.#order.samples, { begin, end, into, targetsInto: labels });
    if (isPixels) engine.kernels.pixels(into as Uint8Array, images.data, card.preprocessing.scale);
    if (augmentation.length === 0) return { images, labels };

    const changed = engine.zeros(images.shape);
    augment(engine.kernels, augmentation, {
      images: images.data,
      target: changed.data,
      count,
      inputShape: architecture.input,
      key: this.#streams.augment.key,
      step,
    });
    return { images: changed, labels };
  }

  #learningRate(): number {
    const { step } = this.#position;
    const factor = this.#schedule({ step, steps: this.#steps, stepsPerEpoch: this.#stepsPerEpoch });
    return this.#options.optimizer.learningRate * factor;
  }

  #progress({ loss, learningRate }: { loss: number; learningRate: number }): ProgressRecord {
    const { step, lossSum, right, seen } = this.#position;
    return {
      kind: "progress",
      epoch: Math.ceil(step / this.#stepsPerEpoch),
      step,
      steps: this.#steps,
      loss: lossSum / seen,
      accuracy: right / seen,
      batchLoss: loss,
      learningRate,
      samples: this.#samples(),
    };
  }

  async #endEpoch(): Promise<EpochRecord> {
    const position = this.#position;
    const validation = this.#validation && (await evaluate(this.#model, this.#validation));
    const record: EpochRecord = {
      kind: "epoch",
      epoch: position.step / this.#stepsPerEpoch,
      step: position.step,
      steps: this.#steps,
      loss: position.lossSum / position.seen,
      accuracy: position.right / position.seen,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      learningRate: this.#lastLearningRate(),
      samples: this.#samples(),
    };
    position.history.push(record);
    Object.assign(position, { lossSum: 0, right: 0, seen: 0 });
    if (validation) this.#noteBest(validation.loss);
    return record;
  }

  /** The learning rate of the update before. */
  #lastLearningRate(): number {
    const step = this.#position.step - 1;
    const factor = this.#schedule({ step, steps: this.#steps, stepsPerEpoch: this.#stepsPerEpoch });
    return this.#options.optimizer.learningRate * factor;
  }

  #samples(): number {
    const epochs = Math.floor(this.#position.step / this.#stepsPerEpoch);
    const within = (this.#position.step % this.#stepsPerEpoch) * this.#options.batchSize;
    return epochs * this.#training.length + within;
  }

  #end(reason: EndRecord["reason"]): EndRecord {
    const { step } = this.#position;
    if (reason !== "aborted" && reason !== "stopped" && this.#best) {
      for (const [name, tensor] of this.#model.tensors()) tensor.data.set(this.#best.get(name) as Floats);
    }
    return { kind: "end", epoch: Math.ceil(step / this.#stepsPerEpoch), step, steps: this.#steps, reason };
  }

  #noteBest(validationLoss: number): void {
    const { earlyStopping } = this.#options;
    if (!earlyStopping) return;
    const position = this.#position;
    const limit = position.best === null ? Infinity : position.best - (earlyStopping.minimumImprovement ?? 0);
    if (validationLoss < limit) {
      position.best = validationLoss;
      position.waited = 0;
      this.#best = new Map([...this.#model.tensors()].map(([name, { data }]) => [name, data.slice()]));
    } else {
      position.waited++;
    }
  }

  #waitedEnough(): boolean {
    const { earlyStopping } = this.#options;
    return earlyStopping !== undefined && this.#position.waited >= earlyStopping.patience;
  }

  /** A layer that cannot learn from the few samples of a last batch would end the training after a whole epoch. */
  #checkLastBatch(): void {
    const { batchSize } = this.#options;
    const { length } = this.#training;
    const last = length % batchSize || batchSize;
    let shape = this.#model.architecture.input;
    for (const [index, layer] of this.#model.layers.entries()) {
      const smallest = layer.smallestBatch?.(shape) ?? 1;
      shape = layer.outputShape(shape);
      if (last >= smallest) continue;
      throw new SettingError({
        op: "train",
        problem: `the last batch of an epoch would have ${last} of ${length} samples`,
        setting: "batchSize",
        value: batchSize,
        want: `at least ${smallest} samples in every batch, for layer ${index} (${this.#model.architecture.layers[index]?.type ?? "custom"})`,
        fix: `take batches of ${batchSize + 1}`,
      });
    }
  }

  #checkEarlyStopping(): void {
    const { earlyStopping } = this.#options;
    if (!earlyStopping) return;
    checkSettings("earlyStopping", earlyStopping, { patience: whole(1), minimumImprovement: number(0, Infinity, 0) });
    if (this.#validation) return;
    throw new SettingError({
      op: "train",
      problem: "early stopping watches the validation loss, and there are no validation samples",
      setting: "earlyStopping",
      value: earlyStopping,
      fix: "keep some samples back for validation, or leave earlyStopping out",
    });
  }

  #diverged(images: Tensor, loss: number): never {
    const { step } = this.#position;
    const activations = this.#model.activations(images, { training: true, rng: this.#streams.dropout, step });
    const layer = firstOverflow(this.#model, activations);
    throw new DivergenceError({ step: step + 1, layer, loss });
  }
}

function checkLoss(loss: LossDescription = { type: "crossEntropy" }): void {
  checkSettings("loss", loss, { labelSmoothing: fraction(0) });
  if (loss.type === "crossEntropy") return;
  const { type } = loss as { type: string };
  throw new SettingError({
    op: "loss",
    problem: `nobody knows a loss "${type}"`,
    setting: "loss.type",
    value: type,
    want: "crossEntropy",
  });
}

/** Whatever else an option's name may be, it is a mistake. */
const OPTIONS: Record<keyof TrainOptions, true> = {
  data: true,
  batchSize: true,
  epochs: true,
  optimizer: true,
  schedule: true,
  loss: true,
  clipNorm: true,
  augmentation: true,
  earlyStopping: true,
  rng: true,
  signal: true,
  stopAfter: true,
  reportEvery: true,
  checkpoint: true,
};

function checkOptions(options: TrainOptions): void {
  const unknown = Object.keys(options).find((name) => !(name in OPTIONS));
  if (unknown !== undefined) {
    throw new SettingError({
      op: "train",
      problem: `nobody knows an option "${unknown}"`,
      setting: unknown,
      value: (options as unknown as Record<string, unknown>)[unknown],
      want: `only ${Object.keys(OPTIONS).join(", ")}`,
    });
  }
  const { batchSize, epochs, clipNorm, stopAfter, reportEvery } = options;
  checkSettings(
    "train",
    { batchSize, epochs, clipNorm, stopAfter, reportEvery },
    {
      batchSize: whole(1),
      epochs: whole(1),
      clipNorm: optional(positive()),
      stopAfter: optional(whole(0)),
      reportEvery: optional(whole(0)),
    },
  );
}

/** What a resumed training must share with the one that wrote the checkpoint, besides data and seed. */
function choicesOf(options: TrainOptions): Record<string, unknown> {
  const { epochs, schedule, loss, clipNorm, augmentation, earlyStopping, optimizer } = options;
  const { learningRate: _, ...otherSettings } = optimizer;
  return {
    epochs,
    schedule: schedule ?? null,
    loss: loss ?? null,
    clipNorm: clipNorm ?? null,
    augmentation: augmentation ?? null,
    earlyStopping: earlyStopping ?? null,
    optimizer: Object.fromEntries(Object.entries(otherSettings).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}
