/** Layer normalization: sums of a row and down the rows in f64, everything else a few roundings in f32. */
import { parity } from "./twins.ts";
import { blank, numbers, SHORT } from "./inputs.ts";

/** [rows, columns]; the last three are large enough for threads to share, one with more columns than fit scratch. */
const SHAPES = [...SHORT.flatMap((rows) => SHORT.map((columns) => [rows, columns])), [500, 33], [130, 100], [7, 2100]];
const EPSILON = 1e-3; // with one column the variance is 0, and 1/√ε multiplies every rounding of the mean

parity(
  "layerNorm",
  3e-6,
  SHAPES.map(([rows, columns]) => [
    numbers(rows * columns),
    numbers(columns),
    numbers(columns),
    blank(rows * columns),
    blank(rows),
    blank(rows),
    rows,
    columns,
    EPSILON,
  ]),
);
// far from 0, where E[x²] − E[x]² would have no digit left: the variance keeps its digits
parity("layerNorm", 1e-3, [
  [numbers(5 * 99, 1000, 1001), numbers(99), numbers(99), blank(5 * 99), blank(5), blank(5), 5, 99, EPSILON],
]);

parity(
  "layerNormBackward",
  5e-6,
  SHAPES.map(([rows, columns]) => [
    numbers(rows * columns),
    numbers(columns),
    numbers(rows),
    numbers(rows, 0.5, 2),
    numbers(rows * columns),
    numbers(rows * columns),
    rows,
    columns,
    EPSILON,
  ]),
);
parity(
  "layerNormBackwardParameters",
  5e-6,
  SHAPES.flatMap(([rows, columns]) =>
    [
      [1, 1],
      [1, 0],
      [0, 1],
    ].map(([dscale, dshift]) => [
      numbers(rows * columns),
      numbers(rows),
      numbers(rows, 0.5, 2),
      numbers(rows * columns),
      dscale ? numbers(columns) : null,
      dshift ? numbers(columns) : null,
      rows,
      columns,
      EPSILON,
    ]),
  ),
);
