/** What a run was started with, and what was changed since: `config.json` in its folder. */
import { z } from "zod";
import type { Recipe } from "inkling/digits";
import { UsageFailure } from "./failure.ts";
import { valueAt } from "./recipe-places.ts";
import { positive, recipe } from "./recipe-schema.ts";
import { checkDepth } from "./recipe-text.ts";
import type { TableChoice } from "./table-data.ts";

const runConfiguration = z.strictObject({
  recipe: recipe.omit({ $schema: true }),
  seed: z.int().min(0),
  validation: z.int().min(0).nullable(),
  test: z.boolean(),
  data: z.string().nullable(),
  table: z
    .strictObject({
      target: z.string(),
      omit: z.array(z.string()),
      categories: z.array(z.string()),
      task: z.enum(["classification", "regression"]).nullable(),
      missing: z.enum(["refuse", "drop"]).optional(),
    })
    .optional(),
  kernels: z.enum(["fast", "reference"]),
  module: z.enum(["auto", "simd", "relaxed-simd"]),
  changes: z.array(z.strictObject({ step: z.int().min(0), learningRate: positive })),
});

export interface RunConfiguration {
  recipe: Recipe;
  seed: number;
  /** Samples held out to choose by; null: 5,000 digits, or a tenth of other data. */
  validation: number | null;
  /** Whether the test samples are looked at in the end. */
  test: boolean;
  /** The file or folder of --data, or null: MNIST, which is looked for. */
  data: string | null;
  /** Of a table, what is predicted from what; absent for other data. */
  table?: TableChoice;
  kernels: "fast" | "reference";
  module: "auto" | "simd" | "relaxed-simd";
  /** New peaks of the learning rate, each from the update after `step` on. */
  changes: { step: number; learningRate: number }[];
}

/** The configuration of a run from its file. @throws {UsageFailure} when somebody has edited it beyond recognition */
export function parseRunConfiguration(value: unknown, { op }: { op: string }): RunConfiguration {
  checkDepth(value, { op });
  const result = runConfiguration.safeParse(value);
  // as it was written: a checkpoint compares settings by their text, and there the order of keys counts
  if (result.success) return value as RunConfiguration;
  throw new UsageFailure({
    op,
    problem: "this is not the configuration of a run",
    got: gotIn(value, result.error.issues[0]),
    want: "config.json as `inkling train` wrote it",
  });
}

/** The first thing that does not fit, and what stands there. */
function gotIn(value: unknown, { path, code, ...issue }: z.core.$ZodIssue): string {
  const place = path.length === 0 ? "the whole file" : path.join(".");
  if (code === "unrecognized_keys" && "keys" in issue)
    return `${[...path, issue.keys[0]].join(".")}, which is not one of its settings`;
  const found = valueAt(value, path);
  return found === undefined ? `no ${place}` : `${place} = ${JSON.stringify(found).slice(0, 60)}`;
}
