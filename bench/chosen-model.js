/** The trained network that a work judges. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadModel } from "inkling";
import { pretrained, pretrainedNames } from "inkling/digits";

export const USUAL = "cnn";

/** @param {string} [name] of one that comes with the library; or a run's folder, or a model file */
export async function chosenModel(engine, name = USUAL) {
  if (pretrainedNames.includes(name)) return pretrained(engine, name);
  const file = name.endsWith(".safetensors") ? name : join(name, "model.safetensors");
  return loadModel(engine, await readFile(file), { file });
}
