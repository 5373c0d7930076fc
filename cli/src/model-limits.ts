/**
 * How sure a model may be, and of digits what it has to refuse: learnt from samples that its weights have not learnt from,
 * or not at all.
 */
import { calibrate, Rng } from "inkling";
import type { Model } from "inkling";
import type { Splits } from "inkling/data";
import { refuseJunk } from "inkling/digits";
import { nounFor } from "./measures.ts";
import { withProgressLine } from "./output.ts";

/** Of the validation digits, how many may be refused. */
export const REFUSED_SHARE = 0.02;

/**
 * Gives a model its temperature, and one of digits its refusal.
 *
 * @param options.share of the validation digits that may be refused; 0: it answers whatever it is shown
 * @param options.quiet whether nothing is said while it takes some seconds
 */
export async function learnLimits(
  model: Model,
  { training, validation }: Splits,
  { share, seed, quiet = false }: { share: number; seed: number; quiet?: boolean },
): Promise<void> {
  if (training.task !== "classification" || validation?.task !== "classification") return;
  await calibrate(model, validation);
  const isDigits = nounFor(training) === "digit" && training.inputs.length === 784 * training.length;
  if (!isDigits || share === 0) return;
  await withProgressLine((report) => {
    if (!quiet) report("learning to refuse what is no digit");
    return refuseJunk(model, { training, validation }, { share, rng: new Rng(seed) });
  });
}
