/** Writes the JSON Schema of recipes beside the built command; editors read it by the "$schema" of a printed recipe. */
import { writeFileSync } from "node:fs";
import { recipeSchema } from "../dist/recipe-schema.js";

const path = new URL("../dist/recipe.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(recipeSchema(), null, 2)}\n`);
