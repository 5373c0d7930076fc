/** Samples that a model could learn from, made up: for looking at how it computes, not at what. */
import { Rng, sizeOf } from "inkling";
import type { Model } from "inkling";
import { createDataset } from "inkling/data";
import type { Dataset } from "inkling/data";

/** As much of a picture as is lit in MNIST. */
const LIT = 0.19;

export function madeUpSamples(model: Model, count: number): Dataset {
  const { architecture, outputShape, card } = model;
  const inputShape = architecture.input;
  const rng = new Rng(1);
  const numbers = count * sizeOf(inputShape);
  const inputs =
    inputShape.length === 3
      ? Uint8Array.from({ length: numbers }, () => (rng.uniform() < LIT ? 1 + rng.integer(255) : 0))
      : Float32Array.from({ length: numbers }, () => rng.normal());
  const outputs = sizeOf(outputShape);
  const names = (length: number) => Array.from({ length }, (_, index) => String(index));
  if (card.task === "regression") {
    const targets = Float32Array.from({ length: count * outputs }, () => rng.normal());
    const targetUnits = names(outputs).map(() => ({ mean: 0, deviation: 1 }));
    return createDataset({ inputs, targets, inputShape, targetNames: names(outputs), targetUnits });
  }
  const classNames = names(Math.max(2, outputs)); // one logit tells two classes apart
  const labels = Uint8Array.from({ length: count }, () => rng.integer(classNames.length));
  return createDataset({ inputs, labels, inputShape, classNames });
}
