/** Kernels that draw random numbers: fast and reference draw the same ones, and agree to the last bit. */
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
  0,
  SIZES.flatMap((n) => DRAWS.map((draw) => [numbers(n), blank(n), ...draw])),
);
parity(
  "dropoutBackward",
  0,
  SIZES.flatMap((n) => DRAWS.map((draw) => [numbers(n), numbers(n), ...draw])),
);

/** [height, width, channels, limit]: also limits larger than the image, and none. */
const IMAGES = [
  [3, 5, 1, 2],
  [4, 4, 3, 7],
  [1, 1, 1, 0],
  [28, 28, 1, 2],
];
parity(
  "shiftImages",
  0,
  [...SHORT, 70].flatMap((count) =>
    IMAGES.map(([height, width, channels, limit]) => {
      const length = count * height * width * channels;
      return [numbers(length), blank(length), count, height, width, channels, limit, 77, 0x87654321, count * 2 ** 31];
    }),
  ),
);
