/**
 * A checkpoint: everything that the rest of a training depends on. Resumed from it, a training takes the very steps that
 * it would have taken, to the last bit.
 *
 * It is a safetensors file: the model's tensors by their names, the optimiser's memory as "optimizer.…", averages of the
 * weights (with averaging) as "average.…", the weights of the best epoch (with early stopping) as "best.…", and the rest
 * as JSON in the metadata. Random streams need no saving:
 * every random number is a function of (stream, epoch or step, element), so the key and the step say it all.
 */
import { FormatError, isObject, shortened } from "#base";
import type { Shape } from "#base";
import type { Tensor } from "#engine";
import {
  cardMetadata,
  checkFit,
  checkFormat,
  decodeSafetensors,
  encodeSafetensors,
  metadataReader,
  readCard,
} from "#formats";
import type { StoredTensor } from "#formats";
import type { Floats } from "#kernels";
import type { Architecture, Model, ModelCard } from "#nn";
import type { Optimizer, OptimizerDescription, WeightAverage } from "#optim";
import type { Waiting } from "./best-epoch.ts";
import type { EpochRecord } from "./records.ts";
import type { Sums } from "./sums.ts";

const FORMAT = "inkling-checkpoint";
const VERSION = "1";

/** How far a training is: plain data; the sums are those of the epoch that is running. */
export interface Position extends Sums, Waiting {
  /** Updates made. */
  step: number;
  history: EpochRecord[];
}

/** What must be the same for the rest to be the same: everything but the learning rate, which may be changed on the way. */
export interface Identity {
  /** The generator's key. */
  key: readonly [number, number];
  batchSize: number;
  /** Training samples. */
  samples: number;
  /** Epochs, schedule, loss, augmentation and the like, as JSON shows them. */
  choices: Readonly<Record<string, unknown>>;
}

export interface CheckpointHeader {
  position: Position;
  identity: Identity;
  optimizer: OptimizerDescription;
  architecture: Architecture;
  card: ModelCard;
}

interface Parts {
  model: Model;
  optimizer: Optimizer;
  average: WeightAverage | null;
  position: Position;
  identity: Identity;
  /** Weights of the best epoch by name, with early stopping. */
  best: ReadonlyMap<string, Floats> | null;
}

/** The bytes of a checkpoint. */
export function encodeCheckpoint({ model, optimizer, average, position, identity, best }: Parts): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of model.tensors()) {
    tensors.set(name, stored(tensor.shape, tensor.data));
    const data = best?.get(name);
    if (data) tensors.set(`best.${name}`, stored(tensor.shape, data));
  }
  for (const [name, { shape, data }] of memoryOf(optimizer, average)) tensors.set(name, stored(shape, data));
  return encodeSafetensors({
    tensors,
    metadata: {
      format: FORMAT,
      version: VERSION,
      position: JSON.stringify(position),
      identity: JSON.stringify(identity),
      optimizer: JSON.stringify(optimizer.description),
      ...cardMetadata(model),
    },
  });
}

/** What is remembered besides the model, by its name in the file. */
function* memoryOf(optimizer: Optimizer, average: WeightAverage | null): Generator<[string, Tensor]> {
  for (const [name, tensor] of optimizer.state) yield [`optimizer.${name}`, tensor];
  for (const [name, tensor] of average?.state ?? []) yield [`average.${name}`, tensor];
}

/** Numbers in the engine's own precision, so that nothing is lost. */
function stored(shape: Shape, data: Floats): StoredTensor {
  return data instanceof Float64Array
    ? { dtype: "F64", shape, data: data.slice() }
    : { dtype: "F32", shape, data: data.slice() };
}

/** What a checkpoint says of itself. @throws {FormatError} when the bytes are no checkpoint */
export function readCheckpoint(bytes: Uint8Array, { file }: { file?: string } = {}): CheckpointHeader {
  return decode(bytes, file).header;
}

