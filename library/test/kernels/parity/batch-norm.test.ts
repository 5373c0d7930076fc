/** Batch normalization: sums in f64 down the rows, everything else a few roundings in f32. */
import { parity } from "./twins.ts";
import { blank, numbers, SHORT } from "./inputs.ts";

/** [rows, channels]; the last three are large enough for threads to share, one with more channels than fit scratch. */
const SHAPES = [
  ...SHORT.flatMap((rows) => SHORT.map((channels) => [rows, channels])),
  [500, 33],
  [130, 100],
  [7, 2100],
];
const EPSILON = 1e-3; // with one row the variance is 0, and 1/√ε multiplies every rounding of the mean

parity(
  "batchNorm",
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

/** Each of dx, dscale and dshift may be missing. */
const WANTED = [
  [1, 1, 1],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
for (const kernel of ["batchNormBackward", "batchNormEvaluationBackward"] as const) {
  parity(
    kernel,
    5e-6,
    SHAPES.flatMap(([rows, channels]) =>
      WANTED.map(([dx, dscale, dshift]) => [
        numbers(rows * channels),
        numbers(channels),
        numbers(channels),
        numbers(channels, 0.5, 2),
        numbers(rows * channels),
        dx ? numbers(rows * channels) : null,
        dscale ? numbers(channels) : null,
        dshift ? numbers(channels) : null,
        rows,
        channels,
        EPSILON,
      ]),
    ),
  );
}
