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
import { decodePicture } from "./images.ts";
import type { PlainPicture } from "./images.ts";
import { plural } from "./numbers.ts";

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
        : [`${plural(strangers.length, "thing")} in ${folder} passed over, such as ${strangers[0]}`],
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

/** The picture files of each class, in order of their names, and what else lies about. */
async function listPictures(folder: string, op: string) {
  const files: { path: string; label: string }[] = [];
  const strangers: string[] = [];
  for (const label of await visible(folder, op)) {
    const path = join(folder, label);
    // a link may lead nowhere
    const found = await stat(path).catch(() => null);
    if (!found?.isDirectory()) {
      strangers.push(path);
      continue;
    }
    const names = await visible(path, op);
    const pictures = names.filter((name) => /\.(png|jpe?g|webp|gif)$/i.test(name));
    strangers.push(...names.filter((name) => !pictures.includes(name)).map((name) => join(path, name)));
    if (pictures.length === 0) {
      throw new Failure({
        op,
        problem: `${path} holds no pictures`,
        got: names.length === 0 ? "an empty folder" : names.slice(0, 3).join(", "),
        want: "PNG, JPEG, WebP or GIF files in the folder of each class",
        fix: "put some in, or take the folder away",
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
