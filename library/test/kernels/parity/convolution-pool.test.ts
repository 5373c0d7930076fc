/** Kernels of convolution with max pooling: windows that lie side by side, and gradients of the largest numbers only. */
import type { Windows } from "#kernels";
import { parity } from "./twins.ts";
import { blank, numbers, whole } from "./inputs.ts";

interface Walk extends Windows {
  filters: number;
  pool: readonly [number, number];
}

/** The filter's walk to the outputs that pooling needs. */
function walk(
  [batch, height, width, channels]: number[],
  [windowHeight, windowWidth, filters]: number[],
  {
    pool = [2, 2] as readonly [number, number],
    stride: [strideY, strideX] = [1, 1],
    padding: [top, bottom, left, right] = [0, 0, 0, 0],
  } = {},
): Walk {
  const needed = (length: number, window: number, stride: number, size: number) =>
    Math.floor((Math.floor((length - window) / stride) + 1) / size) * size;
  const outHeight = needed(height + top + bottom, windowHeight, strideY, pool[0]);
  const outWidth = needed(width + left + right, windowWidth, strideX, pool[1]);
  const sizes = { batch, height, width, channels, outHeight, outWidth };
  return { ...sizes, windowHeight, windowWidth, strideY, strideX, top, left, filters, pool };
}

const inputs = ({ batch, height, width, channels }: Windows) => batch * height * width * channels;
const weights = ({ windowHeight, windowWidth, channels, filters }: Walk) =>
  windowHeight * windowWidth * channels * filters;
const outputs = ({ batch, outHeight, outWidth, filters, pool }: Walk) =>
  (batch * outHeight * outWidth * filters) / (pool[0] * pool[1]);

/** Filters, steps and edges of all kinds; few and many channels; pooling of one, two, three and six outputs. */
const WALKS: Walk[] = [
  walk([1, 2, 2, 1], [1, 1, 1]),
  walk([2, 6, 5, 1], [3, 3, 2]),
  walk([3, 7, 6, 3], [2, 3, 5]),
  walk([1, 7, 9, 4], [3, 3, 8], { padding: [1, 1, 1, 1] }),
  walk([2, 13, 11, 1], [5, 5, 9], { stride: [2, 2], padding: [2, 2, 2, 2] }),
  walk([3, 9, 8, 2], [3, 2, 3], { stride: [2, 1], padding: [0, 1, 1, 0] }),
  walk([2, 12, 10, 5], [4, 4, 7], { stride: [3, 2], padding: [3, 2, 3, 3] }),
  walk([2, 7, 7, 3], [3, 3, 6], { pool: [3, 2] }),
  walk([2, 6, 6, 8], [1, 1, 12], { pool: [1, 1] }),
  walk([2, 9, 9, 2], [1, 3, 13], { pool: [1, 3], padding: [0, 0, 1, 1] }),
  walk([9, 8, 8, 17], [3, 3, 12], { padding: [1, 1, 1, 1] }),
  walk([2, 6, 6, 1], [3, 3, 70], { padding: [2, 2, 2, 2] }),
  walk([11, 14, 14, 1], [3, 3, 8]),
  walk([5, 14, 14, 8], [5, 5, 16], { pool: [3, 3] }),
];

/** Pictures of which the left half is background. */
const halfBlank = (each: Windows) =>
  numbers(inputs(each)).map((value, index) =>
    Math.floor(index / each.channels) % each.width < each.width / 2 ? 0 : value,
  );
/** The largest of outputs: some are 0, as behind a ReLU. */
const largest = (length: number) => numbers(length).map((value) => Math.max(0, value));
/** Gradients, of which some are 0. */
const gradients = (length: number) => numbers(length).map((value, index) => (index % 5 === 0 ? 0 : value));
const tapsOf = (each: Walk) => whole(outputs(each), each.pool[0] * each.pool[1]);

// sums of products up to 4 in f32, of some two hundred
parity(
  "convolutionPool",
  2e-5,
  WALKS.flatMap((each) =>
    [true, false].map((relu) => [
      halfBlank(each),
      numbers(weights(each)),
      numbers(each.filters),
      blank(outputs(each)),
      blank(outputs(each)),
      each,
      each.filters,
      each.pool,
      relu,
    ]),
  ),
);

parity(
  "convolutionPoolBackwardInput",
  2e-5,
  WALKS.flatMap((each) =>
    [true, false].map((flag, index) => [
      numbers(weights(each)),
      largest(outputs(each)),
      tapsOf(each),
      gradients(outputs(each)),
      flag ? blank(inputs(each)) : numbers(inputs(each)),
      each,
      each.filters,
      each.pool,
      index === 0,
      flag,
    ]),
  ),
);

parity(
  "convolutionPoolBackwardWeight",
  2e-5,
  WALKS.flatMap((each) =>
    [true, false].map((relu) => {
      const slices = Math.min(8, each.batch);
      return [
        numbers(inputs(each)),
        largest(outputs(each)),
        tapsOf(each),
        gradients(outputs(each)),
        blank(slices * weights(each)),
        blank(slices * each.filters),
        each,
        each.filters,
        each.pool,
        relu,
        slices,
      ];
    }),
  ),
);

parity(
  "sumSlices",
  1e-6,
  [
    [1, 1, 1],
    [8, 1, 5],
    [8, 7, 9],
    [3, 4, 4],
    [8, 12, 33],
    [8, 64, 288],
  ].flatMap(([count, rows, columns]) =>
    [true, false].map((fresh) => [
      numbers(count * rows * columns),
      fresh ? blank(rows * columns) : numbers(rows * columns),
      count,
      rows,
      columns,
      fresh,
    ]),
  ),
);
