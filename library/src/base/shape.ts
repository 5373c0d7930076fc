/**
 * Shapes: the lengths of an array along its axes. `[32, 784]` is a batch of 32 samples of 784 numbers each; `[]` is a
 * single number. Arrays are row-major: the last axis lies closest together in memory.
 */
import { ShapeError } from "./errors.ts";

/** The lengths of an array along its axes, outermost first. */
export type Shape = readonly number[];

/** The number of elements: the product of the lengths, 1 for a single number. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** `[32, 784]`, as errors and summaries show it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** How many elements lie between neighbours along each axis of a row-major array: [2, 3, 4] → [12, 4, 1]. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/**
 * The shape of `a ∘ b` when each may be repeated along axes where it has length 1 or none at all:
 * [32, 10] and [10] → [32, 10]; [4, 1] and [3] → [4, 3].
 *
 * @throws {ShapeError} when two lengths differ and neither is 1
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const lengthA = a[axis - rank + a.length] ?? 1;
    const lengthB = b[axis - rank + b.length] ?? 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1) {
      throw new ShapeError({
        op,
        problem: `the shapes cannot be broadcast together: ${lengthA} meets ${lengthB}`,
        shapes: { a, b },
        want: "counted from the last axis, equal lengths, or 1, or no axis",
      });
    }
    return lengthA === 1 ? lengthB : lengthA;
  });
}

/** Lengths that whole numbers ≥ 1 can be; anything else is refused in the name of `op`. */
export function checkShape(op: string, shape: Shape): void {
  if (!shape.every((length) => Number.isInteger(length) && length >= 1)) {
    throw new ShapeError({ op, problem: "a length is not a whole number of at least 1", shapes: { shape } });
  }
}
