/**
 * The first link of the chain of trust: is the derivative that an op claims the slope of what it computes?
 *
 * `dL/dx ≈ (L(x + h) − L(x − h)) / 2h`, on the reference kernels in f64, where the error of this formula is about 1e-9
 * and a wrong factor cannot hide. L is the sum of the outputs, each weighted by a number of its own, so that no
 * two errors cancel.
 */
import { createEngine, apply } from "#engine";
import type { Engine, Op, Tensor } from "#engine";
import { Rng, sizeOf } from "#base";
import type { Shape } from "#base";

/** One row of the gradient table. */
export interface GradientRow {
  op: Op<never>;
  /** Shapes of the inputs, or inputs with their numbers. */
  inputs: (Shape | { shape: Shape; values: number[] })[];
  settings?: unknown;
  /** Numbers are drawn from here; default −1.5 to 1.5. */
  range?: [low: number, high: number];
  /** Numbers are kept this far from these points, where the function has a kink. */
  kinks?: number[];
  /** Inputs that are no variables, such as labels. */
  constants?: number[];
}

const STEP = 1e-5; // the best compromise in f64: truncation grows as h², rounding as 1e-16 / h

let engine: Engine | undefined;

/** The largest relative error of any gradient, and where it is. */
export async function gradientError(row: GradientRow): Promise<{ error: number; place: string }> {
  engine ??= await createEngine({ kernels: "reference", precision: "f64" });
  const { op, settings, constants = [] } = row;
  const arrays = numbersFor(row);
  const shapes = row.inputs.map((input) => ("shape" in input ? input.shape : input));
  const run = (require: boolean) => {
    const inputs = arrays.map((values, index) =>
      require && !constants.includes(index)
        ? (engine as Engine).parameter(values, shapes[index])
        : (engine as Engine).tensor(values, shapes[index]),
    );
    return { inputs, output: apply(op as Op<unknown>, inputs, settings) };
  };
  checkOverwrites(row, arrays);
  const weigh = (output: Tensor) => [...output.data].reduce((sum, y, index) => sum + y * weightOf(index), 0);

  return engine.step(() => {
    const { inputs, output } = run(true);
    const upstream = Float64Array.from({ length: output.size }, (_, index) => weightOf(index));
    output.backward((engine as Engine).tensor(upstream, output.shape));
    let worst = { error: 0, place: "nowhere" };
    for (const [index, input] of inputs.entries()) {
      if (constants.includes(index)) continue;
      const analytic = (input.grad as Tensor).toArray();
      for (let at = 0; at < input.size; at++) {
        const value = arrays[index][at];
        const [above, below] = [value + STEP, value - STEP].map((moved) => {
          arrays[index][at] = moved;
          return (engine as Engine).step(() => weigh(run(false).output));
        });
        arrays[index][at] = value;
        const numeric = (above - below) / (2 * STEP);
        const error = Math.abs(numeric - analytic[at]) / Math.max(1, Math.abs(numeric), Math.abs(analytic[at]));
        if (Number.isNaN(error) || error > worst.error) {
          // what is no number is as wrong as can be, and must not be forgotten for a later one
          worst = {
            error: Number.isNaN(error) ? Infinity : error,
            place: `${op.name}: input ${index}[${at}], got ${analytic[at]}, expected ${numeric}`,
          };
        }
      }
    }
    return worst;
  });
}

/** A weight for output number `index`: all different, none near 0. */
function weightOf(index: number): number {
  return 0.5 + ((index * 0.618034) % 1);
}

function numbersFor({ op, inputs, range: [low, high] = [-1.5, 1.5], kinks = [] }: GradientRow): Float64Array[] {
  const rng = new Rng(1).stream(op.name);
  return inputs.map((input) => {
    if ("shape" in input) return Float64Array.from(input.values);
    return Float64Array.from({ length: sizeOf(input) }, () => {
      let value = rng.uniform(low, high);
      while (kinks.some((kink) => Math.abs(value - kink) < 10 * STEP)) value = rng.uniform(low, high);
      return value;
    });
  });
}

/** An op that says so really fills all of its output, whatever was there before. */
function checkOverwrites(row: GradientRow, arrays: readonly ArrayLike<number>[]): void {
  const op = row.op as Op<unknown>;
  if (op.overwrites !== true) return;
  const { settings } = row;
  const views = row.inputs.map((input, index) => ({
    shape: "shape" in input ? input.shape : input,
    data: Float64Array.from(arrays[index]),
  }));
  const dirty = (size: Shape) => ({ shape: size, data: new Float64Array(sizeOf(size)).fill(NaN) });
  const y = dirty(op.shape(views, settings));
  const keeps = (op.saved?.(views, settings) ?? []).map(dirty);
  const memory = (op.memory?.(views, settings) ?? []).map((shape) => ({
    shape,
    data: new Float64Array(sizeOf(shape)),
  }));
  op.forward((engine as Engine).kernels, views, y, settings, keeps, memory);
  if ([y, ...keeps].some(({ data }) => data.some(Number.isNaN)))
    throw new Error(`${op.name} leaves parts of its output`);
}
