/**
 * Digits as people draw or photograph them: strokes in a file of JSON Lines, or pictures in folders named 0 to 9. They come
 * before a network by the same preparation as everywhere, or, to see what that is worth, without it.
 */
import { readFile } from "node:fs/promises";
import { sizeOf } from "inkling";
import type { ModelCard } from "inkling";
import { createDataset } from "inkling/data";
import type { ClassDataset } from "inkling/data";
import { plainDigit, plainStrokes, prepareDigit, prepareStrokes, readDrawings } from "inkling/digits";
import type { Drawing } from "inkling/digits";
import { Failure, fileFailure } from "./failure.ts";
import { listPictures } from "./image-folder.ts";
import { shortPath } from "./runs.ts";

const SIDE = 28;
const DIGITS = 10;
const AT_A_TIME = 32; // files open at once; the decoder has a few threads of its own
const LONGEST_NOTE = 20;

/** A digit as a network takes it. */
export interface DrawnDigit {
  /** The file it comes from, with the line in it. */
  source: string;
  pixels: Uint8Array;
  /** Nothing is to be seen on it. */
  blank: boolean;
}

/** Digits with what they are. */
export interface LabelledDigits {
  dataset: ClassDataset;
  /** In the order of the dataset. */
  digits: readonly DrawnDigit[];
  /** What is to be said of them, a sentence each. */
  notes: readonly string[];
}

interface Reading {
  op: string;
  /** Whether digits are prepared, or only brought to 28×28. */
  preparation: boolean;
}

/** All drawings of a file, labelled or not. */
export async function readStrokes(path: string, { op, preparation }: Reading): Promise<DrawnDigit[]> {
  const drawings = await drawingsOf(path, op);
  return drawings.map((drawing) => drawnDigit(drawing, { path, preparation }));
}

/** @throws {Failure} when there are no drawings, or one does not say which digit it is */
export async function readLabelledStrokes(
  path: string,
  { input, ...reading }: Reading & { input: readonly number[] },
): Promise<LabelledDigits> {
  const { op } = reading;
  const drawings = await drawingsOf(path, op);
  const labels = drawings.map(({ label, line }) => {
    if (label !== null) return label;
    throw new Failure({
      op,
      problem: `line ${line} of ${path} does not say which digit it is`,
      want: '"label": 0 to 9 in every line',
      fix: op === "evaluate" ? `to be told what each is: npx inkling predict --strokes ${path}` : undefined,
    });
  });
  const digits = drawings.map((drawing) => drawnDigit(drawing, { path, ...reading }));
  return { dataset: datasetOf(digits, labels, input), digits, notes: [] };
}

/** Pictures of any size and kind: `0/photo.jpg`, `1/scan.png`, … */
export async function readLabelledImages(
  folder: string,
  { input, op, preparation, report }: Reading & { input: readonly number[]; report?: (line: string) => void },
): Promise<LabelledDigits> {
  const { readPicture } = await import("./images.ts");
  const { files, strangers } = await listPictures(folder, op);
  const other = files.find(({ label }) => !/^\d$/.test(label));
  if (files.length === 0 || other !== undefined) {
    throw new Failure({
      op,
      problem: other === undefined ? `${folder} holds no digits` : `${other.label} in ${folder} is no digit`,
      want: "a folder with sub-folders named 0 to 9, which hold pictures of that digit",
    });
  }
  const digits: DrawnDigit[] = [];
  for (let begin = 0; begin < files.length; begin += AT_A_TIME) {
    const paths = files.slice(begin, begin + AT_A_TIME).map(({ path }) => path);
    const pictures = await Promise.all(paths.map((path) => readPicture(path, { op })));
    pictures.forEach((picture, index) => {
      const source = paths[index];
      if (!preparation) return digits.push({ source, pixels: plainDigit(picture), blank: false });
      const { image, blank } = prepareDigit(picture);
      return digits.push({ source, pixels: image, blank });
    });
    report?.(`reading pictures: ${digits.length} of ${files.length}`);
  }
  const labels = files.map(({ label }) => Number(label));
  const notes = strangers.length === 0 ? [] : [`left out of ${folder}: ${strangers.slice(0, 3).join(", ")}`];
  return { dataset: datasetOf(digits, labels, input), digits, notes };
}

/** @throws {Failure} when the model takes anything but digits of 28×28 pixels */
export function checkDigitModel(
  { card, input }: { card: ModelCard; input: readonly number[] },
  { op, file }: { op: string; file: string },
): void {
  const isTable = card.preprocessing.table !== null;
  const classes = card.classNames.length;
  if (!isTable && sizeOf(input) === SIDE * SIDE && (classes === 0 || classes === DIGITS)) return;
  throw new Failure({
    op,
    problem: `${file} is no model for digits`,
    got: `input [${input.join(", ")}], ${classes} classes`,
    want: "a model that was trained with MNIST: 28×28 pixels, ten classes",
  });
}

async function drawingsOf(path: string, op: string): Promise<Drawing[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw fileFailure(error, { op, path, want: "a file with a drawing a line, as JSON" });
  });
  const drawings = readDrawings(text, { file: path });
  if (drawings.length > 0) return drawings;
  throw new Failure({
    op,
    problem: `${path} holds no drawings`,
    got: text === "" ? "an empty file" : "only empty lines",
    want: '{"label": 7, "strokes": [[x0, y0, x1, y1, …], …]} in each line',
  });
}

function drawnDigit(
  { strokes, line, notes }: Drawing,
  { path, preparation }: { path: string; preparation: boolean },
): DrawnDigit {
  const { writer } = notes;
  const isNamed = typeof writer === "string" || typeof writer === "number";
  const by = isNamed ? `, writer ${String(writer).slice(0, LONGEST_NOTE)}` : "";
  const source = `${shortPath(path)} line ${line}${by}`;
  if (!preparation) return { source, pixels: plainStrokes(strokes), blank: false };
  const { image, blank } = prepareStrokes(strokes);
  return { source, pixels: image, blank };
}

function datasetOf(
  digits: readonly DrawnDigit[],
  labels: readonly number[],
  inputShape: readonly number[],
): ClassDataset {
  const inputs = new Uint8Array(digits.length * SIDE * SIDE);
  digits.forEach(({ pixels }, index) => inputs.set(pixels, index * SIDE * SIDE));
  const classNames = Array.from({ length: DIGITS }, (_, digit) => String(digit));
  return createDataset({ inputs, labels: Uint8Array.from(labels), inputShape, classNames });
}
