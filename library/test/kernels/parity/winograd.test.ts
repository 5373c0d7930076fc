/** Winograd's way to convolve: filters in eights, edges of all kinds, with and without pooling. */
import type { Windows } from "#kernels";
import { parity } from "./twins.ts";
import { blank, numbers } from "./inputs.ts";

interface Case {
  windows: Windows;
  filters: number;
}

/** A 3×3 filter that goes step by step; with pooling, to an even number of outputs each way. */
function walk(
  [batch, height, width, channels]: number[],
  filters: number,
  [top, bottom, left, right] = [0, 0, 0, 0],
): Case {
  const outHeight = height + top + bottom - 2;
  const outWidth = width + left + right - 2;
  const sizes = { batch, height, width, channels, outHeight, outWidth };
  return { windows: { ...sizes, windowHeight: 3, windowWidth: 3, strideY: 1, strideX: 1, top, left }, filters };
}

const CASES = [
  walk([1, 4, 4, 4], 8),
  walk([1, 3, 3, 8], 16),
  walk([3, 7, 9, 8], 16),
  walk([2, 6, 5, 12], 8, [1, 1, 1, 1]),
  walk([2, 5, 7, 36], 24, [2, 0, 1, 2]),
  walk([1, 2, 1, 8], 72, [2, 2, 2, 2]), // one sample, whose filters are shared out
  walk([4, 13, 13, 32], 64),
  walk([2, 6, 6, 132], 8),
  walk([9, 7, 7, 16], 32, [1, 1, 1, 1]),
  walk([2, 6, 4, 16], 8, [1, 1, 1, 1]),
  walk([2, 6, 4, 8], 16, [1, 1, 1, 1]),
];

const inputs = ({ batch, height, width, channels }: Windows) => batch * height * width * channels;
const outputs = ({ batch, outHeight, outWidth }: Windows, filters: number) => batch * outHeight * outWidth * filters;
const weights = ({ channels }: Windows, filters: number) => 9 * channels * filters;

// at most two sums of three numbers on top of each other
parity(
  "winogradWeights",
  1e-6,
  CASES.flatMap(({ windows, filters }) => {
    const weight = numbers(weights(windows, filters));
    const u = () => blank(16 * windows.channels * filters);
    const sizes = [windows.channels, filters] as const;
    const forward = [
      [weight, null, u(), ...sizes, false],
      [weight, numbers(weight.length), u(), ...sizes, false],
    ];
    return windows.channels % 8 === 0 ? [...forward, [weight, null, u(), ...sizes, true]] : forward;
  }),
);

// sixteen sums of some hundred products up to 40, of which nine are added up
parity(
  "winogradConvolution",
  2e-4,
  CASES.flatMap(({ windows, filters }) => {
    const y = outputs(windows, filters);
    const given = () => [numbers(inputs(windows)), numbers(16 * windows.channels * filters)];
    return [
      [...given(), numbers(filters), blank(y), windows, filters, true, true],
      [...given(), numbers(filters), numbers(y), windows, filters, false, false],
      [...given(), null, blank(y), windows, filters, false, true],
      [...given(), null, numbers(y), windows, filters, true, false],
    ];
  }),
);

parity(
  "winogradPool",
  2e-4,
  CASES.filter(({ windows }) => windows.outHeight > 1 && windows.outWidth > 1).flatMap(({ windows, filters }) => {
    const even = { ...windows, outHeight: windows.outHeight & ~1, outWidth: windows.outWidth & ~1 };
    const y = outputs(even, filters) / 4;
    return [true, false].map((relu) => [
      ...[numbers(inputs(even)), numbers(16 * even.channels * filters), numbers(filters), blank(y), blank(y)],
      ...[even, filters, relu],
    ]);
  }),
);
