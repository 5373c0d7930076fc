/** `inkling predict` reads the digit in each picture, says how sure it is, and shows what the network saw. */
import type { Command } from "commander";
import { loadModel } from "inkling";
import type { Model } from "inkling";
import { prepareDigit } from "inkling/digits";
import { bar } from "../chart.ts";
import type { Colors, Rgb } from "../colors.ts";
import { kernelsOption, startEngine } from "../engine-choice.ts";
import { Failure } from "../failure.ts";
import { chooseModel, MODEL } from "../models.ts";
import { percent } from "../numbers.ts";
import { note, printJson, printLines, resultColors, resultColumns } from "../output.ts";
import { drawPicture } from "../pictures.ts";

const SIDE = 28;
const BEST: Rgb = [152, 236, 168];

interface Prediction {
  source: string;
  /** The class's name, e.g. "7". */
  label: string;
  probability: number;
  probabilities: number[];
  /** Why the model refused to answer; null for a model without a refusal threshold. */
  rejected: null;
}

export function define(command: Command): void {
  command
    .argument("<image...>", "PNG, JPEG, WebP, GIF or AVIF: photos, drawings or 28×28 pictures, one digit each")
    .option("--model <path>", MODEL)
    .addOption(kernelsOption())
    .option("--json", "print one line of JSON")
    .action(run);
}

async function run(
  paths: string[],
  options: { model?: string; engine?: "fast" | "reference"; json?: boolean },
): Promise<void> {
  const { file, bytes, guessed } = await chooseModel(options.model, { op: "predict" });
  const { readPicture } = await import("../images.ts");
  const pictures = await Promise.all(paths.map(readPicture));
  const digits = pictures.map(prepareDigit);

  // a handful of pictures is too little work to share
  const engine = await startEngine({ engine: options.engine, threads: 1 });
  try {
    const model = loadModel(engine, bytes, { file });
    if (guessed) note(`model: ${file}`);
    checkInput(model, file);
    const images = new Uint8Array(digits.length * SIDE * SIDE);
    digits.forEach(({ image }, index) => images.set(image, index * SIDE * SIDE));
    const { predictions, probabilities } = model.predict(images);
    const classes = probabilities.length / digits.length;
    const results = paths.map((source, index): Prediction => {
      const own = [...probabilities.subarray(index * classes, (index + 1) * classes)];
      const best = predictions[index];
      return { source, label: className(model, best), probability: own[best], probabilities: own, rejected: null };
    });
    digits.forEach(({ blank }, index) => {
      if (blank) note(`${paths[index]}: no ink stands out from the paper; what the network says of it means nothing`);
    });
    if (options.json) return printJson({ predictions: results });
    const colors = resultColors();
    for (const [index, result] of results.entries()) {
      if (digits[index].blank) continue; // ten bars would say something all the same
      printLines(renderPrediction(result, digits[index].image, { model, colors, columns: resultColumns() }));
    }
  } finally {
    engine.close();
  }
}

function className({ card }: Model, index: number): string {
  return card.classNames[index] ?? String(index);
}

function checkInput({ architecture: { input } }: Model, file: string): void {
  if (input.reduce((size, length) => size * length, 1) === SIDE * SIDE) return;
  throw new Failure({
    op: "predict",
    problem: `${file} takes other pictures`,
    got: `input [${input.join(", ")}]`,
    want: "a model for digits of 28×28 pixels",
  });
}

/** What the network sees on the left, what it makes of it on the right. */
function renderPrediction(
  { source, label, probability, probabilities }: Prediction,
  image: Uint8Array,
  { model, colors, columns }: { model: Model; colors: Colors; columns: number },
): string[] {
  const picture = drawPicture({ pixels: image, width: SIDE, height: SIDE }, { colors });
  const width = Math.max(8, Math.min(40, columns - SIDE - 20));
  const bars = probabilities.map((value, index) => {
    const name = className(model, index);
    const isBest = name === label;
    const length = bar(value, width);
    const drawn = isBest ? colors.bold(colors.tint(length, BEST)) : colors.dim(length);
    const row = `${name}  ${drawn} ${percent(value, 1).padStart(7)}`;
    return isBest ? colors.bold(row) : row;
  });
  const right = [`${colors.bold(label)}  ${colors.dim(`${percent(probability, 1)} sure`)}`, "", ...bars];
  const above = Math.max(0, Math.floor((picture.length - right.length) / 2));
  const lines = Array.from({ length: Math.max(picture.length, right.length + above) }, (_, line) => {
    const seen = picture[line] ?? " ".repeat(SIDE);
    return `  ${seen}    ${right[line - above] ?? ""}`.trimEnd();
  });
  return ["", `  ${colors.bold(source)}${colors.dim("   what the network sees")}`, "", ...lines, ""];
}
