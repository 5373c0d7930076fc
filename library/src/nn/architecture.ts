/**
 * An architecture is data: the shape of a sample, and a list of layers by name. Input sizes are inferred, so the list
 * says only what a person decided, and it can be printed, edited, stored in a file and sent in a link.
 */
import { checkShape, nearest, SettingError, ShapeError } from "#base";
import type { Rng, Shape } from "#base";
import type { Engine } from "#engine";
import { parametersOf } from "./chain.ts";
import type { Layer, LayerKind } from "./layer.ts";
import { elu, gelu, leakyRelu, relu, sigmoid, softmax, tanh } from "./layers/activation.ts";
import { batchNorm } from "./layers/batch-norm.ts";
import { conv2d } from "./layers/conv2d.ts";
import { dense } from "./layers/dense.ts";
import { dropout } from "./layers/dropout.ts";
import { flatten } from "./layers/flatten.ts";
import { layerNorm } from "./layers/layer-norm.ts";
import { averagePool2d, globalAveragePool2d, maxPool2d } from "./layers/pool2d.ts";
import { residual } from "./layers/residual.ts";

/** Every kind of layer that an architecture may name. */
const kinds = [
  dense,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  residual,
  batchNorm,
  layerNorm,
  dropout,
  flatten,
  relu,
  leakyRelu,
  elu,
  gelu,
  sigmoid,
  tanh,
  softmax,
] as const;

type DescriptionOf<Kind> = Kind extends LayerKind<infer Description> ? Description : never;

/** One layer of an architecture, e.g. `{ type: "dense", units: 128 }`. */
export type LayerDescription = DescriptionOf<(typeof kinds)[number]>;

export interface Architecture {
  /** The shape of one sample, without the batch, e.g. [28, 28, 1]. */
  input: Shape;
  layers: readonly LayerDescription[];
}

/** An architecture on its way to a model: a layer may stand there ready made, or be of a kind of the user's own. */
export interface Draft<Own extends { type: string } = never> {
  input: Shape;
  layers: readonly (LayerDescription | Layer | Own)[];
}

/** The names that `type` may have. */
export const layerTypes: readonly string[] = kinds.map(({ type }) => type);

/** Any kind; each is only ever handed descriptions of its own type. */
type AnyKind = LayerKind<{ type: string }>;

/**
 * The layers of an architecture, each built for the shape that arrives at it.
 *
 * @param layerKinds kinds of the user's own, which go ahead of ours
 * @throws {SettingError} when a layer is unknown, or one of its settings is out of range; it names the layer's place
 * @throws {ShapeError} when a layer cannot take what the one before it makes
 */
export function buildLayers<Own extends { type: string } = never>(
  engine: Engine,
  architecture: Draft<Own>,
  rng: Rng | null,
  layerKinds: readonly LayerKind<Own>[] = [],
): Layer[] {
  checkStructure(architecture);
  checkShape("architecture", architecture.input);
  if (architecture.layers.length === 0) {
    throw new SettingError({
      op: "architecture",
      problem: "there are no layers",
      setting: "layers",
      value: [],
      want: "at least one layer",
    });
  }
  const kindByType = new Map<string, AnyKind>([...kinds, ...layerKinds].map((kind) => [kind.type, kind]));
  const layers = buildChain(architecture.layers, architecture.input, { engine, rng, kindByType, place: "layers" });
  const twice = layers.findIndex((layer, index) => layers.indexOf(layer) !== index);
  if (twice === -1) {
    gatherParameters(
      engine,
      layers.filter((_, index) => !isLayer(architecture.layers[index])),
    );
    return layers;
  }
  throw new SettingError({
    op: "architecture",
    problem: `layers.${twice} is the same layer as layers.${layers.indexOf(layers[twice])}`,
    setting: `layers.${twice}`,
    value: null,
    got: "one object in two places",
    want: "a layer of its own in each place: its weights are counted, decayed and averaged once",
  });
}

/** All parameters beside one another, those that decay first: an update then moves them in one or two goes. */
function gatherParameters(engine: Engine, layers: readonly Layer[]): void {
  const parameters = [...parametersOf(layers)].map(([, parameter]) => parameter).filter(({ gathered }) => !gathered);
  engine.gather([...parameters.filter(({ decays }) => decays), ...parameters.filter(({ decays }) => !decays)]);
}

