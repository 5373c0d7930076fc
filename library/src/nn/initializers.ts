/**
 * Starting weights. If they are too small, signals die from layer to layer; too large, and they explode. Each rule
 * below keeps the variance level: an output is a sum of `fanIn` products, so the weights' variance must be about
 * 1 / fanIn, and twice that where ReLU throws half of the signal away.
 *
 * @see [LeCun98b] section 4.6, [Glorot10] eq. 12 and 16, [He15] eq. 10
 */
import { SettingError } from "#base";
import type { Rng } from "#base";

/** Numbers going into one unit, and units that one number feeds. */
interface Fans {
  fanIn: number;
  fanOut: number;
}

/** The variance that each rule asks for. */
const variances = {
  he: ({ fanIn }: Fans) => 2 / fanIn,
  glorot: ({ fanIn, fanOut }: Fans) => 2 / (fanIn + fanOut),
  lecun: ({ fanIn }: Fans) => 1 / fanIn,
};

export const initializers = [
  "heUniform",
  "heNormal",
  "glorotUniform",
  "glorotNormal",
  "lecunUniform",
  "lecunNormal",
] as const;

export type Initializer = (typeof initializers)[number];

/** 256 MiB in f32; with gradients and an optimizer's memory four times as much. */
const MOST_WEIGHTS = 67_108_864;

/** `count` starting weights by a named rule. */
export function initialWeights(
  initializer: Initializer,
  { count, rng, ...fans }: Fans & { count: number; rng: Rng },
): Float64Array {
  if (count > MOST_WEIGHTS) {
    throw new SettingError({
      op: "weights",
      problem: `${count} weights are more than a layer can have here`,
      setting: "units",
      value: fans.fanOut,
      want: `at most ${MOST_WEIGHTS} weights in one layer; this one sees ${fans.fanIn} numbers`,
    });
  }
  const [, rule, distribution] = /^(he|glorot|lecun)(Uniform|Normal)$/.exec(initializer) as RegExpExecArray;
  const variance = variances[rule as keyof typeof variances](fans);
  const deviation = Math.sqrt(variance);
  const bound = Math.sqrt(3 * variance); // a uniform number in ±b has the variance b² / 3
  const draw = distribution === "Normal" ? () => deviation * rng.normal() : () => rng.uniform(-bound, bound);
  return Float64Array.from({ length: count }, draw);
}