function decode(bytes: Uint8Array, file: string | undefined) {
  const { tensors, metadata } = decodeSafetensors(bytes, { file });
  const op = "resume";
  checkFormat(metadata, { op, file, what: "file is no Inkling checkpoint", format: FORMAT, version: VERSION });
  const read = metadataReader(metadata, { op, file });
  const header: CheckpointHeader = {
    position: completed(read("position", isPosition, "how far a training is, with whole numbers")),
    identity: read("identity", isIdentity, "key, batch size, samples and choices of a training"),
    optimizer: read("optimizer", isOptimizer, "an object with a type"),
    ...readCard(metadata, { op, file }),
  };
  return { header, tensors };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPosition = (value: unknown): value is StoredPosition =>
  isObject(value) &&
  [value.step, value.right, value.seen, value.waited].every(isCount) &&
  Number.isFinite(value.lossSum) &&
  (value.absoluteError === undefined || Number.isFinite(value.absoluteError)) &&
  (value.best === null || Number.isFinite(value.best)) &&
  Array.isArray(value.history) &&
  value.history.every(isObject);
const isIdentity = (value: unknown): value is Identity =>
  isObject(value) &&
  Array.isArray(value.key) &&
  isCount(value.batchSize) &&
  isCount(value.samples) &&
  isObject(value.choices);
const isOptimizer = (value: unknown): value is OptimizerDescription =>
  isObject(value) && typeof value.type === "string";

/** A position as any checkpoint may have it. */
type StoredPosition = Omit<Position, "absoluteError"> & { absoluteError?: number };

/** Checkpoints of before there was regression lack its figures, which are nothing for classes. */
function completed(position: StoredPosition): Position {
  const { absoluteError = 0, history } = position;
  const nothing = { meanAbsoluteError: null, validationMeanAbsoluteError: null };
  const records = history.map((record) =>
    "meanAbsoluteError" in record ? record : { ...(record as object), ...nothing },
  );
  return { ...position, absoluteError, history: records as EpochRecord[] };
}

/**
 * Puts model, optimiser and averages back into the state of a checkpoint. Nothing is changed when it does not fit.
 *
 * @throws {FormatError} when the checkpoint belongs to another architecture, task, optimiser, seed, batch size or data set
 */
export function restoreCheckpoint(
  bytes: Uint8Array,
  {
    model,
    optimizer,
    average,
    identity,
    task,
  }: Pick<Parts, "model" | "optimizer" | "average" | "identity"> & { task: ModelCard["task"] },
): { position: Position; best: Map<string, Floats> | null } {
  const { header, tensors } = decode(bytes, undefined);
  const same = (what: string, got: unknown, want: unknown) => {
    if (JSON.stringify(got) === JSON.stringify(want)) return;
    throw new FormatError({
      op: "resume",
      problem: `the checkpoint belongs to a training with another ${what}`,
      got: shortened(JSON.stringify(got)),
      want: shortened(JSON.stringify(want)),
      fix: "resume with the settings that the run began with, or start a new run",
    });
  };
  same("architecture", header.architecture, model.architecture);
  same("task", header.card.task, task);
  same("optimizer", header.optimizer.type, optimizer.description.type);
  same("batch size", header.identity.batchSize, identity.batchSize);
  same("seed", header.identity.key, identity.key);
  same("number of training samples", header.identity.samples, identity.samples);
  for (const [name, value] of Object.entries(identity.choices))
    same(name, header.identity.choices[name] ?? null, value);

  const best = bestWeights(model, tensors);
  const targets = new Map<string, Tensor>(model.tensors());
  for (const [name, tensor] of memoryOf(optimizer, average)) targets.set(name, tensor);
  const dtype = model.engine.precision === "f64" ? "F64" : "F32";
  for (const [name, tensor] of targets) checkFit(tensor, tensors.get(name), { op: "resume", dtype, name });
  for (const [name, tensor] of targets) tensor.data.set((tensors.get(name) as StoredTensor).data);
  optimizer.step = header.position.step;
  return { position: header.position, best };
}

/** The weights of the best epoch: all of the model's tensors, or null when the checkpoint has none. */
function bestWeights(model: Model, tensors: ReadonlyMap<string, StoredTensor>): Map<string, Floats> | null {
  if (![...tensors.keys()].some((name) => name.startsWith("best."))) return null;
  const dtype = model.engine.precision === "f64" ? "F64" : "F32";
  const best = new Map<string, Floats>();
  for (const [name, tensor] of model.tensors()) {
    const source = tensors.get(`best.${name}`);
    checkFit(tensor, source, { op: "resume", dtype, name: `best.${name}` });
    best.set(name, source.data as Floats);
  }
  return best;
}
