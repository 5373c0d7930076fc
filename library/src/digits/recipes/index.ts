/** All recipes, for digits from the simplest up, then for other data. A new one is a new file and a line here. */
import { SettingError } from "#base";
import { best } from "./best.ts";
import { cnn } from "./cnn.ts";
import { deepMlp } from "./deep-mlp.ts";
import { ensemble } from "./ensemble.ts";
import { kerasConvnet } from "./keras-convnet.ts";
import { linear } from "./linear.ts";
import { mlpPlain } from "./mlp-plain.ts";
import { mlp } from "./mlp.ts";
import type { Recipe } from "./recipe.ts";
import { resnetSmall } from "./resnet-small.ts";
import { table } from "./table.ts";
import { tiny } from "./tiny.ts";

export { trainingOf } from "./recipe.ts";
export type { EnsembleRecipe } from "./ensemble.ts";
export type { Recipe } from "./recipe.ts";
export { best, cnn, deepMlp, ensemble, kerasConvnet, linear, mlp, mlpPlain, resnetSmall, table, tiny };

export const recipes: readonly Recipe[] = [
  linear,
  mlpPlain,
  mlp,
  tiny,
  cnn,
  best,
  kerasConvnet,
  deepMlp,
  resnetSmall,
  table,
];

export const recipeNames: readonly string[] = recipes.map(({ name }) => name);

/** The recipe of this name, as a copy that may be changed. @throws {SettingError} naming all recipes */
export function findRecipe(name: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.name === name);
  if (recipe === undefined) {
    throw new SettingError({
      op: "findRecipe",
      problem: `there is no recipe "${name}"`,
      setting: "name",
      value: name,
      want: `one of ${recipeNames.join(", ")}`,
    });
  }
  return structuredClone(recipe);
}
