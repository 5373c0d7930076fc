// What a warp does where mathematics knows the answer, with both kinds of kernels.
import { createFastBackend, createReferenceBackend } from "#kernels";
import type { Backend } from "#kernels";
import { platform } from "#platform";
import { afterAll, describe, expect, test } from "vitest";

const backends: Record<string, Backend> = {
  "the reference kernels, f64": createReferenceBackend({ precision: "f64" }),
  "the fast kernels": await createFastBackend(platform, { threads: 2, module: "simd" }),
};
afterAll(() => Object.values(backends).forEach((backend) => backend.close()));

const SIDE = 7;
const SIZE = SIDE * SIDE;
const SHEET = 5;
const IDENTITY = [1, 0, 0, 0, 1, 0];
/** Clockwise around the middle of a picture of 7×7: what stands at (row, column) came from (6 − column, row). */
const QUARTER_TURN = [0, 1, 0, -1, 0, 6];

interface Warp {
  map?: readonly number[];
  /** Of a sheet that is 1 everywhere: how far along the columns and along the rows. */
  pull?: readonly [columns: number, rows: number];
}

/** A picture, warped. */
function warped(backend: Backend, picture: ArrayLike<number>, { map = IDENTITY, pull }: Warp): number[] {
  const array = (values: ArrayLike<number>) => {
    const made = backend.allocate(values.length);
    made.set(values);
    return made;
  };
  const y = array(new Float64Array(SIZE).fill(NaN));
  const sheet = pull ? array(new Float64Array(SHEET * (SHEET + SIDE)).fill(1)) : null;
  const pieces = pull ? array([2, 3, pull[0], 4, 0, pull[1]]) : null;
  backend.kernels.warpImages(array(picture), array(map), sheet, pieces, y, 1, SIDE, SIDE, 1, SHEET);
  return [...y];
}

const picture = (valueAt: (row: number, column: number) => number) =>
  Array.from({ length: SIZE }, (_, index) => valueAt(Math.floor(index / SIDE), index % SIDE));
const noisy = picture((row, column) => ((row * 37 + column * 61) % 17) / 16);
const at = (values: readonly number[], row: number, column: number) =>
  row >= 0 && row < SIDE && column >= 0 && column < SIDE ? values[row * SIDE + column] : 0;
const turned = (values: readonly number[]) => picture((row, column) => at(values, 6 - column, row));

describe.each(Object.keys(backends))("%s", (name) => {
  const backend = backends[name];

  test("a map to itself leaves every bit", () => {
    expect(warped(backend, noisy, {})).toEqual(noisy);
    expect(warped(backend, noisy, { pull: [0, 0] })).toEqual(noisy);
  });

  test("a quarter turn is the picture turned, and four of them are none", () => {
    const once = warped(backend, noisy, { map: QUARTER_TURN });
    expect(once).toEqual(turned(noisy));
    const turn = (values: readonly number[]) => warped(backend, values, { map: QUARTER_TURN });
    expect(turn(turn(turn(once)))).toEqual(noisy);
  });

  test("a sheet that pulls all places alike moves the picture, and what comes in is 0", () => {
    expect(warped(backend, noisy, { pull: [2, -1] })).toEqual(picture((row, column) => at(noisy, row - 1, column + 2)));
  });

  test("with a map and a sheet, what was turned is pulled", () => {
    const apart = picture((row, column) => at(turned(noisy), row - 1, column + 2));
    expect(warped(backend, noisy, { map: QUARTER_TURN, pull: [2, -1] })).toEqual(apart);
  });

  test("between pixels, a slope is met exactly", () => {
    const slope = picture((row, column) => 2 * column + 3 * row);
    const map = [0.8, 0.2, 0.3, -0.1, 0.9, 0.6];
    const values = warped(backend, slope, { map, pull: [0.25, 0.5] });
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        const fromColumn = 0.8 * (column + 0.25) + 0.2 * (row + 0.5) + 0.3;
        const fromRow = -0.1 * (column + 0.25) + 0.9 * (row + 0.5) + 0.6;
        if (fromColumn > 6 || fromRow > 6) continue; // there it falls to 0
        expect(at(values, row, column)).toBeCloseTo(2 * fromColumn + 3 * fromRow, 4);
      }
  });

  test("half a pixel beyond the edge is half as bright, a whole one is black", () => {
    const white = picture(() => 1);
    const [first] = warped(backend, white, { map: [1, 0, -0.5, 0, 1, 0] });
    expect(first).toBe(0.5);
    expect(warped(backend, white, { map: [1, 0, -1, 0, 1, 0] })[0]).toBe(0);
    expect(new Set(warped(backend, white, { map: [1, 0, 1e9, 0, 1, 0] }))).toEqual(new Set([0]));
  });
});
