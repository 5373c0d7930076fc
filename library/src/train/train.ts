/**
 * The training loop: take a batch, ask the network, measure the error, send it backwards, move the weights. Again.
 *
 * Everything else here is bookkeeping around these five lines (they stand in `#learn`). Nothing depends on time or on
 * ambient chance: the order of an epoch is a function of (seed, epoch), masks and changed pictures of (seed, step), so the same
 * seed gives the same weights, and a stopped training resumes exactly.
 */
import { isMostlyZero, sizeOf } from "#base";
import type { Dataset } from "#data";
import type { Model } from "#nn";
import type { Plan } from "#engine";
import { buildSchedule, limitNorms, Optimizer, WeightAverage } from "#optim";
import { platform } from "#platform";
import { Batches } from "./batches.ts";
import { BestEpoch } from "./best-epoch.ts";
import { encodeCheckpoint, restoreCheckpoint } from "./checkpoint.ts";
import type { Identity, Position } from "./checkpoint.ts";
import { DivergenceError, firstOverflow } from "./divergence.ts";
import { evaluate } from "./evaluate.ts";
import { activationsOf, lessonOf } from "./learner.ts";
import type { Lesson } from "./learner.ts";
import { Learners } from "./learners.ts";
import { checkOptions, choicesOf } from "./options.ts";
import type { TrainOptions } from "./options.ts";
import type { EndRecord, EpochRecord, ProgressRecord, TrainingRecord } from "./records.ts";
import { checkLastBatch, checkSameTask, checkSamples } from "./samples.ts";
import { addBatch, meansOf, NOTHING_SEEN } from "./sums.ts";

/** A training that is running: its records, and between two records its state. */
export interface Training extends AsyncGenerator<TrainingRecord, void> {
  /** The state after the last record, as bytes to resume from. */
  checkpoint(): Uint8Array;
  /** The plan of a step with a full batch, to be described or measured; null when a layer cannot be recorded, and after the end. */
  plan(): Plan | null;
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
  return Object.assign(run.records(), { checkpoint: () => run.checkpoint(), plan: () => run.plan() });
}

class Run {
  readonly #model: Model;
  readonly #options: TrainOptions;
  readonly #training: Dataset;
  readonly #validation: Dataset | null;
  readonly #lesson: Lesson;
  readonly #learners: Learners;
  #ended = false;
  readonly #batches: Batches;
  readonly #optimizer: Optimizer;
  readonly #average: WeightAverage | null;
  readonly #schedule: ReturnType<typeof buildSchedule>;
  readonly #identity: Identity;
  readonly #steps: number;
  readonly #bestEpoch: BestEpoch | null;
  #position: Position = { step: 0, ...NOTHING_SEEN, history: [], best: null, waited: 0 };

