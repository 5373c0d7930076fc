/** Kernels that treat every row alike: softmax and its kin, losses, gathering. */
import { parity } from "./twins.ts";
import { blank, numbers, SHORT, SIZES, whole } from "./inputs.ts";

/** [rows, columns]; the last two are large enough for threads to share. */
const MATRICES = [
  ...SHORT.flatMap((rows) => [1, 2, 3, 4, 5, 8, 10, 17].map((columns) => [rows, columns])),
  [1001, 10],
  [9, 1000],
];

// e^x to 1 unit, a division, the sum in f64
parity(
  "softmax",
  3e-7,
  MATRICES.map(([rows, columns]) => [numbers(rows * columns, -9, 9), blank(rows * columns), rows, columns]),
);
parity("softmax", 3e-7, [[Float32Array.of(1000, -1000, 0, 1000, 88, -3e38, 3e38, 0), blank(8), 2, 4]]);
parity(
  "softmaxBackward",
  3e-7,
  MATRICES.map(([rows, columns]) => [
    ...[numbers(rows * columns, 0, 1), numbers(rows * columns), numbers(rows * columns)].map((x) =>
      x.map((v) => v / columns),
    ),
    rows,
    columns,
  ]),
);
parity(
  "logSoftmax",
  3e-7,
  MATRICES.map(([rows, columns]) => [numbers(rows * columns, -9, 9), blank(rows * columns), rows, columns]),
);
parity("logSoftmax", 3e-7, [[Float32Array.of(1000, -1000, 0, 1000, 88, -100, 30, 0), blank(8), 2, 4]]);
// the row's sum of dy, here up to 60, is rounded to f32
parity(
  "logSoftmaxBackward",
  3e-6,
  MATRICES.map(([rows, columns]) => [
    numbers(rows * columns, -3, 0),
    numbers(rows * columns),
    numbers(rows * columns),
    rows,
    columns,
  ]),
);

// losses and surplus as softmax; finite for any logits
const LOSSES = MATRICES.flatMap(([rows, columns]) =>
  [0, 0.1].flatMap((smoothing) => [3, 1000].map((size) => [rows, columns, smoothing, size])),
);
parity(
  "crossEntropy",
  3e-7,
  LOSSES.map(([rows, columns, smoothing, size]) => [
    numbers(rows * columns, -size, size),
    whole(rows, columns),
    blank(rows),
    blank(rows * columns),
    rows,
    columns,
    smoothing,
  ]),
);
parity(
  "crossEntropyBackward",
  3e-7,
  MATRICES.flatMap(([rows, columns]) =>
    [0, 1].map((fresh) => [numbers(rows * columns, -1, 1), numbers(1), numbers(rows * columns), rows, columns, fresh]),
  ),
);

// sums in f64: only the last rounding
parity(
  "meanSquaredError",
  2e-7,
  SIZES.map((n) => [numbers(n), numbers(n), blank(1)]),
);
parity(
  "meanSquaredErrorBackward",
  3e-7,
  SIZES.map((n) => [numbers(n), numbers(n), numbers(1), numbers(n)]),
);

// the same through both pieces, with targets near and far
const DELTAS = [0.5, 1, 3];
parity(
  "huber",
  2e-7,
  SIZES.flatMap((n) => DELTAS.map((delta) => [numbers(n), numbers(n), blank(1), delta])),
);
parity(
  "huberBackward",
  3e-7,
  SIZES.flatMap((n) => DELTAS.map((delta) => [numbers(n), numbers(n), numbers(1), numbers(n), delta])),
);

// forward in f64 throughout; finite for any logits, and a NaN comes through
const BINARY = SIZES.flatMap((n) =>
  [0, 0.1].flatMap((smoothing) => [3, 1000, 3e38].map((size) => [n, smoothing, size])),
);
parity("binaryCrossEntropy", 2e-7, [
  ...BINARY.map(([n, smoothing, size]) => [numbers(n, -size, size), numbers(n, 0, 1), blank(1), smoothing]),
  [Float32Array.of(1, NaN, 2), numbers(3, 0, 1), blank(1), 0],
]);
parity(
  "binaryCrossEntropyBackward",
  4e-7,
  BINARY.map(([n, smoothing, size]) => [numbers(n, -size, size), numbers(n, 0, 1), numbers(1), numbers(n), smoothing]),
);

// copies are equal; backward, rows that were picked often are sums in f32
parity(
  "gather",
  0,
  MATRICES.map(([rows, columns]) => [numbers(6 * columns), whole(rows, 6), blank(rows * columns), columns]),
);
parity(
  "gatherBackward",
  1e-5,
  MATRICES.map(([rows, columns]) => [whole(rows, 6), numbers(rows * columns), numbers(6 * columns), columns]),
);
