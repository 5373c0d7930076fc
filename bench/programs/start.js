/**
 * From nothing to the first prediction:  node start.js MODEL IMAGES THREADS MODULE
 *
 * Reads a model file and the first picture of an IDX file, predicts, prints when each part was done, in ms since the
 * process began.
 */
import { open, readFile } from "node:fs/promises";
import { createEngine, loadModel } from "inkling";

const HEADER = 16; // bytes of an IDX file ahead of its pictures
const [modelFile, imageFile, threads, module] = process.argv.slice(2);
const imported = performance.now();
const [engine, bytes, image] = await Promise.all([
  createEngine({ threads: Number(threads), module }),
  readFile(modelFile),
  firstImage(imageFile),
]);
const started = performance.now();
const model = loadModel(engine, bytes);
const loaded = performance.now();
const [digit] = model.predict(image).predictions;
const predicted = performance.now();
engine.close();
process.stdout.write(`${JSON.stringify({ digit, imported, started, loaded, predicted })}\n`);

async function firstImage(name) {
  const file = await open(name);
  const { buffer } = await file.read({ buffer: new Uint8Array(784), position: HEADER });
  await file.close();
  return buffer;
}
