/**
 * The four IDX files of MNIST and of the sets that were made in its image: pictures and labels to learn from, pictures
 * and labels to test with.
 *
 * Where the files lie (a folder, an npm package, a server, a test) is the caller's business: a `source` is asked for
 * each by name.
 *
 * @see [LeCun98]
 */
import { checkSettings, flag, FormatError, InklingError, whole } from "#base";
import { createDataset, isGzip, readIdx, splitValidation } from "#data";
import type { ClassDataset, Splits } from "#data";
import { platform } from "#platform";

/** Gives a file's bytes by its name, or null when it has no such file. */
export type Source = (name: string) => Promise<Uint8Array | null> | Uint8Array | null;

/** What sets in these files differ in. */
export interface PictureSet {
  /** The function that reads it. */
  op: string;
  classNames: readonly string[];
  /** Where its files are to be had. */
  whereabouts: string;
}

const FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

/** The set in three parts; with `test: false` the two test files stay unread. */
export async function readFiles(
  set: PictureSet,
  source: Source,
  options: { validation?: number; test?: boolean },
): Promise<Splits<ClassDataset>> {
  const settings = checkSettings(set.op, options, { validation: whole(0, 5000), test: flag(true) });
  const everything = await readPart(set, source, "train");
  const test = settings.test ? await readPart(set, source, "t10k") : null;
  return { ...splitValidation(everything, settings.validation), test };
}

/** Pictures and labels, which come in two files that must tell the same story. */
export async function readPart(set: PictureSet, source: Source, part: "train" | "t10k"): Promise<ClassDataset> {
  const { op, classNames } = set;
  const imagesFile = `${part}-images-idx3-ubyte`;
  const labelsFile = `${part}-labels-idx1-ubyte`;
  const images = readIdx(await read(set, source, imagesFile), { file: imagesFile });
  const labels = readIdx(await read(set, source, labelsFile), { file: labelsFile });
  checkRank(op, images.shape, { file: imagesFile, rank: 3, want: "pictures: [count, height, width]" });
  checkRank(op, labels.shape, { file: labelsFile, rank: 1, want: "labels: [count]" });

  const [count, height, width] = images.shape;
  if (count !== labels.shape[0]) {
    throw new FormatError({
      op,
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
    classNames,
    origin: labelsFile,
  });
}

/** A file's bytes, unpacked. Bytes decide whether it was packed: some servers unpack a ".gz" on the way. */
async function read({ op, whereabouts }: PictureSet, source: Source, name: string): Promise<Uint8Array> {
  const bytes = (await source(name)) ?? (await source(`${name}.gz`));
  if (bytes === null) {
    throw new FormatError({
      op,
      problem: `${name} is missing`,
      got: `neither ${name} nor ${name}.gz`,
      want: `${FILES.join(", ")}; each as it is or with .gz`,
      fix: name.startsWith("t10k")
        ? `without test files: ${op}(source, { test: false })`
        : `let source find them; ${whereabouts}`,
    });
  }
  if (!isGzip(bytes)) return bytes;
  try {
    return await platform.gunzip(bytes);
  } catch (error) {
    if (error instanceof InklingError) throw error;
    throw new FormatError({
      op,
      problem: "the gzip data is damaged",
      file: name,
      got: error instanceof Error ? error.message : String(error),
      want: "a whole gzip file",
      fix: "fetch it again: an interrupted download leaves such a file",
    });
  }
}

function checkRank(
  op: string,
  shape: readonly number[],
  { file, rank, want }: { file: string; rank: number; want: string },
): void {
  if (shape.length === rank) return;
  const got = `${shape.length} dimensions`;
  throw new FormatError({ op, problem: "this IDX file holds something else", file, offset: 3, got, want });
}
