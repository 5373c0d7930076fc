/**
 * A fused op must be the chain of ops that it replaces: the same output, the same gradients. And it must keep its promises
 * to whoever places its memory: what it overwrites, and gradients that it starts, may hold anything beforehand.
 */
import type { Engine, Op, Tensor } from "#engine";
import { Rng, sizeOf } from "#base";
import type { Shape } from "#base";

/** Inputs for an op, the same for every engine. */
export function drawInputs(shapes: readonly Shape[]): Float32Array[] {
  const rng = new Rng(1).stream("inputs");
  return shapes.map((shape) => Float32Array.from({ length: sizeOf(shape) }, () => rng.uniform(-1.5, 1.5)));
}

/** The output and the gradients of all inputs, for a dL/dy whose numbers all differ. */
export function outcome(
  engine: Engine,
  shapes: readonly Shape[],
  arrays: readonly Float32Array[],
  compute: (inputs: Tensor[]) => Tensor,
): number[][] {
  return engine.step(() => {
    const inputs = arrays.map((values, index) => engine.parameter(values, shapes[index]));
    const y = compute(inputs);
    const weights = Float32Array.from({ length: y.size }, (_, index) => 0.5 + ((index * 0.618034) % 1));
    const output = [...y.data];
    y.backward(engine.tensor(weights, y.shape));
    return [output, ...inputs.map((input) => [...(input.grad as Tensor).data])];
  });
}

/** The same by the op alone, with NaN wherever it promised to write. */
export function outcomeOfPromises<Settings>(
  engine: Engine,
  op: Op<Settings>,
  settings: Settings,
  shapes: readonly Shape[],
  arrays: readonly Float32Array[],
): number[][] {
  return engine.step(() => {
    const inputs = arrays.map((values, index) => engine.tensor(values, shapes[index]));
    const garbage = (shape: Shape) => engine.tensor(new Float32Array(sizeOf(shape)).fill(NaN), shape);
    const y = garbage(op.shape(inputs, settings));
    const saved = (op.saved?.(inputs, settings) ?? []).map(garbage);
    const memory = (op.memory?.(inputs, settings) ?? []).map((shape) =>
      engine.tensor(new Float32Array(sizeOf(shape)), shape),
    );
    op.forward(engine.kernels, inputs, y, settings, saved, memory);
    const output = [...y.data];
    const weights = Float32Array.from({ length: y.size }, (_, index) => 0.5 + ((index * 0.618034) % 1));
    const dy = engine.tensor(weights, y.shape);
    const gradients = inputs.map(({ shape }) => ({ shape, data: garbage(shape).data, fresh: true }));
    const workspace = (op.workspace?.(inputs, settings) ?? []).map(garbage);
    op.backward(engine.kernels, inputs, y, dy, gradients, settings, saved, workspace);
    return [output, ...gradients.map(({ data }) => [...data])];
  });
}

/** The largest difference, as a part of 1 + what is wanted; infinite if anything is no number. */
export function largestDifference(want: readonly number[][], got: readonly number[][]): number {
  let largest = 0;
  for (const [index, array] of want.entries()) {
    for (const [at, value] of array.entries()) {
      const difference = Math.abs(got[index][at] - value) / (1 + Math.abs(value));
      largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
    }
  }
  return largest;
}
