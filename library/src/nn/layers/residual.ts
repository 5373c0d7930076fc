/**
 * A residual block: its layers learn what to add to their input, not what to make of it. Whatever they do, the input goes
 * past them unchanged; and backwards the gradient goes past them too, so that it reaches the first layers of a deep
 * network as strong as the last ones.
 *
 * `y = F(x) + S(x)`, so `dL/dx = dL/dy·(F′(x) + S′(x))`, where S is the identity: S′ = 1
 *
 * Where F changes the shape, S must too: a *shortcut* of its own, such as a 1×1 convolution.
 *
 * @see [He16]
 */
import { checkSettings, sameShape, ShapeError, SettingError, sizeOf } from "#base";
import type { Field, Shape } from "#base";
import { add } from "#engine";
import type { Parameter, Tensor } from "#engine";
import type { LayerDescription } from "../architecture.ts";
import { flopsOf, named, outputShapeOf, parametersOf, resultsOf, smallestBatchOf, statisticsOf } from "../chain.ts";
import type { Layer, LayerKind, Pass } from "../layer.ts";

export interface ResidualDescription {
  type: "residual";
  /** F, the way through; at least one layer. */
  layers: readonly LayerDescription[];
  /** S, the way past; default none, which hands x on as it is. */
  shortcut?: readonly LayerDescription[];
}

/**
 * `y = F(x) + S(x)`. Its parameters are named after their way and place: "layers.0.weight", "shortcut.0.weight".
 *
 * Shapes: x [batch, …] → what F makes of it; S must make the same of it
 *
 * @throws {ShapeError} when the two ways end in different shapes
 */
export class Residual implements Layer {
  readonly repeatable: boolean;
  readonly layers: readonly Layer[];
  readonly shortcut: readonly Layer[];
  readonly parameters: Record<string, Parameter>;
  readonly statistics: Record<string, Tensor>;

  constructor(layers: readonly Layer[], shortcut: readonly Layer[] = []) {
    this.layers = layers;
    this.shortcut = shortcut;
    this.repeatable = [...layers, ...shortcut].every((layer) => layer.repeatable === true);
    const ofBoth = <T>(list: (layers: readonly Layer[]) => [string, T][]): Record<string, T> =>
      Object.fromEntries([
        ...named("layers", Object.fromEntries(list(layers))),
        ...named("shortcut", Object.fromEntries(list(shortcut))),
      ]);
    this.parameters = ofBoth(parametersOf);
    this.statistics = ofBoth(statisticsOf);
  }

  outputShape(inputShape: Shape): Shape {
    const through = outputShapeOf(this.layers, inputShape);
    const past = outputShapeOf(this.shortcut, inputShape);
    if (sameShape(through, past)) return through;
    throw new ShapeError({
      op: "residual",
      problem: "the way through and the way past end in different shapes, which cannot be added",
      shapes: { sample: inputShape, layers: through, shortcut: past },
      want: "equal shapes",
      fix:
        this.shortcut.length === 0 && inputShape.length === 3 && through.length === 3
          ? `give it a shortcut such as [{ "type": "conv2d", "filters": ${through[2]}, "size": 1, "stride": ${Math.ceil(inputShape[0] / through[0])} }]`
          : undefined,
    });
  }

  forward(x: Tensor, { training, rng, step }: Pass): Tensor {
    const passOf = (way: string): Pass => ({ training, rng: rng?.stream(way) ?? null, step });
    const through = resultsOf(this.layers, x, passOf("layers")).at(-1) ?? x;
    const past = resultsOf(this.shortcut, x, passOf("shortcut")).at(-1) ?? x;
    return add<Shape, Shape>(through, past);
  }

  smallestBatch(inputShape: Shape): number {
    return Math.max(smallestBatchOf(this.layers, inputShape), smallestBatchOf(this.shortcut, inputShape));
  }

  /** Both ways, and one addition for each number of the result. */
  flops(inputShape: Shape): number {
    const sums = sizeOf(this.outputShape(inputShape));
    return flopsOf(this.layers, inputShape) + flopsOf(this.shortcut, inputShape) + sums;
  }
}

export const residual: LayerKind<ResidualDescription> = {
  type: "residual",
  build(description, { rng, chain }) {
    const { layers, shortcut } = checkSettings("residual", description, {
      layers: listOfLayers(),
      shortcut: listOfLayers([]),
    });
    if (layers.length === 0) {
      throw new SettingError({
        op: "residual",
        problem: "there is nothing to learn",
        setting: "layers",
        value: layers,
        want: "at least one layer",
      });
    }
    const block = (name: string, list: readonly LayerDescription[]) => chain(name, list, rng?.stream(name) ?? null);
    return new Residual(block("layers", layers), block("shortcut", shortcut));
  },
};

function listOfLayers(fallback?: readonly LayerDescription[]): Field<readonly LayerDescription[]> {
  return {
    fits: (value): value is readonly LayerDescription[] => Array.isArray(value),
    want: 'a list of layers such as [{ "type": "relu" }]',
    fallback,
  };
}
