/**
 * How far off predicted numbers are. Results and targets lie row by row, [samples × targets], standardised as the network
 * learns them; errors are told in the targets' own units, in which they mean something.
 */
import { PLAIN } from "#base";
import type { Unit } from "#base";

/** Rows of `width` numbers in their own units: number · deviation + mean. Where no unit is given they stay as they are. */
export function inOwnUnits(values: ArrayLike<number>, units: readonly Unit[], width: number): Float32Array {
  return Float32Array.from(values, (value, index) => {
    const { mean, deviation } = units[index % width] ?? PLAIN;
    return value * deviation + mean;
  });
}

export interface ValueScore {
  /** The target's. */
  name: string;
  /** `mean (y − t)²`, in squares of the target's own unit. */
  meanSquaredError: number;
  /** Its root, in the target's own unit. */
  rootMeanSquaredError: number;
  /** `mean |y − t|`, in the target's own unit. */
  meanAbsoluteError: number;
  /**
   * R², the part of the targets' variation that is foretold: `1 − Σ (y − t)² / Σ (t − t̄)²`. 1 is perfect, 0 as good as
   * always saying the mean, and below 0 worse than that. Null when the targets do not vary.
   */
  determination: number | null;
}

/** How well each target is predicted. */
export function valueScores(
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  { names, units }: { names: readonly string[]; units: readonly Unit[] },
): ValueScore[] {
  const width = names.length;
  const samples = targets.length / width;
  return names.map((name, column) => {
    const { deviation } = units[column] ?? PLAIN;
    let [sum, squares, distances] = [0, 0, 0];
    for (let index = column; index < targets.length; index += width) {
      const error = outputs[index] - targets[index];
      sum += targets[index];
      squares += error * error;
      distances += Math.abs(error);
    }
    const mean = sum / samples;
    let variation = 0;
    for (let index = column; index < targets.length; index += width) {
      variation += (targets[index] - mean) * (targets[index] - mean);
    }
    // the difference of two numbers in own units is that of the standardised ones times the deviation; R² has no unit
    const meanSquaredError = (squares / samples) * deviation * deviation;
    return {
      name,
      meanSquaredError,
      rootMeanSquaredError: Math.sqrt(meanSquaredError),
      meanAbsoluteError: (distances / samples) * deviation,
      determination: variation === 0 ? null : 1 - squares / variation,
    };
  });
}

/** Σ over samples of the mean over targets of |y − t|, in own units: divided by the samples, the mean absolute error. */
export function absoluteErrorSum(
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  units: readonly Unit[],
): number {
  let sum = 0;
  for (let index = 0; index < targets.length; index++) {
    sum += Math.abs(outputs[index] - targets[index]) * units[index % units.length].deviation;
  }
  return sum / units.length;
}

/** `mean (y − t)²`, in the units that the network learns. */
export function meanSquare(outputs: ArrayLike<number>, targets: ArrayLike<number>): number {
  return meanOf(outputs, targets, (error) => error * error);
}

/** `mean of ½d² where d = |y − t| ≤ δ, and δ·(d − ½δ) beyond`, in the units that the network learns. */
export function meanHuber(outputs: ArrayLike<number>, targets: ArrayLike<number>, delta: number): number {
  return meanOf(outputs, targets, (error) => {
    const distance = Math.abs(error);
    return distance <= delta ? (distance * distance) / 2 : delta * (distance - delta / 2);
  });
}

function meanOf(outputs: ArrayLike<number>, targets: ArrayLike<number>, of: (error: number) => number): number {
  let sum = 0;
  for (let index = 0; index < targets.length; index++) sum += of(outputs[index] - targets[index]);
  return sum / targets.length;
}
