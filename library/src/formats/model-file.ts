/**
 * A model in one file: safetensors, with everything else that makes it a model as JSON in the header's metadata. Whoever
 * has the file can rebuild, explain, continue or convert the model; any safetensors reader can read the weights.
 *
 * Metadata (all strings, for the format has no others): `format` "inkling-model", `version` "1", and as JSON the
 * architecture and what stands on the card (card.ts). A model that refuses has `refusal` as well, the settings of its head,
 * whose weights are called "refusal.0.weight" and so on.
 */
import { FormatError, formatShape, InklingError, isObject, MemoryError, sameShape } from "#base";
import { createBlueprintEngine } from "#engine";
import type { Engine, Tensor } from "#engine";
import { buildHead, buildModel, Refusal } from "#nn";
import type { Architecture, LayerKind, Model, ModelCard, RefusalSettings } from "#nn";
import { platform } from "#platform";
import { cardMetadata, checkCard, readCard } from "./card.ts";
import { checkFormat, metadataReader } from "./metadata.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import type { StoredTensor } from "./safetensors.ts";

const FORMAT = "inkling-model";
const VERSION = "1";
const REFUSAL = "refusal."; // what the names of its tensors begin with

/** The bytes of a model file: weights as f32, little-endian, and the model's card. */
export function saveModel(model: Model): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of model.tensors()) tensors.set(name, stored(tensor));
  const metadata: Record<string, string> = { format: FORMAT, version: VERSION, ...cardMetadata(model) };
  if (model.refusal !== null) {
    const { head, units, threshold } = model.refusal;
    for (const [name, tensor] of head.tensors()) tensors.set(`${REFUSAL}${name}`, stored(tensor));
    metadata.refusal = JSON.stringify({ units, threshold } satisfies RefusalSettings);
  }
  return encodeSafetensors({ tensors, metadata });
}

/** A tensor's numbers as f32, copied. */
function stored({ shape, data }: Tensor): StoredTensor {
  return { dtype: "F32", shape, data: Float32Array.from(data) };
}

/**
 * The model that a file holds.
 *
 * @param options.layerKinds layers of your own that it may name
 * @throws {FormatError} when the bytes are no model file, or its weights do not fit its architecture
 */
export function loadModel<Own extends { type: string } = never>(
  engine: Engine,
  bytes: Uint8Array,
  { file, layerKinds }: { file?: string; layerKinds?: readonly LayerKind<Own>[] } = {},
): Model {
  const content = readModelFile(bytes, { file });
  // first as a drawing, which takes no memory: what the header claims must fit the weights that are really there
  const drawing = build(createBlueprintEngine(), content, { file, layerKinds });
  const unclaimed = new Map(content.tensors);
  for (const [name, tensor] of tensorsOf(drawing)) {
    checkFit(tensor, unclaimed.get(name), { name, file });
    unclaimed.delete(name);
  }
  if (unclaimed.size > 0) {
    throw new FormatError({
      op: "loadModel",
      problem: `the file has tensors that the architecture does not: ${[...unclaimed.keys()].slice(0, 3).join(", ")}`,
      file,
    });
  }
  checkCard(content.card, drawing, { file });
  const model = build(engine, content, { file, layerKinds });
  for (const [name, tensor] of tensorsOf(model)) tensor.data.set((content.tensors.get(name) as StoredTensor).data);
  model.card = content.card;
  return model;
}

/** All that a file holds: the model's tensors, and those of its refusal's head. */
function* tensorsOf(model: Model): Generator<[string, Tensor]> {
  yield* model.tensors();
  for (const [name, tensor] of model.refusal?.head.tensors() ?? []) yield [`${REFUSAL}${name}`, tensor];
}

/** More layers than any network has, and few enough to be built in a moment. */
const MOST_LAYERS = 10_000;

