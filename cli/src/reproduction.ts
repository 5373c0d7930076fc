/** A recipe trained once more, from its first step to the test: one seed of many. */
import { buildModel, evaluate, hashWeights, Rng, saveModel, train } from "inkling";
import type { Engine, Model } from "inkling";
import type { ClassDataset, Splits } from "inkling/data";
import { trainingOf } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import { learnLimits, REFUSED_SHARE } from "./model-limits.ts";
import { originOf } from "./origin.ts";
import { basisOf } from "./results.ts";
import type { Answers, SeedResult } from "./results.ts";
import { clock, rounded } from "./training.ts";

export interface Experiment {
  engine: Engine;
  recipe: Recipe;
  splits: Splits<ClassDataset>;
  signal: AbortSignal;
}

/** How far a seed has come. */
export interface Progress {
  epoch: number;
  seconds: number;
  validationAccuracy: number | null;
}

/** Steps after which the weights tell one engine's bits from another's. */
const STEPS_OF_BASIS = 3;

/** What results rest on: the recipe, the data, and the engine's bits, which a few steps of this very recipe show. */
export async function findBasis(experiment: Experiment): Promise<string> {
  const { recipe, splits } = experiment;
  const { name: _, summary: __, ...choices } = recipe;
  const { model } = await trained(experiment, { seed: 0, stopAfter: STEPS_OF_BASIS });
  const bits = await hashWeights(model);
  return basisOf({ choices, bits, samples: [splits.training.length, splits.test?.length ?? 0] });
}

/** Trains a seed and looks at the test samples, once; null when it was stopped. */
export async function trainSeed(
  experiment: Experiment,
  { seed, basis, report }: { seed: number; basis: string; report: (progress: Progress) => void },
): Promise<{ line: Omit<SeedResult, "logitStep">; answers: Answers; model: Model } | null> {
  const { engine, splits, signal } = experiment;
  const test = splits.test as ClassDataset;
  const { model, seconds, validationAccuracy } = await trained(experiment, { seed, report });
  if (signal.aborted) return null;
  const { logits } = model.predict(test.inputs);
  const { accuracy } = await evaluate(model, test);
  const origin = await originOf(model);
  model.card = { ...model.card, origin };
  const { commit, weights } = origin;
  const line = {
    seed,
    basis,
    commit,
    module: origin.module ?? "reference",
    node: process.version,
    threads: engine.threads,
    seconds: rounded(seconds, 2),
    parameters: model.parameterCount,
    trainingSamples: splits.training.length,
    validationAccuracy,
    testAccuracy: accuracy,
    testSamples: test.length,
    weights,
  };
  return { line, answers: { logits, labels: test.labels }, model };
}

/** The model after its training, or after `stopAfter` steps of it. */
async function trained(
  { engine, recipe, splits, signal }: Experiment,
  { seed, stopAfter, report }: { seed: number; stopAfter?: number; report?: (progress: Progress) => void },
): Promise<{ model: Model; seconds: number; validationAccuracy: number | null }> {
  const model = buildModel(engine, recipe.architecture, { rng: new Rng(seed) });
  model.card = { ...model.card, recipe, seed };
  const training = train(model, {
    ...trainingOf(recipe),
    data: stopAfter === undefined ? splits : splits.training,
    rng: new Rng(seed),
    stopAfter,
    signal,
    reportEvery: 20,
  });
  const begin = clock();
  let validationAccuracy: number | null = null;
  for await (const record of training) {
    if (record.kind === "epoch") ({ validationAccuracy } = record);
    report?.({ epoch: record.epoch, seconds: clock() - begin, validationAccuracy });
  }
  return { model, seconds: clock() - begin, validationAccuracy };
}

/** The network as it is given away: it knows how sure it may be, and what to refuse. */
export async function finished(model: Model, { splits }: Experiment, seed: number): Promise<Uint8Array> {
  await learnLimits(model, splits, { share: REFUSED_SHARE, seed });
  return saveModel(model);
}
