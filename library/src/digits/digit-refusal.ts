/**
 * A model of digits learns to refuse what is none: strangers of every kind that we can make up (see junk.ts) teach it, and
 * digits that it has not learnt from say where to stop.
 */
import type { Rng } from "#base";
import { takeSamples } from "#data";
import type { ClassDataset } from "#data";
import type { Model, Refusal } from "#nn";
import { fitRefusal } from "#train";
import { junkKinds, madeUpJunk } from "./junk.ts";

/** Of each kind of junk, and as many digits: more teach little, and take longer. */
const MOST_OF_A_KIND = 2500;

/**
 * Gives a model of digits of 28×28 pixels its refusal.
 *
 * @param digits.training   those that it learnt from
 * @param digits.validation those held out: they set the threshold
 * @param options.share     the part of them that may be refused; default 0.02
 * @param options.rng       source of the junk, and of all else that is random
 */
export function refuseJunk(
  model: Model,
  { training, validation }: { training: ClassDataset; validation: ClassDataset },
  { share, rng }: { share?: number; rng: Rng },
): Promise<Refusal> {
  const kinds = junkKinds.filter((kind) => kind !== "blank");
  const count = Math.min(MOST_OF_A_KIND, Math.ceil(training.length / kinds.length));
  const strangers = new Uint8Array(kinds.length * count * 784);
  kinds.forEach((kind, index) => {
    const junk = madeUpJunk(kind, { count, digits: training, rng: rng.stream("junk") });
    strangers.set(junk, index * junk.length);
  });
  const order = rng
    .stream("known")
    .permutation(training.length)
    .subarray(0, kinds.length * count);
  const known = takeSamples(training, [...order]);
  return fitRefusal(model, { known, strangers, validation, share, rng });
}
