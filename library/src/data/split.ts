/**
 * Splits: which samples a network learns from, which ones choose between networks, which ones have the last word.
 *
 * Held out are always the same ones: whatever seed a training uses, its accuracy is measured on the same samples and can
 * be compared. Each class gives its share, `count · size of class / number of samples`, rounded so that the shares add up
 * (largest remainders first). Which of its samples go is drawn once and for all from `Rng(0)`, stream "validation" or
 * "test", stream of the class's number, so the choice is spread over the whole set. Samples without classes are drawn as
 * if of one class. The test samples are taken first and validation is drawn from the rest, so that the two never meet.
 * All parts keep the samples' order.
 */
import { checkSettings, Rng, SettingError, whole } from "#base";
import { checkDataset, takeSamples } from "./dataset.ts";
import type { Dataset, Splits } from "./dataset.ts";

/** How many samples are held out for each purpose. */
interface Counts {
  validation: number;
  test: number;
}

/** Positions of samples, in ascending order. */
interface Parts {
  training: readonly number[];
  validation: readonly number[];
  test: readonly number[];
}

/**
 * Holds `count` samples out for validation: always the same ones, whatever seed a training uses, and of each class its
 * share. The others stay in their order.
 *
 * @param count 0 holds out nothing: validation is null
 * @throws {SettingError} when it is no dataset, or no sample would be left to train on
 */
export function splitValidation<D extends Dataset>(dataset: D, count: number): { training: D; validation: D | null } {
  const op = "splitValidation";
  checkDataset(op, dataset);
  checkSettings(op, { count }, { count: whole(0) });
  if (count >= dataset.length) {
    throw new SettingError({
      op,
      problem: `${count} samples for validation leave none of ${dataset.length} to train on`,
      setting: "count",
      value: count,
      want: `0 to ${dataset.length - 1}`,
      fix: "hold out fewer, or none: 0",
    });
  }
  const { training, validation } = takeParts(dataset, { validation: count, test: 0 });
  return { training, validation };
}

/**
 * Holds samples out for validation and for the test: always the same ones, whatever seed a training uses, and of each
 * class its share. The test samples do not depend on how many are held out for validation; with none of them, the
 * validation samples are those of `splitValidation`.
 *
 * @param counts.validation how many, 0 by default: the part is null
 * @param counts.test       the same
 * @throws {SettingError} when it is no dataset, or no sample would be left to train on
 */
export function holdOut<D extends Dataset>(dataset: D, counts: { validation?: number; test?: number }): Splits<D> {
  const op = "holdOut";
  checkDataset(op, dataset);
  const settings = checkSettings(op, counts, { validation: whole(0, 0), test: whole(0, 0) });
  checkCounts(op, dataset.length, settings);
  return takeParts(dataset, settings);
}

function takeParts<D extends Dataset>(dataset: D, counts: Counts): Splits<D> {
  if (counts.validation === 0 && counts.test === 0) return { training: dataset, validation: null, test: null };
  const labels = dataset.task === "classification" ? dataset.labels : null;
  const { training, validation, test } = drawParts(labels, dataset.length, counts);
  return {
    training: takeSamples(dataset, training),
    validation: validation.length === 0 ? null : takeSamples(dataset, validation),
    test: test.length === 0 ? null : takeSamples(dataset, test),
  };
}

/** Refuses to hold out everything. */
export function checkCounts(op: string, length: number, { validation, test }: Counts): void {
  if (validation + test < length) return;
  throw new SettingError({
    op,
    problem: `${validation} for validation and ${test} for the test leave none of ${length} samples to train on`,
    setting: test >= length ? "test" : "validation",
    value: test >= length ? test : validation,
    want: `at most ${length - 1} together`,
    fix: "hold out fewer, or none: 0",
  });
}

/**
 * Which samples go where.
 *
 * @param labels each sample's class number, or null where there are no classes
 */
export function drawParts(labels: Uint8Array | null, length: number, { validation, test }: Counts): Parts {
  const everyone = Array.from({ length }, (_, index) => index);
  const first = drawHeldOut(everyone, labels, { count: test, purpose: "test" });
  const second = drawHeldOut(first.left, labels, { count: validation, purpose: "validation" });
  return { training: second.left, validation: second.held, test: first.held };
}

function drawHeldOut(
  candidates: readonly number[],
  labels: Uint8Array | null,
  { count, purpose }: { count: number; purpose: string },
): { left: readonly number[]; held: readonly number[] } {
  if (count === 0) return { left: candidates, held: [] };
  const members: number[][] = [];
  for (const index of candidates) (members[labels?.[index] ?? 0] ??= []).push(index);
  const shares = sharesOf(
    Array.from(members, (indices) => indices?.length ?? 0),
    count,
  );
  const rng = new Rng(0).stream(purpose);
  const chosen = new Set<number>();
  members.forEach((indices, label) => {
    const order = rng.stream(label).permutation(indices.length);
    for (const position of order.subarray(0, shares[label])) chosen.add(indices[position]);
  });
  return {
    left: candidates.filter((index) => !chosen.has(index)),
    held: candidates.filter((index) => chosen.has(index)),
  };
}

/** `count` dealt out in proportion to `sizes`: the whole parts first, the rest to the largest remainders. */
function sharesOf(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares = sizes.map((size) => Math.floor((count * size) / total));
  // count · size is a whole number, so remainders compare exactly; equal ones go by class number
  const remainders = sizes.map((size, label) => ({ label, rest: (count * size) % total }));
  remainders.sort((a, b) => b.rest - a.rest || a.label - b.label);
  const left = count - shares.reduce((sum, share) => sum + share, 0);
  for (const { label } of remainders.slice(0, left)) shares[label]++;
  return shares;
}
