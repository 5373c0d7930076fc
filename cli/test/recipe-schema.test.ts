/**
 * The command checks recipes by a schema of its own, so that a mistake is named with its place before anything begins.
 * These tests hold it to the library: every name and every setting that the library knows, the schema knows too.
 */
import { createEngine, InklingError, Optimizer, Rng, train } from "inkling";
import { augmentationTypes, checkAugmentation, fromArrays } from "inkling/data";
import type { AugmentationDescription } from "inkling/data";
import { findRecipe, recipes, trainingOf } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import { buildModel, layerTypes } from "inkling/nn";
import type { LayerDescription } from "inkling/nn";
import { optimizerTypes } from "inkling/optim";
import type { OptimizerDescription } from "inkling/optim";
import { describe, expect, it } from "vitest";
import { UsageFailure } from "../src/failure.ts";
import { setValues } from "../src/recipe-assignments.ts";
import { keysAt, settingsAt, wordsAt } from "../src/recipe-places.ts";
import { recipe as schema } from "../src/recipe-schema.ts";
import { parseRecipe } from "../src/recipe-text.ts";
import { parseRunConfiguration } from "../src/run-configuration.ts";

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

  it("know the same changes to pictures", () => {
    const words = wordsAt({ augmentation: [{}] }, ["augmentation", 0, "type"]);
    expect(words.toSorted()).toEqual([...augmentationTypes].toSorted());
  });

  it.each([...augmentationTypes])("agree on the settings of the change %s", (type) => {
    const settings = knownSettings((stranger) => {
      return checkAugmentation({ type, ...stranger } as unknown as AugmentationDescription);
    });
    const keys = keysAt({ augmentation: [{ type }] }, ["augmentation", 0]).filter((key) => key !== "type");
    expect(keys.toSorted()).toEqual(settings.toSorted());
  });

  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))("agree on the recipe %s", (_, recipe) => {
    expect(parseRecipe(structuredClone(recipe), { op: "test" })).toEqual(recipe);
  });
});

/** What the kinds of layers, optimizers, schedules and losses cannot do without. */
const needed: Record<string, Record<string, object>> = {
  layer: {
    ...Object.fromEntries(layerTypes.map((type) => [type, {}])),
    dense: { units: 5 },
    conv2d: { filters: 4, size: 3 },
    maxPool2d: { size: 3 },
    averagePool2d: { size: 3 },
    dropout: { rate: 0.5 },
    residual: { layers: [{ type: "relu" }] },
  },
  optimizer: Object.fromEntries(optimizerTypes.map((type) => [type, { learningRate: 0.1 }])),
  schedule: { constant: {}, step: { every: 1 }, cosine: {}, oneCycle: {} },
  augmentation: {
    ...Object.fromEntries(augmentationTypes.map((type) => [type, {}])),
    shift: { pixels: 1 },
    elastic: { amplitude: 0.5 },
    noise: { deviation: 0.1 },
  },
  loss: { crossEntropy: {}, binaryCrossEntropy: {}, meanSquaredError: {}, huber: {} },
};
const kinds = Object.entries(needed).flatMap(([place, own]) =>
  Object.entries(own).map(([type, settings]) => [place, type, settings] as const),
);
const wholes = [
  ["penalty", {}],
  ["averaging", { decay: 0.5 }],
  ["earlyStopping", { patience: 1 }],
] as const;

/** A small recipe with one part of a kind, in the place where it stands. */
function recipeWith(place: string, part: object): Recipe {
  const type = "type" in part ? part.type : undefined;
  const outputs = place === "loss" && type !== "crossEntropy" ? 1 : 3;
  const first = { type: "conv2d", filters: 4, size: 1 };
  const flatten = { type: "flatten" };
  const before = type === "dense" ? [first, flatten] : [first];
  const layers = [...before, ...(place === "layer" ? [part] : []), flatten, { type: "dense", units: outputs }];
  const recipe = {
    name: "test",
    summary: "",
    data: "images",
    architecture: { input: [5, 5, 2], layers },
    optimizer: { type: "sgd", learningRate: 0.1 },
    schedule: { type: "constant" },
    batchSize: 2,
    epochs: 3,
    ...(place === "layer" ? {} : place === "" ? part : { [place]: place === "augmentation" ? [part] : part }),
  };
  return recipe as Recipe;
}

/** Where the part stands in it. */
function pathOf(place: string, type: string): PropertyKey[] {
  if (place === "") return [];
  if (place === "augmentation") return [place, 0];
  return place === "layer" ? ["architecture", "layers", type === "dense" ? 2 : 1] : [place];
}

/** Six small pictures, as the loss wants them. */
function samplesFor(loss: string) {
  const rng = new Rng(1);
  const inputs = Array.from({ length: 6 }, () => Array.from({ length: 50 }, () => rng.normal()));
  const shaped = { inputs, inputShape: [5, 5, 2] };
  if (loss === "meanSquaredError" || loss === "huber") return fromArrays({ ...shaped, targets: [1, 5, -3, 4, 0, 9] });
  return fromArrays({ ...shaped, labels: loss === "binaryCrossEntropy" ? [0, 1, 0, 1, 1, 0] : [0, 1, 2, 1, 2, 0] });
}

