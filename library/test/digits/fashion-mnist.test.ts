// Clothes come in the four files of MNIST, read by the same code; names and advice are their own.
import { expect, test } from "vitest";
import { fashionMnist, fashionMnistTest } from "../../src/digits/fashion-mnist.ts";
import type { Source } from "../../src/digits/four-files.ts";

const LABELS = [9, 0, 3, 9];
const files: Record<string, Uint8Array> = {};
for (const part of ["train", "t10k"]) {
  files[`${part}-images-idx3-ubyte`] = Uint8Array.of(
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    4,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    2,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
  );
  files[`${part}-labels-idx1-ubyte`] = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 4, ...LABELS);
}
const source: Source = (name) => files[name] ?? null;

test("pictures of clothes, with the names of their classes", async () => {
  const { training, validation, test: last } = await fashionMnist(source, { validation: 1 });
  expect([training.length, validation?.length, last.length]).toEqual([3, 1, 4]);
  expect(Array.from(last.labels, (label) => last.classNames[label])).toEqual([
    "Ankle boot",
    "T-shirt/top",
    "Dress",
    "Ankle boot",
  ]);
  expect(last.classNames).toHaveLength(10);
  expect(await fashionMnistTest(source)).toEqual(last);
});

test("without test the test files are left alone", async () => {
  expect((await fashionMnist(source, { validation: 1, test: false })).test).toBe(null);
});

test("a missing file: the advice is for clothes", async () => {
  const labelsOnly: Source = (name) => (name.includes("labels") ? files[name] : null);
  await expect(fashionMnist(labelsOnly)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [FormatError: fashionMnist: train-images-idx3-ubyte is missing
      got   neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz
      want  train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; each as it is or with .gz
      fix   let source find them; github.com/zalandoresearch/fashion-mnist has them in its folder data/fashion]
  `);
  await expect(fashionMnistTest(labelsOnly)).rejects.toThrow(
    "without test files: fashionMnist(source, { test: false })",
  );
});
