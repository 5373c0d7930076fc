/**
 * A recipe as text: its schema, the reading of CONFIG.json files, and `--set path=value`.
 *
 * The schema is strict: a key that nobody knows is an error and not a wish that is silently ignored. The same schema,
 * as JSON Schema, lets editors complete and check a recipe while it is written.
 */
import { z } from "zod";
import type { Recipe } from "inkling/digits";
import { UsageFailure } from "./failure.ts";
import { nearest } from "./suggestion.ts";

const positive = z.number().positive();
const whole = z.int().min(1);
const fraction = z.number().min(0).lt(1);
const part = z.number().min(0).max(1);
const decay = z.number().min(0).describe("Decoupled weight decay of the weights, per step and learning rate.");
const peak = positive.describe("The size of a step: the schedule's peak.");
const warmup = fraction.describe("The part of all steps over which the rate rises.");

const layer = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("dense"),
    units: whole.describe("How many outputs."),
    bias: z.boolean().optional().describe("Default true. Ahead of a batch norm it would be without effect."),
    initializer: z
      .enum(["heUniform", "heNormal", "glorotUniform", "glorotNormal", "lecunUniform", "lecunNormal"])
      .optional()
      .describe("How the weights start; default heUniform."),
  }),
  z.strictObject({
    type: z.literal("batchNorm"),
    momentum: part.optional().describe("How much of each batch enters the running averages; default 0.1."),
    epsilon: positive.optional().describe("Added to the variance before the root; default 1e-5."),
  }),
  z.strictObject({
    type: z.literal("dropout"),
    rate: fraction.describe("The part of the numbers that is put out in training."),
  }),
  z.strictObject({ type: z.literal("flatten") }),
  z.strictObject({ type: z.literal("relu") }),
  z.strictObject({ type: z.literal("sigmoid") }),
  z.strictObject({ type: z.literal("tanh") }),
  z.strictObject({ type: z.literal("softmax") }),
]);

const betas = {
  beta1: fraction.optional().describe("Default 0.9."),
  beta2: fraction.optional().describe("Default 0.999."),
  epsilon: positive.optional().describe("Default 1e-8."),
};
const velocity = fraction.optional().describe("The part of the velocity that is kept; default 0.9.");

const optimizer = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("sgd"), learningRate: peak, weightDecay: decay.optional() }),
  z.strictObject({
    type: z.literal("momentum"),
    learningRate: peak,
    momentum: velocity,
    weightDecay: decay.optional(),
  }),
  z.strictObject({
    type: z.literal("nesterov"),
    learningRate: peak,
    momentum: velocity,
    weightDecay: decay.optional(),
  }),
  z.strictObject({ type: z.literal("adam"), learningRate: peak, ...betas }),
  z.strictObject({ type: z.literal("adamw"), learningRate: peak, ...betas, weightDecay: decay.optional() }),
]);

const schedule = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant"), warmup: warmup.optional() }),
  z.strictObject({
    type: z.literal("step"),
    every: whole.describe("In epochs."),
    factor: part.optional().describe("Default 0.1."),
    warmup: warmup.optional(),
  }),
  z.strictObject({
    type: z.literal("cosine"),
    final: part.optional().describe("The factor at the end; default 0."),
    warmup: warmup.optional(),
  }),
  z.strictObject({
    type: z.literal("oneCycle"),
    warmup: warmup.optional(),
    start: part.optional().describe("The factor of the first step; default 0.04."),
    final: part.optional().describe("The factor after the last step; default 0."),
  }),
]);