  constructor(model: Model, options: TrainOptions) {
    checkOptions(options);
    const { data, rng, batchSize, epochs, averaging, earlyStopping } = options;
    this.#model = model;
    this.#options = options;
    const dataset = "training" in data ? data.training : data;
    this.#training = dataset;
    this.#validation = "training" in data ? data.validation : null;
    checkSamples("train", model, dataset);
    if (this.#validation) {
      checkSameTask(dataset, this.#validation);
      checkSamples("train", model, this.#validation);
    }
    this.#optimizer = new Optimizer(model.parameters, options.optimizer);
    this.#schedule = buildSchedule(options.schedule ?? { type: "constant" });
    this.#lesson = lessonOf(model, dataset, options, this.#optimizer);
    this.#learners = new Learners(this.#lesson);
    this.#batches = new Batches(dataset, options);
    this.#steps = epochs * this.#batches.perEpoch;
    checkLastBatch(model, dataset.length, batchSize);
    this.#average = averaging ? new WeightAverage(model.tensors(), averaging) : null;
    this.#bestEpoch = earlyStopping ? new BestEpoch(model, earlyStopping) : null;
    this.#identity = { key: rng.key, batchSize, samples: dataset.length, choices: choicesOf(options) };
    if (options.checkpoint) {
      const parts = { model, optimizer: this.#optimizer, average: this.#average, identity: this.#identity };
      const { position, best } = restoreCheckpoint(options.checkpoint, { ...parts, task: dataset.task });
      this.#position = position;
      if (this.#bestEpoch) this.#bestEpoch.weights = best;
    }
    const mostlyZero = isMostlyZero(dataset.inputs, sizeOf(model.architecture.input));
    const preprocessing = { ...model.card.preprocessing, mostlyZero };
    if (dataset.encoding) preprocessing.table = dataset.encoding;
    // temperature, refusal and origin were those of the weights as they were
    model.refusal = null;
    const fresh = { temperature: 1, preprocessing, history: this.#position.history, origin: null };
    model.card = { ...model.card, ...subjectOf(dataset), ...fresh };
  }

  checkpoint(): Uint8Array {
    const parts = { model: this.#model, optimizer: this.#optimizer, average: this.#average };
    const state = { position: this.#position, identity: this.#identity, best: this.#bestEpoch?.weights ?? null };
    // after the end the model holds the averages; in a file each stands in its own place
    const atEnd = this.#average?.swapped === true;
    this.#hold("weights");
    const bytes = encodeCheckpoint({ ...parts, ...state });
    if (atEnd) this.#hold("averages");
    return bytes;
  }

  plan(): Plan | null {
    if (this.#ended) return null;
    return this.#learners.ofSize(this.#batches.sizeAt(0)).plan;
  }

  async *records(): AsyncGenerator<TrainingRecord, void> {
    try {
      yield* this.#story();
    } finally {
      this.#release();
    }
  }

  /** What only the steps needed is given back, whether they came to their end or not. */
  #release(): void {
    this.#ended = true;
    this.#learners.release();
  }

  async *#story(): AsyncGenerator<TrainingRecord, void> {
    const { signal, stopAfter = Infinity, reportEvery = 0 } = this.#options;
    const { perEpoch } = this.#batches;
    for (;;) {
      const position = this.#position;
      const atEpochEnd = position.step % perEpoch === 0 && position.seen > 0;
      if (atEpochEnd) yield await this.#endEpoch();
      if (this.#bestEpoch?.waitedEnough(position)) return yield this.#end("early");
      if (position.step >= this.#steps) return yield this.#end("finished");
      if (signal?.aborted) return yield this.#end("aborted");
      if (position.step >= stopAfter) return yield this.#end("stopped");

      // a step of its own: what the caller holds from outside is left alone
      const learnt = this.#model.engine.step(() => this.#learn());
      if (position.step % STEPS_BETWEEN_PAUSES === 0) await platform.pause();
      const due = position.step % reportEvery === 0 || position.step % perEpoch === 0 || position.step === stopAfter;
      if (reportEvery > 0 && due) yield this.#progress(learnt);
    }
  }

  /** One update. */
  #learn(): { loss: number; learningRate: number } {
    const position = this.#position;
    const { step } = position;
    const learner = this.#learners.ofSize(this.#batches.sizeAt(step));
    learner.take(this.#batches.at(step));

    const { loss, minimised, results } = learner.forward(step);
    if (!Number.isFinite(minimised)) this.#diverged(minimised);
    addBatch(position, this.#training, { loss, results, targets: learner.targets });
    const learningRate = this.#learningRate();
    learner.backward(step, learningRate);
    const { maxNorm } = this.#options;
    if (maxNorm !== undefined) limitNorms(this.#model.parameters.values(), maxNorm);

    position.step++;
    this.#average?.update(position.step);
    return { loss, learningRate };
  }

  #learningRate(step = this.#position.step): number {
    const factor = this.#schedule({ step, steps: this.#steps, stepsPerEpoch: this.#batches.perEpoch });
    return this.#options.optimizer.learningRate * factor;
  }

  #progress({ loss, learningRate }: { loss: number; learningRate: number }): ProgressRecord {
    const position = this.#position;
    return {
      kind: "progress",
      epoch: Math.ceil(position.step / this.#batches.perEpoch),
      step: position.step,
      steps: this.#steps,
      ...meansOf(position, this.#training),
      batchLoss: loss,
      learningRate,
      samples: this.#batches.samplesAfter(position.step),
    };
  }

  async #endEpoch(): Promise<EpochRecord> {
    const position = this.#position;
    const validation = await this.#validate();
    const record: EpochRecord = {
      kind: "epoch",
      epoch: position.step / this.#batches.perEpoch,
      step: position.step,
      steps: this.#steps,
      ...meansOf(position, this.#training),
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.task === "classification" ? validation.accuracy : null,
      validationMeanAbsoluteError: validation?.task === "regression" ? validation.meanAbsoluteError : null,
      learningRate: this.#learningRate(position.step - 1), // of the update before
      samples: this.#batches.samplesAfter(position.step),
    };
    position.history.push(record);
    Object.assign(position, NOTHING_SEEN);
    return record;
  }

  /** A look at the validation samples, with the averages where there are any; the best epoch takes note. */
  async #validate() {
    if (!this.#validation) return null;
    this.#hold("averages");
    try {
      const validation = await evaluate(this.#model, this.#validation, { loss: this.#options.loss });
      this.#bestEpoch?.note(this.#position, validation.loss);
      return validation;
    } finally {
      this.#hold("weights");
    }
  }

  #end(reason: EndRecord["reason"]): EndRecord {
    const { step } = this.#position;
    this.#hold("averages");
    if (reason !== "aborted" && reason !== "stopped") this.#bestEpoch?.restore();
    return { kind: "end", epoch: Math.ceil(step / this.#batches.perEpoch), step, steps: this.#steps, reason };
  }

  /** Lets the model hold the averages, or the weights that learn; without averaging they are the same. */
  #hold(which: "averages" | "weights"): void {
    if (this.#average && this.#average.swapped !== (which === "averages")) this.#average.swap();
  }

  #diverged(loss: number): never {
    const { step } = this.#position;
    const activations = activationsOf(this.#lesson, this.#batches.at(step), step);
    throw new DivergenceError({ step: step + 1, layer: firstOverflow(this.#model, activations), loss });
  }
}

/** What a dataset says of the model that learns it. */
function subjectOf(dataset: Dataset): Pick<Model["card"], "task" | "classNames" | "targetNames" | "targetUnits"> {
  const { task } = dataset;
  return dataset.task === "classification"
    ? { task, classNames: dataset.classNames, targetNames: [], targetUnits: [] }
    : { task, classNames: [], targetNames: dataset.targetNames, targetUnits: dataset.targetUnits };
}
