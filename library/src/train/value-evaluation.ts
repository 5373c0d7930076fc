/** How good a model of numbers is: how far off it is, in units in which that means something. */
import type { Unit, ValueDataset } from "#data";
import { inOwnUnits, valueScores } from "#nn";
import type { Model, ValueScore } from "#nn";
import type { Loss } from "./loss.ts";
import { portionsOf } from "./portions.ts";

export interface ValueEvaluation extends Omit<ValueScore, "name"> {
  task: "regression";
  samples: number;
  /** The mean of the loss, in the units that the network learns. */
  loss: number;
  /** For each target; the same figures of the whole are means over the targets, and the root that of such a mean. */
  perTarget: ValueScore[];
  /** [samples × targets], what the model said, in the targets' own units. */
  predictions: Float32Array;
  /** [samples × targets], what it was, in the same units. */
  targets: Float32Array;
}

export async function evaluateValues(model: Model, dataset: ValueDataset, loss: Loss): Promise<ValueEvaluation> {
  const { targetNames: names, length } = dataset;
  const width = names.length;
  const units = unitsOf(model, dataset);
  const outputs = new Float32Array(length * width);
  for await (const { inputs, begin } of portionsOf(dataset)) outputs.set(model.outputs(inputs), begin * width);
  const targets = standardised(dataset, units);
  const perTarget = valueScores(outputs, targets, { names, units });
  const meanSquaredError = meanOf(perTarget.map((score) => score.meanSquaredError));
  const determinations = perTarget.map(({ determination }) => determination).filter((value) => value !== null);
  return {
    task: "regression",
    samples: length,
    loss: loss.ofAll(outputs, targets),
    meanSquaredError,
    rootMeanSquaredError: Math.sqrt(meanSquaredError),
    meanAbsoluteError: meanOf(perTarget.map((score) => score.meanAbsoluteError)),
    determination: determinations.length === 0 ? null : meanOf(determinations),
    perTarget,
    predictions: inOwnUnits(outputs, units, width),
    targets: inOwnUnits(dataset.targets, dataset.targetUnits, width),
  };
}

/** The units that the model speaks in: those it learnt, or for a model without any the data set's. */
function unitsOf({ card }: Model, { targetUnits }: ValueDataset): readonly Unit[] {
  return card.targetUnits.length === targetUnits.length ? card.targetUnits : targetUnits;
}

/** The targets in the model's units; a data set may have been standardised by others, or not at all. */
function standardised({ targets, targetUnits }: ValueDataset, units: readonly Unit[]): Float32Array {
  const isSame = units.every(
    ({ mean, deviation }, index) => mean === targetUnits[index].mean && deviation === targetUnits[index].deviation,
  );
  if (isSame) return targets;
  return targets.map((target, index) => {
    const from = targetUnits[index % units.length];
    const to = units[index % units.length];
    return (target * from.deviation + from.mean - to.mean) / to.deviation;
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
