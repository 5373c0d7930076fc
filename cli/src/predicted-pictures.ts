/** What a model says of pictures: the class, how sure it is of each, and what it saw. */
import { sizeOf } from "inkling";
import type { Classifier } from "inkling";
import { plainDigit, prepareDigit } from "inkling/digits";
import { bar } from "./chart.ts";
import { padTo, shortened, widthOf } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import type { DrawnDigit } from "./drawn-digits.ts";
import { Failure } from "./failure.ts";
import { inChannels } from "./image-folder.ts";
import { decodePicture, LONGEST_SIDE, MOST_PIXELS, readPicture } from "./images.ts";
import { count, percent } from "./numbers.ts";
import { drawPicture } from "./pictures.ts";
import { printable } from "./printable.ts";
import { thumbnailOf } from "./thumbnail.ts";

const SIDE = 28;
const LONGEST_NAME = 14;
const MOST_BARS = 14; // as many as there are lines of the picture
const BEST: Rgb = [152, 236, 168];

export interface PicturePrediction {
  source: string;
  /** The class's name, e.g. "7". */
  label: string;
  probability: number;
  probabilities: number[];
  /** Whether it is no picture that the model knows; null where nobody can say, for a model that cannot refuse. */
  rejected: boolean | null;
  /** Why: nothing is to be seen on it, or nothing that the model knows; null unless it was rejected. */
  reason: "blank" | "unknown" | null;
}

/** Digits: found on the paper, and brought to the size and place that MNIST's have; without preparation, to the size. */
export async function prepareDigits(
  paths: readonly string[],
  { input, file, preparation }: { input: readonly number[]; file: string; preparation: boolean },
): Promise<DrawnDigit[]> {
  if (sizeOf(input) !== SIDE * SIDE) throw otherPictures(file, input, "a model for digits of 28×28 pixels");
  const pictures = await Promise.all(paths.map((path) => readPicture(path, { op: "predict" })));
  return pictures.map((picture, index) => {
    if (!preparation) return { source: paths[index], pixels: plainDigit(picture), blank: false };
    const { image, blank } = prepareDigit(picture);
    return { source: paths[index], pixels: image, blank };
  });
}

/** Pictures of any other kind: stretched or shrunk to the size that the model learnt from. */
export async function preparePictures(
  paths: readonly string[],
  { input, file }: { input: readonly number[]; file: string },
): Promise<DrawnDigit[]> {
  const op = "predict";
  const [height, width, channels] = input;
  if (input.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw otherPictures(file, input, "a model for pictures: [height, width, 1 or 3]");
  }
  if (height > LONGEST_SIDE || width > LONGEST_SIDE || height * width > MOST_PIXELS) {
    throw otherPictures(file, input, `at most ${count(MOST_PIXELS)} pixels, and ${count(LONGEST_SIDE)} on a side`);
  }
  return Promise.all(
    paths.map(async (path) => {
      const picture = await decodePicture(path, { op, size: { width, height } });
      return { source: path, pixels: inChannels(picture, channels, { op, path }).pixels, blank: false };
    }),
  );
}

/** It is the model that is at fault, not the picture. */
function otherPictures(file: string, input: readonly number[], want: string): Failure {
  const got = `input [${input.join(", ")}]`;
  return new Failure({ op: "predict", problem: `${file} takes other pictures`, got, want });
}

export function predictPictures(model: Classifier, pictures: readonly DrawnDigit[]): PicturePrediction[] {
  const size = pictures[0].pixels.length;
  const images = new Uint8Array(pictures.length * size);
  pictures.forEach(({ pixels }, index) => images.set(pixels, index * size));
  const { predictions, probabilities, strangeness } = model.predict(images);
  const classes = probabilities.length / pictures.length;
  return pictures.map(({ source, blank }, index) => {
    const own = [...probabilities.subarray(index * classes, (index + 1) * classes)];
    const best = predictions[index];
    const unknown = strangeness === null ? null : strangeness[index] > 0;
    const reason = blank ? "blank" : unknown ? "unknown" : null;
    return {
      source,
      label: className(model, best),
      probability: own[best],
      probabilities: own,
      rejected: blank || unknown,
      reason,
    };
  });
}

function className({ card }: Classifier, index: number): string {
  return card.classNames[index] ?? String(index);
}

/** What the network sees on the left, what it makes of it on the right. */
export function renderPicture(
  { source, label, probability, probabilities, rejected }: PicturePrediction,
  { pixels }: DrawnDigit,
  { model, colors, columns }: { model: Classifier; colors: Colors; columns: number },
): string[] {
  const seen = thumbnailOf(pixels, model.architecture.input);
  const picture = drawPicture({ pixels: seen, width: SIDE, height: SIDE }, { colors });
  // with many classes, the likeliest
  const likely = [...probabilities.keys()]
    .toSorted((a, b) => probabilities[b] - probabilities[a] || a - b)
    .slice(0, MOST_BARS);
  const shown = likely.toSorted((a, b) => a - b);
  const names = new Map(shown.map((index) => [index, shortened(printable(className(model, index)), LONGEST_NAME)]));
  const margin = Math.max(...[...names.values()].map(widthOf));
  const width = Math.max(8, Math.min(40, columns - SIDE - 19 - margin));
  const bars = shown.map((index) => {
    const isBest = className(model, index) === label;
    const length = bar(probabilities[index], width);
    const drawn = isBest ? colors.bold(colors.tint(length, BEST)) : colors.dim(length);
    const row = `${padTo(names.get(index) ?? "", margin)}  ${drawn} ${percent(probabilities[index], 1).padStart(7)}`;
    return isBest ? colors.bold(row) : row;
  });
  const answer = `${colors.bold(printable(label))}  ${colors.dim(`${percent(probability, 1)} sure`)}`;
  const refusal = `${colors.bold(colors.red("nothing it knows"))}  ${colors.dim(`nearest: ${printable(label)}`)}`;
  const right = [rejected ? refusal : answer, "", ...bars];
  const above = Math.max(0, Math.floor((picture.length - right.length) / 2));
  const lines = Array.from({ length: Math.max(picture.length, right.length + above) }, (_, line) => {
    const left = picture[line] ?? " ".repeat(SIDE);
    return `  ${left}    ${right[line - above] ?? ""}`.trimEnd();
  });
  return ["", `  ${colors.bold(printable(source))}${colors.dim("   what the network sees")}`, "", ...lines, ""];
}