function begin(recipe: Recipe) {
  const model = buildModel(engine, recipe.architecture, { rng: new Rng(1) });
  const { training } = samplesFor(recipe.loss?.type ?? "crossEntropy");
  const data = { training, validation: training, test: null };
  return { model, training: train(model, { ...trainingOf(recipe), data, rng: new Rng(1) }) };
}

/** The weights and running averages that the library's training ends with. */
async function trained(recipe: Recipe): Promise<string> {
  const { model, training } = begin(recipe);
  for await (const record of training) if (record.kind === "end") break;
  return JSON.stringify([...model.tensors()].map(([name, { data }]) => [name, ...data]));
}

/** Whether something is done or refused in words; any other error is one of the test. */
function goes(task: () => unknown): boolean {
  try {
    task();
    return true;
  } catch (error) {
    if (error instanceof UsageFailure || error instanceof InklingError) return false;
    throw error;
  }
}

describe("a default that the schema names", () => {
  const others: Record<string, unknown> = { true: false, valid: "same", heUniform: "glorotNormal", 1: 2, 0: 0.5 };
  const told = [...kinds, ...wholes.map(([place, settings]) => [place, "", settings] as const)].flatMap(
    ([place, type, settings]) => {
      const part = type === "" ? settings : { type, ...settings };
      const described = settingsAt(recipeWith(place, part), pathOf(place, type));
      return Object.entries(described).flatMap(([name, description]) => {
        const [, word] = /default (\S+?)\.?$/i.exec(description) ?? [];
        if (word === undefined) return [];
        const value: unknown = /^[\d.e-]+$|^true$/.test(word) ? JSON.parse(word) : word;
        const stated = recipeWith(place, { ...part, [name]: value });
        return schema.safeParse(stated).success ? [{ place, type, name, word, value, part, stated }] : [];
      });
    },
  );

  it("is found in its words", () => {
    expect(told.map(({ place, type, name, word }) => `${place} ${type} ${name} ${word}`)).toContain(
      "optimizer rmsProp decay 0.99",
    );
    expect(told.length).toBe(49);
  });

  it.each(told)("is the library's: $place $type, $name $word", async ({ place, name, word, value, part, stated }) => {
    // what is named is what happens, and something else would be something else
    const usual = await trained(recipeWith(place, part));
    expect(await trained(stated)).toBe(usual);
    const other = others[word] ?? (typeof value === "number" && value > 1e-3 ? (value + 1) / 2 : 0.1);
    expect(await trained(recipeWith(place, { ...part, [name]: other }))).not.toBe(usual);
  });
});

describe("what a setting may be", () => {
  const values = [-1, -0.5, 0, 0.5, 1, 1.5, 2, 1e9, true, "same", [2, 2]];
  const parts = [
    ...kinds.map(([place, type, settings]) => [place, type, { type, ...settings }] as const),
    ...wholes.map(([place, settings]) => [place, "", settings] as const),
    ["", "", { batchSize: 1, epochs: 1, clipNorm: 1, maxNorm: 1 }] as const,
  ];

  it.each(parts)("is the same for both: %s %s", (place, type, part) => {
    const names = place === "" ? Object.keys(part) : keysAt(recipeWith(place, part), pathOf(place, type));
    // bounds of which one must not lie above the other are the library's to compare
    const others = ["type", "layers", "shortcut", "smallest", "largest"];
    for (const name of names.filter((each) => !others.includes(each))) {
      // what is too large for memory or for the picture is the architecture's business, not the schema's
      const tried = values.filter(
        (value) => value !== 1e9 || !["units", "filters", "size", "padding", "pixels"].includes(name),
      );
      for (const value of tried) {
        const recipe = recipeWith(place, { ...part, [name]: value });
        const said = `${place} ${name} ${JSON.stringify(value)}: `;
        const inSchema = schema.safeParse(recipe).success;
        expect(`${said}${inSchema}`).toBe(`${said}${goes(() => begin(recipe))}`);
      }
    }
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

describe("blocks within blocks", () => {
  const deep = (levels: number) => {
    const recipe = findRecipe("resnet-small");
    const text = '{"type":"residual","layers":['.repeat(levels) + '{"type":"relu"}' + "]}".repeat(levels);
    const [first, ...rest] = recipe.architecture.layers;
    const layers = [first, JSON.parse(text) as LayerDescription, ...rest];
    return { ...recipe, architecture: { ...recipe.architecture, layers } };
  };

  it("may lie as deep as anybody needs", () => {
    expect(parseRecipe(deep(40), { op: "mine.json" }).architecture.layers[1].type).toBe("residual");
  });

  it("are refused in words when they would exhaust the stack", () => {
    const parse = () => parseRecipe(deep(1500), { op: "mine.json" });
    expect(parse).toThrowErrorMatchingInlineSnapshot(`
      [UsageFailure: mine.json: blocks lie within blocks, more than 100 levels deep
        want  at most 100 levels of lists and settings within each other
        fix   layers that come one after the other stand in one list]
    `);
    const configuration = { recipe: deep(1500) };
    expect(() => parseRunConfiguration(configuration, { op: "config.json" })).toThrow(/more than 100 levels deep/);
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
