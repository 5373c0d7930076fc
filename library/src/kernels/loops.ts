/**
 * Loops over arrays that are not laid out alike: broadcast, transposed, cut out.
 *
 * Such an array is read through *strides*: how far apart, in elements, neighbours along each axis lie. Element
 * [i, j, k, l] stands at `i·s0 + j·s1 + k·s2 + l·s3`. A stride of 0 repeats the same element along its axis, which is
 * all that broadcasting is. Four axes are enough: whoever calls merges axes that lie behind one another.
 */
import type { Shape } from "#base";

/**
 * Visits every index of a shape with four axes in row-major order. The visitor learns the number of the visit (the
 * position in a contiguous array of this shape) and the positions in two arrays with strides of their own.
 */
export function walk(
  shape: Shape,
  aStrides: Shape,
  bStrides: Shape,
  visit: (position: number, atA: number, atB: number) => void,
): void {
  let position = 0;
  for (let i = 0; i < shape[0]; i++)
    for (let j = 0; j < shape[1]; j++)
      for (let k = 0; k < shape[2]; k++)
        for (let l = 0; l < shape[3]; l++) {
          const atA = i * aStrides[0] + j * aStrides[1] + k * aStrides[2] + l * aStrides[3];
          const atB = i * bStrides[0] + j * bStrides[1] + k * bStrides[2] + l * bStrides[3];
          visit(position++, atA, atB);
        }
}
