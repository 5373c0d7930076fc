/**
 * An architecture is data: the shape of a sample, and a list of layers by name. Input sizes are inferred, so the list
 * says only what a person decided, and it can be printed, edited, stored in a file and sent in a link.
 */
import { checkShape, SettingError, ShapeError } from "#base";
import type { Rng, Shape } from "#base";
import type { Engine } from "#engine";
import type { Layer, LayerKind } from "./layer.ts";
import { elu, gelu, leakyRelu, relu, sigmoid, softmax, tanh } from "./layers/activation.ts";
import { batchNorm } from "./layers/batch-norm.ts";
import { dense } from "./layers/dense.ts";
import { dropout } from "./layers/dropout.ts";
import { flatten } from "./layers/flatten.ts";
import { layerNorm } from "./layers/layer-norm.ts";

/** Every kind of layer that an architecture may name. */
const kinds = [
  dense,
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

/** The same by name; each kind is only ever handed descriptions of its own type. */
const kindByType = new Map(kinds.map((kind) => [kind.type as string, kind as LayerKind<LayerDescription>]));

/** The names that `type` may have. */
export const layerTypes: readonly string[] = [...kindByType.keys()];

/**
 * The layers of an architecture, each built for the shape that arrives at it.
 *
 * @throws {SettingError} when a layer is unknown, or one of its settings is out of range; it names the layer's place
 * @throws {ShapeError} when a layer cannot take what the one before it makes
 */
export function buildLayers(engine: Engine, architecture: Architecture, rng: Rng | null): Layer[] {
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
  let inputShape = architecture.input;
  return architecture.layers.map((description, index) => {
    const kind = kindByType.get(description.type);
    if (kind === undefined) {
      throw new SettingError({
        op: "architecture",
        problem: `layers.${index}: nobody knows a layer "${description.type}"`,
        setting: `layers.${index}.type`,
        value: description.type,
        want: `one of ${layerTypes.join(", ")}`,
      });
    }
    try {
      const layer = kind.build(description, { engine, inputShape, rng: rng?.stream(index) ?? null });
      inputShape = layer.outputShape(inputShape);
      return layer;
    } catch (error) {
      throw placed(error, index);
    }
  });
}

/** JSON from a person's hand may be anything. */
function checkStructure({ input, layers }: Architecture): void {
  const refuse = (setting: string, value: unknown, want: string): never => {
    throw new SettingError({
      op: "architecture",
      problem: `${setting} is not what it should be`,
      setting,
      value,
      want,
    });
  };
  if (!Array.isArray(input)) refuse("input", input, "a list of lengths such as [28, 28, 1]");
  if (!Array.isArray(layers)) refuse("layers", layers, 'a list such as [{ "type": "flatten" }]');
  for (const [index, layer] of layers.entries()) {
    if (typeof (layer as { type?: unknown } | null)?.type !== "string") {
      refuse(`layers.${index}`, layer, 'an object with a type, such as { "type": "relu" }');
    }
  }
}

/** The same error, with the layer's place in the list. */
function placed(error: unknown, index: number): unknown {
  const op = "architecture";
  if (error instanceof SettingError) {
    const { got, want, fix, value } = error;
    const setting = `layers.${index}.${error.setting}`;
    return new SettingError({
      op,
      problem: `layers.${index}: ${error.op}: ${error.problem}`,
      setting,
      value,
      got,
      want,
      fix,
    });
  }
  if (error instanceof ShapeError) {
    const { shapes, want, fix } = error;
    return new ShapeError({ op, problem: `layers.${index}: ${error.op}: ${error.problem}`, shapes, want, fix });
  }
  return error;
}
