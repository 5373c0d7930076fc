/**
 * The command checks recipes by a schema of its own, so that a mistake is named with its place before anything begins.
 * These tests hold it to the library: every name and every setting that the library knows, the schema knows too.
 */
import { createEngine, InklingError, Optimizer } from "inkling";
import { findRecipe, recipes } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import { buildModel, layerTypes } from "inkling/nn";
import type { LayerDescription } from "inkling/nn";
import { optimizerTypes } from "inkling/optim";
import type { OptimizerDescription } from "inkling/optim";
import { describe, expect, it } from "vitest";
import { setValues } from "../src/recipe-assignments.ts";
import { keysAt, wordsAt } from "../src/recipe-places.ts";
import { parseRecipe } from "../src/recipe-text.ts";

const engine = await createEngine({ kernels: "reference" });
const inLayer = ["architecture", "layers", 0];
const withLayer = (layer: object) => ({ architecture: { layers: [layer] } });

/** The settings that the library takes, asked by one that nobody knows: it answers with those that it does. */
function knownSettings(give: (stranger: object) => unknown): string[] {
  try {
    give({ nobodyKnows: 1 });
  } catch (error) {
    if (!(error instanceof InklingError)) throw error;
    if (error.want === "no settings") return [];
    const [, names] = /^only (.+)$/.exec(error.want ?? "") ?? [];
    if (names !== undefined) return names.split(", ");
  }
  throw new Error("the stranger was not refused");
}

describe("the schema and the library", () => {
  it("know the same layers", () => {
    expect(wordsAt(withLayer({}), [...inLayer, "type"]).toSorted()).toEqual([...layerTypes].toSorted());
  });

  it.each([...layerTypes])("agree on the settings of the layer %s", (type) => {
    const settings = knownSettings((stranger) => {
      const layers = [{ type, ...stranger } as unknown as LayerDescription];
      return buildModel(engine, { input: [8, 8, 2], layers }, { rng: null });
    });
    const keys = keysAt(withLayer({ type }), inLayer).filter((key) => key !== "type");
    expect(keys.toSorted()).toEqual(settings.toSorted());
  });

  it("know the same optimizers", () => {
    expect(wordsAt({}, ["optimizer", "type"]).toSorted()).toEqual([...optimizerTypes].toSorted());
  });

  it.each([...optimizerTypes])("agree on the settings of the optimizer %s", (type) => {
    const settings = knownSettings((stranger) => {
      return new Optimizer(new Map(), { type, learningRate: 0.1, ...stranger } as unknown as OptimizerDescription);
    });
    const keys = keysAt({ optimizer: { type } }, ["optimizer"]).filter((key) => key !== "type");
    expect(keys.toSorted()).toEqual(settings.toSorted());
  });

  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))("agree on the recipe %s", (_, recipe) => {
    expect(parseRecipe(structuredClone(recipe), { op: "test" })).toEqual(recipe);
  });
});