function build<Own extends { type: string }>(
  engine: Engine,
  { architecture, refusal }: ModelFile,
  { file, layerKinds }: { file?: string; layerKinds?: readonly LayerKind<Own>[] },
): Model {
  const problem = "the architecture in the file cannot be built";
  const want = "a model file written by saveModel";
  if (countLayers(architecture.layers) > MOST_LAYERS) {
    throw new FormatError({
      op: "loadModel",
      problem: `${problem}: it has more than ${MOST_LAYERS} layers`,
      file,
      want,
    });
  }
  try {
    const model = buildModel(engine, architecture, { rng: null, layerKinds });
    if (refusal !== null) {
      model.refusal = new Refusal(buildHead(engine, model, { units: refusal.units, rng: null }), refusal);
    }
    return model;
  } catch (error) {
    if (!(error instanceof InklingError) || error instanceof MemoryError) throw error;
    throw new FormatError({ op: "loadModel", problem: `${problem}: ${error.problem}`, file, want, fix: error.fix });
  }
}

/** All layers, those within others too; at most one more than there may be, or blocks in blocks would exhaust the stack. */
function countLayers(layers: readonly unknown[]): number {
  let count = 0;
  const waiting: unknown[] = [layers];
  while (waiting.length > 0 && count <= MOST_LAYERS) {
    const next = waiting.pop();
    if (Array.isArray(next)) waiting.push(...next.slice(0, MOST_LAYERS + 1));
    else if (isObject(next)) {
      count++;
      for (const inner of Object.values(next)) if (Array.isArray(inner)) waiting.push(inner);
    }
  }
  return count;
}

/**
 * @param place.dtype what the numbers must be stored as; default F32
 * @throws {FormatError} when stored numbers are of another kind, or not of the tensor's shape
 */
export function checkFit(
  { shape }: Tensor,
  source: StoredTensor | undefined,
  { op = "loadModel", dtype = "F32", name, file }: { op?: string; dtype?: "F32" | "F64"; name: string; file?: string },
): asserts source is StoredTensor {
  if (source?.dtype === dtype && sameShape(source.shape, shape)) return;
  throw new FormatError({
    op,
    problem: `tensor ${name} does not fit the architecture`,
    file,
    got: source === undefined ? "nothing by this name" : `${source.dtype} ${formatShape(source.shape)}`,
    want: `${dtype} ${formatShape(shape)}`,
    fix: "was this file made by another architecture, or an engine of another precision?",
  });
}

export interface ModelFile {
  architecture: Architecture;
  card: ModelCard;
  /** Null for a model that answers whatever it is shown. */
  refusal: RefusalSettings | null;
  tensors: ReadonlyMap<string, StoredTensor>;
}

/** What a model file says, without an engine. @throws {FormatError} when the bytes are no model file */
export function readModelFile(bytes: Uint8Array, { file }: { file?: string } = {}): ModelFile {
  const { tensors, metadata } = decodeSafetensors(bytes, { file });
  const what = "safetensors file is no Inkling model";
  checkFormat(metadata, { op: "loadModel", file, what, format: FORMAT, version: VERSION });
  const read = metadataReader(metadata, { op: "loadModel", file });
  const refusal = read("refusal", isRefusal, "units and a finite threshold, or nothing");
  return { ...readCard(metadata, { file }), refusal, tensors };
}

const isRefusal = (value: unknown): value is RefusalSettings | null =>
  value === null || (isObject(value) && Number.isSafeInteger(value.units) && Number.isFinite(value.threshold));

/**
 * "sha256:…" over all parameters and running statistics, f32 little-endian, in declaration order: two models with the
 * same hash are the same to the last bit.
 */
export async function hashWeights(model: Model): Promise<string> {
  const tensors = [...model.tensors()].map(([, tensor]) => tensor);
  const bytes = new Uint8Array(tensors.reduce((sum, { size }) => sum + 4 * size, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const { data } of tensors) {
    for (const value of data) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return `sha256:${await platform.sha256(bytes)}`;
}
