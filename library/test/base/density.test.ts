// Whether a first layer should work on lists of what is not 0: counted on the data, never on a batch.
import { isMostlyZero } from "#base";
import { expect, test } from "vitest";

const withLit = (part: number, samples = 100, size = 50) =>
  Float32Array.from({ length: samples * size }, (_, index) => (index % size < part * size ? 1 : 0));

test("less than 35 % lit is mostly zero, 35 % and more is not", () => {
  expect(isMostlyZero(withLit(0.34), 50)).toBe(true);
  expect(isMostlyZero(withLit(0.36), 50)).toBe(false);
  expect(isMostlyZero(new Uint8Array(100), 10)).toBe(true);
  expect(isMostlyZero(new Uint8Array(100).fill(7), 10)).toBe(false);
});

test("samples from the whole set are looked at, not only the first", () => {
  const values = new Float32Array(1000 * 10);
  values.fill(1, 5000); // the second half is lit: one in two
  expect(isMostlyZero(values, 10)).toBe(false);
});
