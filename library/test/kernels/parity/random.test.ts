/** Kernels that draw random numbers: fast and reference draw the same ones. */
import { parity } from "./twins.ts";
import { blank, numbers, SHORT, SIZES } from "./inputs.ts";

/** [rate, key0, key1, step]: ordinary, nothing dropped, nearly all dropped; keys and steps that need all their bits. */
const DRAWS = [
  [0.5, 1, 2, 0],
  [0.3, 123456789, 0xfedcba98, 5],
  [0, 0xffffffff, 0, 1],
  [0.99, 7, 0x80000000, 3 * 2 ** 32 + 7],
];
parity(
  "dropout",
  2e-7, // the factor is rounded, and the product
  SIZES.flatMap((n) => DRAWS.map((draw) => [numbers(n), blank(n), blank(n), ...draw])),
);
parity(
  "dropoutBackward",
  2e-7,
  SIZES.flatMap((n) => [0, 1].map((fresh) => [numbers(n), numbers(n), numbers(n), fresh])),
);

/** [height, width, channels, limit, probability]: also limits larger than the image, and none. */
const IMAGES = [
  [3, 5, 1, 2, 1],
  [4, 4, 3, 7, 0.5],
  [1, 1, 1, 0, 1],
  [28, 28, 1, 2, 0.25],
];
parity(
  "shiftImages",
  0,
  [...SHORT, 70].flatMap((count) =>
    IMAGES.map(([height, width, channels, ...settings]) => {
      const length = count * height * width * channels;
      const sizes = [count, height, width, channels];
      return [numbers(length), blank(length), ...sizes, ...settings, 77, 0x87654321, count * 2 ** 31];
    }),
  ),
);