const recipe = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,63}$/)
    .describe("Letters, digits, - and _; runs are called after it."),
  summary: z.string().default("").describe("One line: what it is and what to expect of it."),
  data: z.literal("mnist").default("mnist"),
  architecture: z.strictObject({
    input: z.array(whole).min(1).max(4).describe("The shape of one sample: [28, 28, 1]."),
    layers: z.array(layer).min(1),
  }),
  optimizer,
  schedule,
  batchSize: whole.describe("Samples per step."),
  epochs: whole.describe("Passes over the training samples; they set the schedule's length."),
  loss: z
    .strictObject({ type: z.literal("crossEntropy").default("crossEntropy"), labelSmoothing: fraction.optional() })
    .optional(),
  clipNorm: positive.optional().describe("The largest L2 norm of all gradients together; default: no limit."),
  augmentation: z
    .array(z.strictObject({ type: z.literal("shift"), pixels: z.int().min(0).max(27) }))
    .optional()
    .describe("Changes to the training pictures, in this order."),
  earlyStopping: z
    .strictObject({ patience: whole, minimumImprovement: z.number().min(0).optional() })
    .optional()
    .describe("Ends the training when the validation loss no longer falls."),
});

/** A JSON Schema, as far as it is walked here. */
interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
}

/** The JSON Schema of recipes, for editors. */
export function recipeSchema(): Record<string, unknown> {
  return { title: "A recipe of Inkling", ...z.toJSONSchema(recipe, { io: "input" }) };
}

/**
 * A recipe from parsed JSON.
 *
 * @param options.op where it came from: a file's name or an option
 * @throws {UsageFailure} naming the place, what stands there and what may
 */
export function parseRecipe(value: unknown, { op }: { op: string }): Recipe {
  const result = recipe.safeParse(value);
  if (!result.success) throw issueFailure(result.error.issues[0], value, op);
  const { $schema: _, ...parsed } = result.data;
  return parsed;
}

/** JSON text, or a failure that says where it breaks off. */
/** A recipe has some thousand characters; brackets within brackets by the hundred thousand would exhaust the stack. */
const LONGEST = 100_000;

export function parseJson(text: string, { op }: { op: string }): unknown {
  try {
    if (text.length > LONGEST) throw new RangeError(`${text.length} characters`);
    return JSON.parse(text);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageFailure({
      op,
      problem: "this is not JSON",
      got,
      want: "a recipe as `inkling recipe mlp` prints it",
    });
  }
}

/**
 * A copy of a recipe with values set by their paths, e.g. `optimizer.weightDecay=0.01` or `architecture.layers.1.units=64`.
 * Values are JSON; what is no JSON is taken as text, and null takes a key away.
 *
 * @throws {UsageFailure} when a path leads nowhere or the value does not fit
 */
export function setValues(base: Recipe, assignments: readonly string[]): Recipe {
  const changed: unknown = structuredClone(base);
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    if (equals < 1) {
      throw new UsageFailure({
        op: "--set",
        problem: `"${assignment}" sets nothing`,
        want: "path=value, for instance optimizer.weightDecay=0.01",
      });
    }
    setValue(changed, assignment.slice(0, equals), readValue(assignment.slice(equals + 1)));
  }
  return parseRecipe(changed, { op: "--set" });
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function setValue(root: unknown, path: string, value: unknown): void {
  const schema = z.toJSONSchema(recipe, { io: "input" }) as Schema;
  const names = path.split(".");
  let container = root;
  for (const [depth, name] of names.entries()) {
    const at = names.slice(0, depth);
    if (typeof container !== "object" || container === null) {
      throw new UsageFailure({
        op: "--set",
        problem: `nothing lies inside ${at.join(".")}`,
        got: `${path}, and ${at.join(".")} is ${JSON.stringify(container)}`,
      });
    }
    if (Array.isArray(container)) {
      if (!/^\d+$/.test(name) || Number(name) >= container.length) {
        throw new UsageFailure({
          op: "--set",
          problem: `${at.join(".")} has no place ${name}`,
          want: container.length === 0 ? "the whole list, as JSON" : `0 to ${container.length - 1}`,
        });
      }
    } else {
      const known = keysAt(schema, root, at);
      if (!known.includes(name) && !(Object.hasOwn(container, name) && value === null))
        throw unknownKey({ op: "--set", at, name, known });
    }
    const record = container as Record<string, unknown>;
    if (depth < names.length - 1) {
      record[name] ??= {};
      container = record[name];
    } else if (value === null) {
      if (Array.isArray(container)) container.splice(Number(name), 1);
      else delete record[name];
    } else {
      record[name] = value;
      if (name === "type") forgetStrangers(record, keysAt(schema, root, at));
    }
  }
}

