/**
 * Five networks of one recipe, trained from five seeds, that vote by the mean of their probabilities. Each has other
 * mistakes, so together they make fewer than any of them; it costs five times as much, to train and to ask. There is no one
 * training of it: `inkling reproduce ensemble` trains all members, and `--model`, given several times, lets them vote.
 *
 * @see [Hansen90] for why votes help
 */
export interface EnsembleRecipe {
  name: string;
  /** One line: what it is and what to expect of it. */
  summary: string;
  /** The name of the recipe that every member is trained by. */
  member: string;
  /** A member is trained from each. */
  seeds: readonly number[];
}

export const ensemble: EnsembleRecipe = {
  name: "ensemble",
  summary: "five of `best`, from five seeds, that vote",
  member: "best",
  seeds: [1, 2, 3, 4, 5],
};
