// Recipes are data: they survive JSON, follow the house's rules and are found by name.
import { describe, expect, test } from "vitest";
import { fitArchitecture } from "#nn";
import { findRecipe, recipeNames, recipes } from "../../../src/digits/recipes/index.ts";

test("recipes are listed from the simplest up, those for other data last", () => {
  expect(recipeNames).toEqual([
    "linear",
    "mlp-plain",
    "mlp",
    "tiny",
    "cnn",
    "best",
    "keras-convnet",
    "deep-mlp",
    "resnet-small",
    "table",
  ]);
});

test("a recipe that does not exist is answered with those that do", () => {
  expect(() => findRecipe("mpl")).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: findRecipe: there is no recipe "mpl"
      got   name = "mpl"
      want  one of linear, mlp-plain, mlp, tiny, cnn, best, keras-convnet, deep-mlp, resnet-small, table]
  `);
});

test("a recipe found may be changed without changing it for others", () => {
  findRecipe("mlp").optimizer.learningRate = 1;
  expect(findRecipe("mlp").optimizer.learningRate).toBe(6e-3);
});

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))("%s", (name, recipe) => {
  test("is found by its name", () => {
    expect(findRecipe(name)).toEqual(recipe);
  });
  test("survives JSON", () => {
    expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
  });
  test("a dense layer or convolution ahead of a batch norm has no bias, any other has one", () => {
    const { layers } = recipe.architecture;
    layers.forEach((layer, index) => {
      if (layer.type !== "dense" && layer.type !== "conv2d") return;
      expect(layer.bias ?? true).toBe(layers[index + 1]?.type !== "batchNorm");
    });
  });
  test("ends in one logit for each digit, or can be given another end", () => {
    const { data, architecture } = recipe;
    if (data === "mnist") expect(architecture.layers.at(-1)).toEqual({ type: "dense", units: 10 });
    expect(fitArchitecture(architecture, { input: architecture.input, outputs: 3 }).layers).toContainEqual({
      ...architecture.layers.at(-1),
      units: 3,
    });
  });
});