/** The same as plain data: of a layer that stands there ready made, what it says of itself. */
export function describeLayers({ input, layers }: Draft<{ type: string }>): Architecture {
  const described = layers.map((layer) =>
    isLayer(layer) ? (layer.description ?? { type: layer.constructor.name || "custom" }) : layer,
  );
  return { input, layers: described as LayerDescription[] };
}

function isLayer(value: object): value is Layer {
  return "forward" in value && typeof value.forward === "function";
}

/** Layers in a row, each with a random stream of its own. */
function buildChain(
  layers: readonly ({ type: string } | Layer)[],
  firstShape: Shape,
  site: { engine: Engine; rng: Rng | null; kindByType: ReadonlyMap<string, AnyKind>; place: string },
): Layer[] {
  const { engine, rng, kindByType } = site;
  let inputShape = firstShape;
  checkDepth(site.place);
  return layers.map((entry, index) => {
    const place = `${site.place}.${index}`;
    checkEntry(entry, place);
    try {
      const layer = isLayer(entry)
        ? entry
        : kindOf(entry, place, kindByType).build(entry, {
            engine,
            inputShape,
            rng: rng?.stream(index) ?? null,
            chain: (name, inner, own) =>
              buildChain(inner, inputShape, { engine, kindByType, rng: own, place: `${place}.${name}` }),
          });
      inputShape = layer.outputShape(inputShape);
      return layer;
    } catch (error) {
      throw placed(error, place);
    }
  });
}

/** Blocks within blocks, deeper than any network has them: what builds and reads them must come to an end. */
const DEEPEST = 50;

function checkDepth(place: string): void {
  const depth = place.split(".").length;
  if (depth <= 2 * DEEPEST) return;
  throw new SettingError({
    op: "architecture",
    problem: "blocks lie too deep within blocks",
    setting: "layers",
    value: null,
    got: `more than ${DEEPEST} levels`,
    want: `at most ${DEEPEST}`,
  });
}

function kindOf({ type }: { type: string }, place: string, kindByType: ReadonlyMap<string, AnyKind>): AnyKind {
  const kind = kindByType.get(type);
  if (kind !== undefined) return kind;
  const near = nearest(type, kindByType.keys());
  throw new SettingError({
    op: "architecture",
    problem: `${place}: nobody knows a layer "${type}"`,
    setting: `${place}.type`,
    value: type,
    want: `one of ${[...kindByType.keys()].join(", ")}`,
    fix: near === null ? "a layer of your own is made known by its kind: layerKinds" : `did you mean "${near}"?`,
  });
}

/** JSON from a person's hand may be anything. */
function checkStructure({ input, layers }: Draft<{ type: string }>): void {
  if (!Array.isArray(input)) refuse("input", input, "a list of lengths such as [28, 28, 1]");
  if (!Array.isArray(layers)) refuse("layers", layers, 'a list such as [{ "type": "flatten" }]');
}

function checkEntry(entry: unknown, place: string): void {
  const isObject = typeof entry === "object" && entry !== null;
  if (isObject && (isLayer(entry) || typeof (entry as { type?: unknown }).type === "string")) return;
  refuse(place, entry, 'an object with a type, such as { "type": "relu" }');
}

function refuse(setting: string, value: unknown, want: string): never {
  throw new SettingError({
    op: "architecture",
    problem: `${setting} is not what it should be`,
    setting,
    value,
    want,
  });
}

/** The same error, with the layer's place in the list; one that already has a place keeps it. */
function placed(error: unknown, place: string): unknown {
  const op = "architecture";
  if (error instanceof SettingError && error.op !== op) {
    const { got, want, fix, value } = error;
    const problem = `${place}: ${error.op}: ${error.problem}`;
    return new SettingError({ op, problem, setting: `${place}.${error.setting}`, value, got, want, fix });
  }
  if (error instanceof ShapeError && error.op !== op) {
    const { shapes, want, fix } = error;
    return new ShapeError({ op, problem: `${place}: ${error.op}: ${error.problem}`, shapes, want, fix });
  }
  return error;
}
