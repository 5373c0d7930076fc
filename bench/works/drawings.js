/**
 * drawings: what a network makes of MNIST digits that were changed (changes.js), with the drawing preparation and without
 * it. Settings are chosen by the validation digits, which are the default; --test opens the test digits.
 */
import { createEngine } from "inkling";
import { plainDigit, prepareDigit } from "inkling/digits";
import { changed, kinds } from "../changes.js";
import { chosenModel, USUAL } from "../chosen-model.js";
import { loadMnist } from "../mnist.js";

export const title = "accuracy on changed digits, with the drawing preparation and without it";

const SEED = 1;
const DIGITS = 1000;
const VALIDATION = 5000;

export async function run({ threads, module, model: path, test = false, digits = DIGITS }, report) {
  const splits = await loadMnist({ validation: VALIDATION });
  const engine = await createEngine({ threads, module });
  const model = await chosenModel(engine, path);
  const { inputs, labels, length } = test ? splits.test : splits.validation;
  const count = Math.min(digits, length);
  const image = (index) => inputs.subarray(index * 784, (index + 1) * 784);
  const isRight = (pixels, index) => (model.predict(pixels).predictions[0] === labels[index] ? 1 : 0);

  let plain = 0;
  for (let index = 0; index < count; index++) plain += isRight(image(index), index);
  const result = { work: "drawings", digits: count, test, seed: SEED, model: path ?? USUAL, plain: plain / count };
  result.kinds = {};
  for (const kind of Object.keys(kinds)) {
    report(`${kind}: ${count} digits`);
    let [prepared, without, blank, milliseconds] = [0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      const picture = changed(image(index), { kind, seed: SEED, number: index });
      const begin = performance.now();
      const found = prepareDigit(picture);
      milliseconds += performance.now() - begin;
      prepared += isRight(found.image, index);
      without += isRight(plainDigit(picture), index);
      blank += found.blank ? 1 : 0;
    }
    result.kinds[kind] = {
      prepared: prepared / count,
      without: without / count,
      blank,
      milliseconds: milliseconds / count,
    };
  }
  engine.close();
  return result;
}

export function format({ digits, test, model, plain, kinds: figures }) {
  const percent = (part) => `${(100 * part).toFixed(2)} %`.padStart(8);
  const rows = Object.entries(figures).map(([kind, { prepared, without, blank, milliseconds }]) => {
    const notes = `${milliseconds.toFixed(1)} ms${blank === 0 ? "" : `, ${blank} blank`}`;
    return `  ${kind.padEnd(10)} ${percent(prepared)}   without ${percent(without)}   ${notes}`;
  });
  const which = `${digits} ${test ? "test" : "validation"} digits, model ${model}`;
  return [`drawings  (${which})`, `  ${"unchanged".padEnd(10)} ${percent(plain)}`, ...rows].join("\n");
}
