/**
 * Pictures in folders, one folder a class: `animals/cat/1.png`. The folders' names are the classes'.
 *
 * Nothing is scaled: a network takes pictures of one size, and how they are brought to it is their owner's choice.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { imageSet } from "inkling/data";
import type { ClassDataset } from "inkling/data";
import { isHidden } from "./data-place.ts";
import { Failure, fileFailure } from "./failure.ts";
import { decodePicture, sizeOfPicture } from "./images.ts";
import type { PlainPicture } from "./images.ts";
import { megabytes, plural } from "./numbers.ts";
import { inQuotes } from "./runs.ts";

const PICTURE = /\.(png|jpe?g|webp|gif)$/i;
const MOST_BYTES = 2e9; // one array of JavaScript holds about as many, and many a machine not more
/** What to do about pictures that are too large. */
export const SMALLER =
  "make the pictures smaller first, for instance 64×64: what tells the classes apart is often still to be seen";

const AT_A_TIME = 32; // files open at once; the decoder has a few threads of its own

export interface ImageFolder {
  dataset: ClassDataset;
  /** What was passed over, a sentence each. */
  notes: readonly string[];
}

/**
 * Grey when all pictures are grey, else red, green and blue.
 *
 * @param options.known the classes and channels of a model that is there already
 * @throws {Failure} when a sub-folder is empty or a picture cannot be read @throws {ShapeError} when sizes differ
 */
export async function readImageFolder(
  folder: string,
  {
    op,
    known,
    report,
  }: {
    op: string;
    known?: { classNames: readonly string[]; channels: number };
    report?: (line: string) => void;
  },
): Promise<ImageFolder> {
  const { files, strangers } = await listPictures(folder, op);
  await checkSize(files, { folder, op });
  const pictures: (PlainPicture & { label: string; source: string })[] = [];
  for (let begin = 0; begin < files.length; begin += AT_A_TIME) {
    const some = files.slice(begin, begin + AT_A_TIME);
    const decoded = await Promise.all(some.map(({ path }) => decodePicture(path, { op })));
    pictures.push(
      ...decoded.map((picture, index) => ({ ...picture, label: some[index].label, source: some[index].path })),
    );
    report?.(`reading pictures: ${pictures.length} of ${files.length}`);
  }
  const channels = known?.channels ?? (pictures.every((picture) => picture.channels === 1) ? 1 : 3);
  const alike = pictures.map((picture) => ({
    ...picture,
    ...inChannels(picture, channels, { op, path: picture.source }),
  }));
  return {
    dataset: imageSet(alike, known && { classNames: known.classNames }),
    notes:
      strangers.length === 0
        ? []
        : [`${plural(strangers.length, "thing")} in ${folder} left out, such as ${strangers[0]}`],
  };
}

/** A grey picture in three equal colours, where three are wanted. */
export function inChannels(
  picture: PlainPicture,
  channels: number,
  { op, path }: { op: string; path: string },
): PlainPicture {
  if (picture.channels === channels) return picture;
  if (picture.channels === 1 && channels === 3) {
    const pixels = Uint8Array.from(
      { length: picture.pixels.length * 3 },
      (_, index) => picture.pixels[Math.floor(index / 3)],
    );
    return { ...picture, channels, pixels };
  }
  throw new Failure({
    op,
    problem: `${path} has colours`,
    want: channels === 1 ? "a grey picture, as the model was trained with" : `a picture of ${channels} channels`,
  });
}

/** The size of the first picture; null where there is none, which whoever reads them all will say. */
export async function firstSize(folder: string, op: string): Promise<{ width: number; height: number } | null> {
  const { files } = await listPictures(folder, op);
  return sizeOfPicture(files[0].path).catch(() => null);
}

/** Pictures as a camera takes them, by the hundred, fill a machine's memory before anything is said of it. */
async function checkSize(files: readonly { path: string }[], { folder, op }: { folder: string; op: string }) {
  if (files.length === 0) return;
  const size = await sizeOfPicture(files[0].path).catch(() => null);
  if (size === null) return;
  const bytes = size.width * size.height * 3 * files.length;
  if (bytes <= MOST_BYTES) return;
  throw new Failure({
    op,
    problem: `the pictures in ${folder} are too large to be held in memory together`,
    got: `${plural(files.length, "picture")} of ${size.width}×${size.height}, ${megabytes(bytes)}`,
    want: `at most ${megabytes(MOST_BYTES)}`,
    fix: SMALLER,
  });
}

const PARTS = /^(train|training|val|valid|validation|test|testing)$/i;

/** Many a set comes in parts, each with its own folders of classes; those are no classes themselves. */
async function checkLayout(folder: string, names: readonly string[], op: string): Promise<void> {
  const parts: { name: string; inside: string[] }[] = [];
  for (const name of names.filter((each) => PARTS.test(each))) {
    const path = join(folder, name);
    if (!(await stat(path)).isDirectory()) continue;
    const inside = await visible(path, op);
    if (inside.length === 0 || inside.some((each) => PICTURE.test(each))) return; // a class of that name
    parts.push({ name, inside });
  }
  if (parts.length === 0) return;
  const [learn] = [...parts.filter(({ name }) => /^train/i.test(name)), ...parts];
  const judge = parts.find(({ name }) => /^test/i.test(name)) ?? parts.find((part) => part !== learn);
  const path = (part: { name: string }) => inQuotes(join(folder, part.name));
  throw new Failure({
    op,
    problem: `the sub-folders of ${folder} are parts of the data, not classes`,
    got: parts
      .map(({ name, inside }) => `${name}/ with ${inside.slice(0, 3).join(", ")}${inside.length > 3 ? ", …" : ""}`)
      .join("; "),
    want: "the folder of one part, with a sub-folder for each class",
    fix:
      op === "evaluate"
        ? `--data ${path(judge ?? learn)}`
        : `--data ${path(learn)}${judge === undefined ? "" : `; when it is trained: npx inkling evaluate --data ${path(judge)}`}`,
  });
}

/** The picture files of each class, in order of their names, and what else lies about. */
export async function listPictures(folder: string, op: string) {
  const files: { path: string; label: string }[] = [];
  const strangers: string[] = [];
  const labels = await visible(folder, op);
  await checkLayout(folder, labels, op);
  for (const label of labels) {
    const path = join(folder, label);
    // a link may lead nowhere
    const found = await stat(path).catch(() => null);
    if (!found?.isDirectory()) {
      strangers.push(path);
      continue;
    }
    const names = await visible(path, op);
    const pictures = names.filter((name) => PICTURE.test(name));
    strangers.push(...names.filter((name) => !pictures.includes(name)).map((name) => join(path, name)));
    if (pictures.length === 0) {
      throw new Failure({
        op,
        problem: `${path} holds no pictures`,
        got: names.length === 0 ? "an empty folder" : names.slice(0, 3).join(", "),
        want: "PNG, JPEG, WebP or GIF files in the folder of each class",
        fix: "put some in, or remove the folder",
      });
    }
    files.push(...pictures.map((name) => ({ path: join(path, name), label })));
  }
  return { files, strangers };
}

/** The names in a folder that are not hidden, in an order that no system changes. */
async function visible(folder: string, op: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileFailure(error, { op, path: folder });
  });
  return names.filter((name) => !isHidden(name)).toSorted((a, b) => (a < b ? -1 : 1));
}
