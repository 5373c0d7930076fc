/** Kernels for images as bytes and for lists of what is not 0. */
import { createReferenceBackend } from "#kernels";
import { describe, expect, test } from "vitest";
import { blank, numbers, SHORT, whole } from "./inputs.ts";
import { parity } from "./twins.ts";
import type { Case } from "./twins.ts";

/** [rows, columns]: below, at and beyond sixteen pixels, a real batch, and one beyond a block of samples. */
const IMAGES = [
  ...SHORT.flatMap((rows) => [1, 3, 15, 16, 17, 33, 130].map((size) => [rows, size])),
  [67, 784],
  [300, 65],
];

/** Numbers of which a fifth are not 0. */
const sparse = (length: number) => numbers(length).map((value) => (Math.abs(value) < 1.6 ? 0 : value));
const bytes = (length: number) => Uint8Array.from(whole(length, 1280).map((value) => (value < 256 ? value : 0)));
/** The fast twin fills up to three places behind a list's end with zeros, which is what these hold. */
const zeros = (length: number) => new Float32Array(length);

parity(
  "gatherPixels",
  2e-7, // one product, of a scale that is rounded to f32
  IMAGES.map(([rows, size]) => [bytes(5 * size), whole(rows, 5), blank(rows * size), size, 1 / 255]),
);
parity(
  "packPixels",
  2e-7,
  IMAGES.flatMap(([rows, size]) =>
    [bytes(5 * size), new Uint8Array(5 * size), new Uint8Array(5 * size).fill(255)].map((images) => [
      images,
      whole(rows, 5),
      zeros(rows * size),
      zeros(rows * size),
      blank(rows),
      size,
      1 / 255,
    ]),
  ),
);
parity(
  "packNonZeros",
  0,
  IMAGES.flatMap(([rows, columns]) =>
    [sparse(rows * columns), zeros(rows * columns).fill(-0), numbers(rows * columns).fill(NaN, 0, 1)].map((x) => [
      x,
      zeros(rows * columns),
      zeros(rows * columns),
      blank(rows),
      rows,
      columns,
    ]),
  ),
);

const { kernels } = createReferenceBackend({ precision: "f32" });

/** x as lists with NaN behind their ends. */
function listsOf(x: Float32Array, rows: number, columns: number): [Float32Array, Float32Array, Float32Array] {
  const lists: [Float32Array, Float32Array, Float32Array] = [blank(x.length), blank(x.length), blank(rows)];
  kernels.packNonZeros(x, ...lists, rows, columns);
  return lists;
}

/** [rows, columns, units]; the last ones are shared by threads, go beyond a block of samples, of units, of entries. */
const PRODUCTS = [
  ...[1, 2, 5, 17].flatMap((rows) =>
    [1, 7, 33, 130].flatMap((columns) => [1, 3, 10, 31, 45].map((u) => [rows, columns, u])),
  ),
  [33, 784, 100],
  [300, 140, 36],
  [259, 270, 264],
  [3, 5000, 12],
];

// one chain of up to 5000 products of up to 4: on the way it reaches some 200, and every sum is rounded
parity(
  "sparseDense",
  3e-4,
  PRODUCTS.flatMap(([rows, columns, units]) =>
    [sparse, numbers].flatMap((draw) =>
      [true, false].map((relu): Case => {
        const lists = listsOf(draw(rows * columns), rows, columns);
        const bias = relu ? numbers(units) : null;
        return [...lists, numbers(columns * units), bias, blank(rows * units), rows, columns, units, Number(relu)];
      }),
    ),
  ),
);
// chains of up to 256 samples, then sums of those
parity(
  "sparseDenseBackwardWeight",
  3e-5,
  PRODUCTS.flatMap(([rows, columns, units]) =>
    [sparse, numbers].flatMap((draw) =>
      [true, false].map((fresh): Case => {
        const lists = listsOf(draw(rows * columns), rows, columns);
        const dw = fresh ? blank(columns * units) : numbers(columns * units);
        return [...lists, numbers(rows * units), dw, rows, columns, units, Number(fresh)];
      }),
    ),
  ),
);

describe("lists", () => {
  test("hold what is not 0, in order, and how much that is", () => {
    const [positions, values, counts] = listsOf(Float32Array.of(0, 5, 0, 7, 0, 0), 2, 3);
    expect([...counts]).toEqual([1, 1]);
    expect([positions[0], values[0], positions[3], values[3]]).toEqual([1, 5, 0, 7]);
  });
});
