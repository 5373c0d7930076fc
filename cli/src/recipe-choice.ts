/** A recipe by its name, or from a CONFIG.json, with what the command line changes in it. */
import { readFile } from "node:fs/promises";
import { nearest } from "inkling";
import { ensemble, findRecipe, recipeNames } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import { fileFailure, UsageFailure } from "./failure.ts";

/**
 * @param word               a recipe's name, or the path of a JSON file: with an ending or a folder in it
 * @param options.assignments of --set, in their order
 * @throws {UsageFailure} when there is no such recipe, or a value does not fit
 */
export async function chooseRecipe(
  word: string,
  { op, assignments }: { op: string; assignments: readonly string[] },
): Promise<Recipe> {
  const recipe = recipeNames.includes(word) ? findRecipe(word) : await readRecipe(word, op);
  if (assignments.length === 0) return recipe;
  const { setValues } = await import("./recipe-assignments.ts");
  return setValues(recipe, assignments);
}

async function readRecipe(word: string, op: string): Promise<Recipe> {
  if (word === ensemble.name) {
    const { member, seeds } = ensemble;
    throw new UsageFailure({
      op,
      problem: `${word} is no single training: it is ${seeds.length} networks of the recipe ${member} that vote`,
      want: `a recipe that makes one network, such as ${member}`,
      fix: `npx inkling reproduce ${word} trains them all; --model, given several times, lets trained ones vote`,
    });
  }
  if (!/[./\\]/.test(word)) {
    const near = nearest(word, recipeNames);
    throw new UsageFailure({
      op,
      problem: `there is no recipe "${word}"`,
      want: `one of ${recipeNames.join(", ")}, or the path of a JSON file`,
      fix: near === null ? undefined : `did you mean ${near}?`,
    });
  }
  const text = await readFile(word, "utf8").catch((error: unknown) => {
    throw fileFailure(error, { op, path: word, want: `a recipe's name (${recipeNames.join(", ")}) or a JSON file` });
  });
  const { parseJson, parseRecipe } = await import("./recipe-text.ts");
  return parseRecipe(parseJson(text, { op: word }), { op: word });
}
