/**
 * A set of pictures that somebody has decoded, each with the name of its class: a folder of folders, say. A network's
 * first layer has one size, so all pictures must have it too; nothing is scaled here.
 */
import { FormatError, ShapeError, whole, checkSettings, optional } from "#base";
import type { Field } from "#base";
import { classesOf, labelsOf } from "./classes.ts";
import { createDataset } from "./dataset.ts";
import type { ClassDataset } from "./dataset.ts";

const OP = "imageSet";

/** A decoded picture and what it shows. */
export interface NamedPicture {
  /** Row by row, channels together, 0–255. */
  pixels: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  /** 1: grey, 3: red green blue, 4: with alpha. */
  channels: number;
  /** The name of its class. */
  label: string;
  /** Where it comes from, e.g. a file's name; errors mention it. */
  source?: string;
}

const names: Field<readonly string[]> = {
  fits: (value): value is readonly string[] =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string"),
  want: "a list of classes' names",
};

/**
 * Pictures as a dataset, in the order in which they come. Without `classNames` the classes are the labels that occur, in
 * order, numbers by size and ahead of words.
 *
 * Shapes: inputs [pictures, height, width, channels]
 *
 * @param options.classNames the classes of a network that is there already; then one class may be alone
 * @throws {ShapeError} when two pictures differ in size, or one has not the pixels that it should
 * @throws {FormatError} when there is no picture, only one class or more than 256, or an unknown one
 */
export function imageSet(
  pictures: Iterable<NamedPicture>,
  options: { classNames?: readonly string[] } = {},
): ClassDataset {
  const { classNames } = checkSettings(OP, options, { classNames: optional(names) });
  const all = Array.from(pictures);
  if (all.length === 0) {
    throw new FormatError({ op: OP, problem: "there are no pictures", want: "at least one for each class" });
  }
  all.forEach((picture, index) => checkPicture(picture, index, all[0]));

  const [{ height, width, channels }] = all;
  const size = height * width * channels;
  const inputs = new Uint8Array(all.length * size);
  all.forEach(({ pixels }, index) => inputs.set(pixels, index * size));
  const labels = all.map(({ label }) => label);
  const named = { op: OP, samples: "pictures", placeOf: (index: number) => ({ file: sourceOf(all[index], index) }) };
  const classes =
    classNames === undefined ? classesOf(labels, named) : { classNames, labels: labelsOf(labels, classNames, named) };
  return createDataset({ inputs, inputShape: [height, width, channels], ...classes });
}

function checkPicture(picture: NamedPicture, index: number, first: NamedPicture): void {
  const { height, width, channels, pixels } = picture;
  checkSettings(OP, { width, height, channels }, { width: whole(1), height: whole(1), channels: whole(1) });
  const source = sourceOf(picture, index);
  if (height !== first.height || width !== first.width || channels !== first.channels) {
    const other = sourceOf(first, 0);
    throw new ShapeError({
      op: OP,
      problem: `the pictures are not of one size: ${other} is ${sizeText(first)}, ${source} is ${sizeText(picture)}`,
      shapes: {
        [other]: [first.height, first.width, first.channels],
        [source]: [height, width, channels],
      },
      want: "one height, width and number of channels for all",
      fix: "bring them to one size first",
    });
  }
  if (pixels.length === height * width * channels) return;
  throw new ShapeError({
    op: OP,
    problem: `${source} has not the pixels of its size`,
    shapes: { pixels: [pixels.length], picture: [height, width, channels] },
    want: `${height * width * channels} bytes`,
  });
}

function sourceOf({ source }: NamedPicture, index: number): string {
  return source ?? `picture ${index}`;
}

function sizeText({ width, height, channels }: NamedPicture): string {
  return `${width}×${height} with ${channels} ${channels === 1 ? "channel" : "channels"}`;
}
