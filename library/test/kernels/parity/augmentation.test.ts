/** Kernels that change pictures: what they draw, and what they make of it. */
import { parity } from "./twins.ts";
import { blank, numbers, whole } from "./inputs.ts";

const KEY = [77, 0x87654321] as const;
/** Many pictures are shared by threads, and take large steps. */
const COUNTS = [1, 3, 5, 200];
/** [height, width, channels]: shorter and longer than vectors, a channel or more. */
const SIZES = [
  [1, 1, 1],
  [3, 5, 1],
  [4, 4, 3],
  [9, 7, 2],
  [28, 28, 1],
];
const pictures = COUNTS.flatMap((count) => SIZES.map((size) => [count, ...size]));
const lengthOf = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);

/** [degrees, scale, shear, pixels, probability] */
const AFFINE = [
  [10, 0.1, 0.1, 2, 1],
  [180, 0.9, 2, 30, 0.5],
  [0, 0, 0, 0, 1],
];
parity(
  "affineMaps",
  1e-6, // rounded to f32 once; offsets are sums of terms some thirty times as large
  COUNTS.flatMap((count) =>
    AFFINE.map((settings) => [blank(6 * count), count, 28, 21, ...settings, ...KEY, count * 2 ** 31]),
  ),
);

/** A map for each picture: turned, enlarged, moved, mostly so that something stays to be seen. */
function maps(count: number): Float32Array {
  const all = numbers(6 * count, -1.2, 1.2);
  for (let at = 0; at < all.length; at += 3) all[at + 2] *= 12;
  return all;
}

/** Windows of a sheet with this side, and how much they bend. */
function pieces(count: number, side: number): Float32Array {
  const all = numbers(6 * count, -3, 3);
  const places = whole(6 * count, side);
  return all.map((strength, index) => (index % 3 === 2 ? strength : places[index]));
}

const SIDE = 11;
parity(
  "warpImages",
  1e-4, // a place, up to some hundred, is rounded a few times; between neighbours lies up to 4, between maps up to 40
  pictures.flatMap(([count, height, width, channels]) => {
    const length = lengthOf([count, height, width, channels]);
    const sizes = [count, height, width, channels];
    const bent = [numbers(SIDE * (SIDE + width), -1, 1), pieces(count, SIDE)];
    return [
      [numbers(length), maps(count), null, null, blank(length), ...sizes, 0],
      [numbers(length), maps(count), ...bent, blank(length), ...sizes, SIDE],
      [new Float32Array(length), maps(count), ...bent, blank(length), ...sizes, SIDE],
    ];
  }),
);
parity(
  "elasticPieces",
  1e-7, // the strength is rounded
  COUNTS.flatMap((count) => [1, 0.3].map((p) => [blank(6 * count), count, 256, 0.65, p, ...KEY, count * 2 ** 31])),
);

parity(
  "deskewMaps",
  1e-5, // sums in another order, of which differences are taken; offsets are up to some ten
  pictures.flatMap(([count, height, width, channels]) => {
    const length = lengthOf([count, height, width, channels]);
    const sizes = [count, height, width, channels];
    return [
      [numbers(length, 0, 1), blank(6 * count), ...sizes, 1, ...KEY, 5],
      [numbers(length, 0, 1), blank(6 * count), ...sizes, 0.4, ...KEY, 5],
      [new Float32Array(length), blank(6 * count), ...sizes, 1, ...KEY, 5],
    ];
  }),
);

/** [thinner, thicker, probability] */
const STROKES = [
  [0.5, 0.8, 1],
  [0, 1, 0.5],
  [1, 0, 1],
];
parity(
  "strokeImages",
  1e-6, // the strength is rounded, then a difference, a product and a sum
  pictures.flatMap(([count, height, width, channels]) =>
    STROKES.map((settings) => {
      const length = lengthOf([count, height, width, channels]);
      return [numbers(length), blank(length), count, height, width, channels, ...settings, ...KEY, count * 2 ** 31];
    }),
  ),
);

parity(
  "noiseImages",
  1e-6, // the factor is rounded, the product and the sum
  COUNTS.flatMap((count) =>
    [1, 5, 17, 784].flatMap((size) =>
      [1, 0.5].map((p) => [numbers(count * size), blank(count * size), count, size, 0.3, p, ...KEY, count * 2 ** 31]),
    ),
  ),
);

/** [smallest, largest, ratio, value, probability] */
const RECTANGLES = [
  [0.02, 0.4, 0.3, 0, 0.5],
  [0.1, 1, 0.1, 0.5, 1],
];
parity(
  "eraseImages",
  0,
  pictures.flatMap(([count, height, width, channels]) =>
    RECTANGLES.map((settings) => {
      const length = lengthOf([count, height, width, channels]);
      return [numbers(length), blank(length), count, height, width, channels, ...settings, ...KEY, count * 2 ** 31];
    }),
  ),
);