describe("layers within layers", () => {
  const nested = {
    type: "residual",
    layers: [{ type: "conv2d", filters: 4, size: 3, padding: "same" }, { type: "relu" }],
    shortcut: [{ type: "conv2d", filters: 4, size: [1, 1] }],
  };
  const base = (): Recipe => {
    const recipe: unknown = {
      ...findRecipe("mlp"),
      architecture: { input: [28, 28, 1], layers: [{ type: "relu" }, nested] },
    };
    return recipe as Recipe;
  };
  const refused = (...assignments: string[]) => {
    try {
      return setValues(base(), assignments);
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("are set by their paths", () => {
    const changed = setValues(base(), [
      "architecture.layers.1.layers.0.filters=8",
      "architecture.layers.1.layers.0.size=[5,3]",
      "architecture.layers.1.shortcut.0.size.1=2",
      "architecture.layers.1.layers.1.type=leakyRelu",
      "architecture.layers.1.layers.1.slope=0.2",
    ]);
    expect(changed.architecture.layers[1]).toEqual({
      type: "residual",
      layers: [
        { type: "conv2d", filters: 8, size: [5, 3], padding: "same" },
        { type: "leakyRelu", slope: 0.2 },
      ],
      shortcut: [{ type: "conv2d", filters: 4, size: [1, 2] }],
    });
  });

  it("are named by their place when something is wrong in them", () => {
    expect(refused("architecture.layers.1.layers.0.filter=8")).toMatchInlineSnapshot(`
      "--set: there is no "architecture.layers.1.layers.0.filter"
        want  architecture.layers.1.layers.0 with type, filters, size, stride, padding, bias, initializer
        fix   did you mean architecture.layers.1.layers.0.filters?"
    `);
    expect(refused("architecture.layers.1.layers.2.filters=8")).toMatchInlineSnapshot(`
      "--set: architecture.layers.1.layers has no place 2
        want  0 to 1"
    `);
    expect(refused("architecture.layers.1.layers.0.padding=full")).toMatchInlineSnapshot(`
      "--set: architecture.layers.1.layers.0.padding cannot be "full"
        want  one of valid, same, or a whole number of at least 0"
    `);
    expect(refused("architecture.layers.1.layers.0.size=[3,3,3]")).toMatchInlineSnapshot(`
      "--set: architecture.layers.1.layers.0.size cannot be [3,3,3]
        want  a whole number of at least 1, or a list of 2, in brackets"
    `);
    expect(refused("architecture.layers.1.layers.0.filters=0")).toMatchInlineSnapshot(`
      "--set: architecture.layers.1.layers.0.filters cannot be 0
        want  a whole number of at least 1"
    `);
    expect(refused("architecture.layers.1.layers.0.type=conv")).toMatchInlineSnapshot(`
      "--set: architecture.layers.1.layers.0.type cannot be "conv"
        want  one of dense, conv2d, maxPool2d, averagePool2d, globalAveragePool2d, batchNorm, layerNorm, dropout, flatten, residual, relu, leakyRelu, elu, gelu, sigmoid, tanh, softmax"
    `);
    expect(refused("architecture.layers.1.layers=[]")).toMatchInlineSnapshot(`
      "--set: architecture.layers.1.layers cannot be []
        want  a list of at least 1, in brackets"
    `);
    expect(refused("architecture.layers.0.layers.0.filters=3")).toMatchInlineSnapshot(`
      "--set: there is no "architecture.layers.0.layers"
        want  architecture.layers.0 with type"
    `);
  });
});

describe("choices of a training", () => {
  it("are set one by one: loss, penalty, longest weights, averaging", () => {
    const changed = setValues(findRecipe("mlp"), [
      "loss.labelSmoothing=0.1",
      "penalty.l2=0.001",
      "maxNorm=3",
      "averaging.decay=0.99",
      "optimizer.type=rmsProp",
    ]);
    expect(changed).toMatchObject({
      loss: { type: "crossEntropy", labelSmoothing: 0.1 },
      penalty: { l2: 0.001 },
      maxNorm: 3,
      averaging: { decay: 0.99 },
      optimizer: { type: "rmsProp", learningRate: 0.006, weightDecay: 0.01 },
    });
  });

  it("know what belongs to which loss", () => {
    expect(setValues(findRecipe("mlp"), ["loss.type=huber", "loss.delta=2"]).loss).toEqual({ type: "huber", delta: 2 });
    expect(() => setValues(findRecipe("mlp"), ["loss.delta=2"])).toThrowErrorMatchingInlineSnapshot(`
      [UsageFailure: --set: there is no "loss.delta"
        want  loss with type, labelSmoothing]
    `);
    expect(() => setValues(findRecipe("mlp"), ["loss.type=hubert"])).toThrowErrorMatchingInlineSnapshot(`
      [UsageFailure: --set: loss.type cannot be "hubert"
        want  one of crossEntropy, binaryCrossEntropy, meanSquaredError, huber
        fix   did you mean huber?]
    `);
  });
});
