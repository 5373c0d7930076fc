// Parameters that lie side by side move in one call, and only those that are treated alike.
import { expect, test } from "vitest";
import { neighboursJoined } from "../../src/optim/neighbours.ts";

const memory = new ArrayBuffer(4096);
const array = (line: number, length: number) => new Float32Array(memory, 64 * line, length);
const update = (line: number, length: number, weightDecay = 0) => ({
  arrays: [array(line, length), array(line + 20, length)],
  weightDecay,
});
const lengths = (updates: readonly { arrays: readonly { length: number }[] }[]) =>
  updates.map(({ arrays }) => arrays.map(({ length }) => length));

test("arrays that follow each other, up to a cache line, become one", () => {
  expect(lengths(neighboursJoined([update(0, 20), update(2, 5), update(3, 16)]))).toEqual([[64, 64]]);
});

test("a gap keeps them apart, in any of their arrays", () => {
  expect(lengths(neighboursJoined([update(0, 16), update(2, 16)]))).toEqual([
    [16, 16],
    [16, 16],
  ]);
  const askew = { arrays: [array(1, 16), array(30, 16)], weightDecay: 0 };
  expect(lengths(neighboursJoined([update(0, 16), askew]))).toEqual([
    [16, 16],
    [16, 16],
  ]);
});

test("another weight decay keeps them apart", () => {
  expect(lengths(neighboursJoined([update(0, 16, 0.1), update(1, 16)]))).toEqual([
    [16, 16],
    [16, 16],
  ]);
});

test("other memory keeps them apart", () => {
  const elsewhere = { arrays: [new Float32Array(16), new Float32Array(16)], weightDecay: 0 };
  expect(lengths(neighboursJoined([update(0, 16), elsewhere]))).toEqual([
    [16, 16],
    [16, 16],
  ]);
});
