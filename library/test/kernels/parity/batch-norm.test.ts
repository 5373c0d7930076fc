/** Batch normalization: sums of 32 rows in f32 and from there in f64, everything else a few roundings in f32. */
import { parity } from "./twins.ts";
import { blank, numbers, SHORT, whole } from "./inputs.ts";

/** [rows, channels]; the last three are large enough for threads to share, one with more channels than fit scratch. */
const SHAPES = [
  ...SHORT.flatMap((rows) => SHORT.map((channels) => [rows, channels])),
  [500, 33],
  [130, 100],
  [7, 4100],
];
const EPSILON = 1e-3; // with one row the variance is 0, and 1/√ε multiplies every rounding of the mean

for (const kernel of ["batchNorm", "batchNormRelu"] as const) {
  parity(
    kernel,
    3e-6,
    SHAPES.map(([rows, channels]) => [
      numbers(rows * channels),
      numbers(channels),
      numbers(channels),
      blank(rows * channels),
      blank(channels),
      blank(channels),
      rows,
      channels,
      EPSILON,
    ]),
  );
}
// far from 0, where E[x²] − E[x]² would have no digit left: the variance keeps its digits
parity("batchNorm", 1e-3, [
  [numbers(99 * 5, 1000, 1001), numbers(5), numbers(5), blank(99 * 5), blank(5), blank(5), 99, 5, EPSILON],
]);

parity(
  "batchNormEvaluation",
  2e-6,
  SHAPES.map(([rows, channels]) => [
    numbers(rows * channels),
    numbers(channels),
    numbers(channels),
    numbers(channels),
    numbers(channels, 0.5, 2),
    blank(rows * channels),
    rows,
    channels,
    EPSILON,
  ]),
);

/** Each of dx, dscale and dshift may be missing, and may be written over. */
const WANTED = [
  [1, 1, 1, 0, 0, 0],
  [1, 0, 0, 1, 0, 0],
  [0, 1, 0, 0, 1, 0],
  [0, 0, 1, 0, 0, 1],
  [1, 1, 1, 1, 0, 1],
];
const gradient = (length: number, wanted: number, fresh: number) =>
  wanted ? (fresh ? blank(length) : numbers(length)) : null;
/** About half of the numbers are above 0, as behind a ReLU. */
const rectified = (length: number) => numbers(length).map((value) => Math.max(value, 0));

for (const kernel of ["batchNormBackward", "batchNormReluBackward", "batchNormEvaluationBackward"] as const) {
  parity(
    kernel,
    5e-6,
    SHAPES.flatMap(([rows, channels]) =>
      WANTED.map(([dx, dscale, dshift, ...fresh]) => [
        numbers(rows * channels),
        numbers(channels),
        numbers(channels),
        numbers(channels, 0.5, 2),
        ...(kernel === "batchNormReluBackward" ? [rectified(rows * channels)] : []),
        numbers(rows * channels),
        gradient(rows * channels, dx, fresh[0]),
        gradient(channels, dscale, fresh[1]),
        gradient(channels, dshift, fresh[2]),
        rows,
        channels,
        EPSILON,
        ...fresh,
      ]),
    ),
  );
}

/** Whole windows, and pictures of which a line or a column is left over. */
const POOLS = [
  [2, 4, 6, 1, 2, 2],
  [3, 5, 7, 5, 2, 2],
  [1, 7, 6, 8, 3, 2],
  [2, 2, 2, 3, 2, 2],
  [9, 14, 14, 16, 2, 2],
].map(([batch, height, width, channels, windowHeight, windowWidth]) => ({
  ...{ batch, height, width, channels, windowHeight, windowWidth, top: 0, left: 0 },
  ...{ strideY: windowHeight, strideX: windowWidth },
  ...{ outHeight: Math.floor(height / windowHeight), outWidth: Math.floor(width / windowWidth) },
}));
const inputs = (each: (typeof POOLS)[number]) => each.batch * each.height * each.width * each.channels;
const outputs = (each: (typeof POOLS)[number]) => each.batch * each.outHeight * each.outWidth * each.channels;

parity(
  "batchNormReluPool",
  3e-6,
  POOLS.map((each) => [
    numbers(inputs(each)),
    numbers(each.channels),
    numbers(each.channels),
    blank(outputs(each)),
    blank(outputs(each)),
    blank(each.channels),
    blank(each.channels),
    each,
    EPSILON,
  ]),
);
parity(
  "batchNormReluPoolBackward",
  5e-6,
  POOLS.flatMap((each) =>
    WANTED.map(([dx, dscale, dshift, ...fresh]) => [
      numbers(inputs(each)),
      numbers(each.channels),
      numbers(each.channels),
      numbers(each.channels, 0.5, 2),
      rectified(outputs(each)),
      whole(outputs(each), each.windowHeight * each.windowWidth),
      numbers(outputs(each)),
      gradient(inputs(each), dx, fresh[0]),
      gradient(each.channels, dscale, fresh[1]),
      gradient(each.channels, dshift, fresh[2]),
      each,
      EPSILON,
      ...fresh,
    ]),
  ),
);

parity(
  "foldBatchNorm",
  2e-6,
  SHAPES.flatMap(([rows, channels]) =>
    [numbers(channels), null].map((bias) => [
      numbers(rows * channels),
      bias,
      numbers(channels),
      numbers(channels),
      numbers(channels),
      numbers(channels, 0.5, 2),
      blank(rows * channels),
      blank(channels),
      rows,
      channels,
      EPSILON,
    ]),
  ),
);

parity(
  "biasReluBackward",
  3e-6,
  SHAPES.flatMap(([rows, channels]) =>
    [
      [1, 1, 0],
      [1, 1, 1],
      [1, 0, 1],
      [0, 1, 0],
    ].map(([relu, dbias, fresh]) => [
      rectified(rows * channels),
      numbers(rows * channels),
      gradient(channels, dbias, fresh),
      rows,
      channels,
      relu,
      fresh,
    ]),
  ),
);