/** Another type has other settings: those of the old one that it does not know go. */
function forgetStrangers(record: Record<string, unknown>, known: readonly string[]): void {
  for (const name of Object.keys(record)) if (!known.includes(name)) delete record[name];
}

function unknownKey({
  op,
  at,
  name,
  known,
}: {
  op: string;
  at: readonly PropertyKey[];
  name: string;
  known: string[];
}) {
  const near = nearest(name, known);
  const path = [...at, near].join(".");
  return new UsageFailure({
    op,
    problem: `nobody knows "${[...at, name].join(".")}"`,
    want: known.length === 0 ? "nothing there" : `${at.length === 0 ? "" : `${at.join(".")} with `}${known.join(", ")}`,
    fix: near === null ? undefined : `did you mean ${path}?`,
  });
}

/** The first thing that is wrong, in our own form. */
function issueFailure(issue: z.core.$ZodIssue, root: unknown, op: string): UsageFailure {
  const schema = z.toJSONSchema(recipe, { io: "input" }) as Schema;
  const at = issue.path;
  if (issue.code === "unrecognized_keys") {
    return unknownKey({
      op,
      at,
      name: issue.keys[0],
      known: keysAt(schema, root, at).filter((key) => key !== "$schema"),
    });
  }
  const place = at.length === 0 ? "the recipe" : at.join(".");
  const value = valueAt(root, at);
  const words = wordsAt(schema, root, at);
  const near = typeof value === "string" ? nearest(value, words) : null;
  return new UsageFailure({
    op,
    problem: value === undefined ? `${place} is missing` : `${place} cannot be ${shorten(JSON.stringify(value))}`,
    want: words.length > 0 ? `one of ${words.join(", ")}` : issue.message.replace(/^(Invalid input|Too \w+): /, ""),
    fix: near === null ? undefined : `did you mean ${near}?`,
  });
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const name of path) {
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[name] : undefined;
  }
  return value;
}

/** The schemas that may hold at a path; where there are alternatives, those that the value's own `type` allows. */
function schemasAt(schema: Schema, root: unknown, path: readonly PropertyKey[]): Schema[] {
  const choose = (candidate: Schema, value: unknown): Schema[] => {
    const alternatives = candidate.oneOf ?? candidate.anyOf;
    if (!alternatives) return [candidate];
    const type = valueAt(value, ["type"]);
    const fitting = alternatives.filter(({ properties }) => properties?.type?.const === type);
    return fitting.length > 0 ? fitting : alternatives;
  };
  let schemas = choose(schema, root);
  path.forEach((name, depth) => {
    const value = valueAt(root, path.slice(0, depth + 1));
    schemas = schemas.flatMap(({ properties, items }) => {
      const next = typeof name === "number" || /^\d+$/.test(String(name)) ? items : properties?.[String(name)];
      return next ? choose(next, value) : [];
    });
  });
  return schemas;
}

function keysAt(schema: Schema, root: unknown, path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(schema, root, path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The words that may stand at a path, when it is one of few. */
function wordsAt(schema: Schema, root: unknown, path: readonly PropertyKey[]): string[] {
  const words = schemasAt(schema, root, path).flatMap(
    (each) => each.enum ?? (each.const === undefined ? [] : [each.const]),
  );
  return [...new Set(words.map(String))];
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** What a run was started with, and what was changed since: `config.json` in its folder. */
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
