/**
 * Fashion-MNIST: 60,000 + 10,000 pictures of clothes, in the size and in the four files of MNIST, and harder to tell
 * apart than digits.
 *
 * @see [Xiao17]
 */
import type { ClassDataset, Splits } from "#data";
import { readFiles, readPart } from "./four-files.ts";
import type { PictureSet, Source } from "./four-files.ts";

const CLOTHES: PictureSet = {
  op: "fashionMnist",
  // [Xiao17] table 2
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  whereabouts: "github.com/zalandoresearch/fashion-mnist has them in its folder data/fashion",
};

/**
 * The clothes to train, choose and test with.
 *
 * @param source             asked for "train-images-idx3-ubyte" and so on; where it has none, for the same name + ".gz"
 * @param options.validation how many training pictures are held out, always the same ones (see `splitValidation`)
 * @param options.test       false leaves the two test files unread: `test` is null
 * @throws {FormatError} when a file is missing, damaged or does not belong to its neighbour
 * @throws {SettingError} when validation leaves nothing to train on
 * @example
 * const { training } = await fashionMnist((name) => readFile(`fashion-mnist/${name}`).catch(() => null));
 * training.classNames[9]; // "Ankle boot"
 */
export async function fashionMnist(
  source: Source,
  options?: { validation?: number; test?: true },
): Promise<Splits<ClassDataset> & { test: ClassDataset }>;
export async function fashionMnist(
  source: Source,
  options: { validation?: number; test?: boolean },
): Promise<Splits<ClassDataset>>;
export async function fashionMnist(
  source: Source,
  options: { validation?: number; test?: boolean } = {},
): Promise<Splits<ClassDataset>> {
  return readFiles(CLOTHES, source, options);
}

/** The test pictures alone; the two files that begin with "t10k" are enough. */
export function fashionMnistTest(source: Source): Promise<ClassDataset> {
  return readPart(CLOTHES, source, "t10k");
}
