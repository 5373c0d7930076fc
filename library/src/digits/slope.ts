/**
 * The slope of light over a picture: a smooth surface through its frame, where there is mostly paper.
 *
 *   `a + b·x + c·y + d·x² + e·x·y + f·y²`
 *
 * It has the least sum of absolute deviations, so that a stroke that runs out of the picture does not bend it much: as a
 * median does, the surface follows the many and not the far.
 *
 * @see [Schlossmacher73]
 */
import { frameOf, framePixels, median } from "./frame.ts";
import { atMost } from "./picture.ts";
import type { GreyPicture } from "./picture.ts";

const FEW = 32; // pixels of the longer side are enough
const TERMS = 6;
const ROUNDS = 16; // of weighting anew
const NEAR = 0.25; // of 255; pixels nearer to the surface all count as if they were as far

interface Point {
  /** −1 to 1 from left to right. */
  x: number;
  /** −1 to 1 from top to bottom. */
  y: number;
  value: number;
}

/** The surface, in the size of the picture. */
export function slopeOf(picture: GreyPicture): GreyPicture {
  const small = atMost(picture, FEW);
  const level = median(frameOf(small));
  const points = Array.from(framePixels(small), (pixel) => ({
    x: along(pixel % small.width, small.width),
    y: along(Math.floor(pixel / small.width), small.height),
    value: small.values[pixel],
  }));
  const fit = leastDeviations(points, level);
  const { width, height } = picture;
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = along(row, height);
    const [still, once, twice] = [level + fit[0] + fit[2] * y + fit[5] * y * y, fit[1] + fit[4] * y, fit[3]];
    for (let column = 0; column < width; column++) {
      const x = along(column, width);
      values[row * width + column] = still + once * x + twice * x * x;
    }
  }
  return { width, height, values };
}

function along(pixel: number, length: number): number {
  return (2 * pixel + 1) / length - 1;
}

function terms(x: number, y: number): number[] {
  return [1, x, y, x * x, x * y, y * y];
}

/**
 * The coefficients of the surface over `level` with the least sum of absolute distances. A square divided by its root is
 * an absolute value: least squares, weighted by 1 / distance, come to it in some rounds.
 */
function leastDeviations(points: readonly Point[], level: number): Float64Array {
  let fit = new Float64Array(TERMS);
  for (let round = 0; round < ROUNDS; round++) {
    const matrix = new Float64Array(TERMS * TERMS);
    const right = new Float64Array(TERMS);
    for (const { x, y, value } of points) {
      const own = terms(x, y);
      const distance = value - level - own.reduce((sum, term, index) => sum + fit[index] * term, 0);
      const weight = 1 / Math.max(NEAR, Math.abs(distance));
      for (let row = 0; row < TERMS; row++) {
        right[row] += weight * own[row] * (value - level);
        for (let column = 0; column < TERMS; column++) matrix[row * TERMS + column] += weight * own[row] * own[column];
      }
    }
    fit = solve(matrix, right);
  }
  return fit;
}

/** x of `matrix · x = right`, for a symmetric matrix without negative eigenvalues; directions of no weight stay 0. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array<ArrayBuffer> {
  const x = Float64Array.from(right);
  const most = Math.max(...matrix);
  for (let pivot = 0; pivot < TERMS; pivot++) matrix[pivot * TERMS + pivot] += most * 1e-9;
  for (let pivot = 0; pivot < TERMS; pivot++) {
    for (let row = 0; row < TERMS; row++) {
      if (row === pivot) continue;
      const factor = matrix[row * TERMS + pivot] / matrix[pivot * TERMS + pivot];
      for (let column = pivot; column < TERMS; column++) {
        matrix[row * TERMS + column] -= factor * matrix[pivot * TERMS + column];
      }
      x[row] -= factor * x[pivot];
    }
  }
  return x.map((value, index) => value / matrix[index * TERMS + index]);
}
