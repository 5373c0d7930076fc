/** What a run was started with, and what was changed since: `config.json` in its folder. */
import { z } from "zod";
import type { Recipe } from "inkling/digits";
import { UsageFailure } from "./failure.ts";
import { positive, recipe } from "./recipe-schema.ts";

const runConfiguration = z.strictObject({
  recipe: recipe.omit({ $schema: true }),
  seed: z.int().min(0),
  validation: z.int().min(0),
  test: z.boolean(),
  data: z.string().nullable(),
  kernels: z.enum(["fast", "reference"]),
  module: z.enum(["auto", "simd", "relaxed-simd"]),
  changes: z.array(z.strictObject({ step: z.int().min(0), learningRate: positive })),
});

export interface RunConfiguration {
  recipe: Recipe;
  seed: number;
  /** Training digits held out. */
  validation: number;
  /** Whether the test files are opened at the end. */
  test: boolean;
  /** The folder of --data, or null: then it is looked for. */
  data: string | null;
  kernels: "fast" | "reference";
  module: "auto" | "simd" | "relaxed-simd";
  /** New peaks of the learning rate, each from the update after `step` on. */
  changes: { step: number; learningRate: number }[];
}

/** The configuration of a run from its file. @throws {UsageFailure} when somebody has edited it beyond recognition */
export function parseRunConfiguration(value: unknown, { op }: { op: string }): RunConfiguration {
  const result = runConfiguration.safeParse(value);
  // as it was written: a checkpoint compares settings by their text, and there the order of keys counts
  if (result.success) return value as RunConfiguration;
  throw new UsageFailure({
    op,
    problem: "this is not the configuration of a run",
    got: z.prettifyError(result.error).split("\n").slice(0, 2).join(" ").trim(),
    want: "config.json as `inkling train` wrote it",
  });
}
