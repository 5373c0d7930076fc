/** Matrix products: every remainder of tiles, panels and blocks, few rows and many, and both transposed forms. */
import { parity } from "./twins.ts";
import { blank, numbers, SIZES } from "./inputs.ts";

/** Sums of up to 1,000 products of numbers up to 2 in f32: each addition may round by 2⁻²⁴ of a sum of some hundred. */
const TOLERANCE = 2e-4;

const AWKWARD = [1, 3, 4, 5, 7, 8, 17, 33];

/** [M, K, N]: all awkward sizes against each other in turn, then the borders of blocks (24 rows, 256 inner, 256 columns). */
const SHAPES: [number, number, number][] = [
  ...AWKWARD.flatMap((M, i) => AWKWARD.map((K, j): [number, number, number] => [M, K, AWKWARD[(i + j) % 8]])),
  [95, 255, 511],
  [97, 257, 65],
  [100, 300, 520],
  [193, 513, 40],
  [4, 784, 130],
  [5, 784, 130],
  [128, 784, 128],
  [784, 128, 33],
  // narrow ones, with up to four columns beside a full panel, and enough work to be shared
  ...[9, 10, 11, 12, 13].map((N): [number, number, number] => [101, 259, N]),
  [130, 128, 10],
  [500, 70, 268], // 33 full panels' columns and four more
];

for (const kernel of ["matmul", "matmulTransposeA", "matmulTransposeB"] as const) {
  parity(
    kernel,
    TOLERANCE,
    SHAPES.flatMap(([M, K, N]) => [
      [numbers(M * K), numbers(K * N), numbers(M * N), M, K, N, 0],
      [numbers(M * K), numbers(K * N), blank(M * N), M, K, N, 1],
    ]),
  );
}

parity(
  "dense",
  TOLERANCE,
  SHAPES.flatMap(([M, K, N]) =>
    [0, 1].map((relu) => [numbers(M * K), numbers(K * N), numbers(N), blank(M * N), M, K, N, relu]),
  ),
);

/** Mostly zeros, as pictures are: whole columns of them, whole rows, and here and there. */
function background(rows: number, columns: number): Float32Array {
  return numbers(rows * columns).map((value, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return column % 7 < 3 || row % 9 === 4 || (row + column) % 5 < 3 ? 0 : value;
  });
}

for (const kernel of ["matmul", "matmulTransposeA", "matmulTransposeB"] as const) {
  parity(
    kernel,
    TOLERANCE,
    SHAPES.filter(([, , N]) => N >= 32).flatMap(([M, K, N]) => [
      [kernel === "matmulTransposeA" ? background(K, M) : background(M, K), numbers(K * N), numbers(M * N), M, K, N, 0],
      [new Float32Array(M * K), numbers(K * N), numbers(M * N), M, K, N, 0],
    ]),
  );
}

// nothing is computed: equal
parity(
  "copy",
  0,
  SIZES.map((size) => [numbers(size), blank(size)]),
);
parity(
  "fill",
  0,
  SIZES.flatMap((size) => [0, 1, -0.1, NaN].map((value) => [blank(size), value])),
);
