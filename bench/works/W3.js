/**
 * W3: the convolutional network of many tutorials, as the recipe `keras-convnet` has it: Adam 0.001, batches of 128,
 * pixels / 255, a fresh shuffle each epoch. About 97.8 % after one epoch and 98.5 % after three, in every library.
 */
import { findRecipe, trainingOf } from "inkling/digits";
import { formatTraining, measureTraining } from "../training.js";

export const title =
  "conv 32, pool, conv 64, pool, dropout, dense; Adam, batch 128, three epochs of 60,000 real digits";

export function run({ epochs = 3, ...options }, report) {
  const recipe = findRecipe("keras-convnet");
  const work = { work: "W3", architecture: recipe.architecture, training: trainingOf(recipe) };
  return measureTraining(work, { epochs, ...options }, report);
}

export const format = formatTraining;
