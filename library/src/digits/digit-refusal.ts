/**
 * A model of digits learns to refuse what is none: strangers of every kind that we can make up (see junk.ts) teach it, and
 * digits that it has not learnt from say where to stop.
 *
 * Half of the digits that stand against the strangers are turned, slanted and stretched a little. Those that the model has
 * learnt from are too well known to it, and straight from the scanner as no photo is: a head that has seen nothing else
 * refuses digits for being written by somebody new.
 */
import type { Rng } from "#base";
import { createDataset, takeSamples } from "#data";
import type { AugmentationDescription, ClassDataset } from "#data";
import type { Model, Refusal } from "#nn";
import { augmented, fitRefusal } from "#train";
import { junkKinds, madeUpJunk } from "./junk.ts";
import { bytesOf, SIDE } from "./placement.ts";

/** Of each kind of junk, and how many digits for each stranger: more teach little, and take longer. */
const MOST_OF_A_KIND = 800;
const DIGITS_FOR_EACH = 2;

/** As other hands would have it. */
const OTHER_HANDS: readonly AugmentationDescription[] = [
  { type: "affine", degrees: 8, scale: 0.1, shear: 0.12, probability: 0.5 },
];

/**
 * Gives a model of digits of 28×28 pixels its refusal.
 *
 * @param digits.training   those that it learnt from
 * @param digits.validation those held out: they set the threshold
 * @param options.share     the part of digits that may be refused, see `fitRefusal`; default 0.02
 * @param options.rng       source of the junk, and of all else that is random
 */
export function refuseJunk(
  model: Model,
  { training, validation }: { training: ClassDataset; validation: ClassDataset },
  { share, rng }: { share?: number; rng: Rng },
): Promise<Refusal> {
  const kinds = junkKinds.filter((kind) => kind !== "blank");
  const count = Math.min(MOST_OF_A_KIND, Math.ceil(training.length / kinds.length));
  const strangers = new Uint8Array(kinds.length * count * SIDE * SIDE);
  kinds.forEach((kind, index) => {
    const junk = madeUpJunk(kind, { count, digits: training, rng: rng.stream("junk") });
    strangers.set(junk, index * junk.length);
  });
  const order = rng
    .stream("known")
    .permutation(training.length)
    .subarray(0, DIGITS_FOR_EACH * kinds.length * count);
  const known = byOtherHands(model, takeSamples(training, [...order]), rng.stream("hands"));
  return fitRefusal(model, { known, strangers, validation, share, rng });
}

const PORTION = 1000; // digits changed at a time

function byOtherHands({ engine }: Model, digits: ClassDataset, rng: Rng): ClassDataset {
  const inputs = new Uint8Array(digits.inputs.length);
  const size = SIDE * SIDE;
  for (let step = 0; step * PORTION < digits.length; step++) {
    const pictures = digits.inputs.subarray(step * PORTION * size, (step + 1) * PORTION * size);
    const values = augmented(engine, pictures, OTHER_HANDS, { inputShape: [SIDE, SIDE, 1], rng, step });
    inputs.set(bytesOf({ values }), step * PORTION * size);
  }
  return createDataset({ ...digits, inputs });
}
