// The sheet that bends pictures: as strong as it says, as smooth as it says, without an edge.
import { Rng } from "#base";
import { expect, test } from "vitest";
import { makeSheet } from "../../../src/data/augmentation/sheet.ts";

const SIDE = 256;
const OVERLAP = 28;
const SIGMA = 4;
const make = (seed: number) => makeSheet({ side: SIDE, overlap: OVERLAP, sigma: SIGMA, rng: new Rng(seed) });
const sheet = make(1);
const at = (row: number, column: number) => sheet[row * (SIDE + OVERLAP) + column];

/** The mean over the whole sheet of what a function says of each place. */
function mean(of: (row: number, column: number) => number): number {
  let sum = 0;
  for (let row = 0; row < SIDE; row++) for (let column = 0; column < SIDE; column++) sum += of(row, column);
  return sum / (SIDE * SIDE);
}

test("its mean is 0 and its root mean square 1", () => {
  expect(mean(at)).toBeCloseTo(0, 6);
  expect(mean((row, column) => at(row, column) ** 2)).toBeCloseTo(1, 6);
});

test.each([1, 4, 8])("two places %i pixels apart are as alike as a blur of sigma makes them", (distance) => {
  // the correlation of white noise blurred by a bell of deviation σ is a bell of deviation √2·σ
  const expected = Math.exp((-distance * distance) / (4 * SIGMA * SIGMA));
  const along = mean((row, column) => at(row, column) * at(row, (column + distance) % SIDE));
  const down = mean((row, column) => at(row, column) * at((row + distance) % SIDE, column));
  expect(along).toBeCloseTo(expected, 1);
  expect(down).toBeCloseTo(expected, 1);
});

test("it goes on at its edges where it began", () => {
  const steps = Array.from({ length: SIDE }, (_, row) => Math.abs(at(row, SIDE - 1) - at(row, 0)));
  expect(Math.max(...steps)).toBeLessThan(1); // neighbours differ by a fraction; strangers by up to four
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < OVERLAP; column++) expect(at(row, SIDE + column)).toBe(at(row, column));
  }
});

test("the same generator makes the same, another one another", () => {
  expect(make(1)).toEqual(sheet);
  expect(make(2)).not.toEqual(sheet);
});
