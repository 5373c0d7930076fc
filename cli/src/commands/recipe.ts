/** `inkling recipe NAME` prints a recipe as JSON: the start of a configuration of one's own. */
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Command } from "commander";
import { ensemble, recipes } from "inkling/digits";
import { collect } from "../option-values.ts";
import { printLines, resultColors } from "../output.ts";
import { chooseRecipe } from "../recipe-choice.ts";

export function define(command: Command): void {
  command
    .argument("[name]", "which recipe; without a name all are listed")
    .option("--set <path=value>", "change a value, e.g. optimizer.weightDecay=0.01; may be repeated", collect)
    .option("--schema", "print the JSON Schema of recipes")
    .addHelpText(
      "after",
      "\nExample:\n  npx inkling recipe mlp > mine.json   then edit it, and: npx inkling train mine.json",
    )
    .action(run);
}

async function run(name: string | undefined, options: { set?: string[]; schema?: boolean }): Promise<void> {
  if (options.schema) {
    const { recipeSchema } = await import("../recipe-schema.ts");
    printLines([JSON.stringify(recipeSchema(), null, 2)]);
    return;
  }
  if (name === undefined) {
    const all = [...recipes, ensemble];
    const { bold } = resultColors();
    const width = Math.max(...all.map((recipe) => recipe.name.length));
    printLines(all.map((recipe) => `${bold(recipe.name.padEnd(width))}  ${recipe.summary}`));
    return;
  }
  if (name === ensemble.name && options.set === undefined) return printLines([JSON.stringify(ensemble, null, 2)]);
  const recipe = await chooseRecipe(name, { op: "recipe", assignments: options.set ?? [] });
  // an editor that reads the schema completes keys and marks mistakes while they are typed
  const schema = new URL("../recipe.schema.json", import.meta.url);
  const reference = existsSync(schema) ? { $schema: pathToFileURL(fileURLToPath(schema)).href } : {};
  printLines([JSON.stringify({ ...reference, ...recipe }, null, 2)]);
}
