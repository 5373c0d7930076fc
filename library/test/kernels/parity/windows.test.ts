/** Kernels in which a window walks over pictures: convolution and pooling. */
import type { Windows } from "#kernels";
import { parity } from "./twins.ts";
import { blank, numbers } from "./inputs.ts";

/** A window's walk, from what a person would say; `filters` is the convolution's. */
interface Walk extends Windows {
  filters: number;
}

function walk(
  [batch, height, width, channels]: number[],
  [windowHeight, windowWidth, filters = 1]: number[],
  { stride: [strideY, strideX] = [1, 1], padding: [top, bottom, left, right] = [0, 0, 0, 0] } = {},
): Walk {
  const outHeight = Math.floor((height + top + bottom - windowHeight) / strideY) + 1;
  const outWidth = Math.floor((width + left + right - windowWidth) / strideX) + 1;
  const sizes = { batch, height, width, channels, outHeight, outWidth };
  return { ...sizes, windowHeight, windowWidth, strideY, strideX, top, left, filters };
}

const inputs = ({ batch, height, width, channels }: Windows) => batch * height * width * channels;
const outPixels = ({ batch, outHeight, outWidth }: Windows) => batch * outHeight * outWidth;
const weights = ({ windowHeight, windowWidth, channels, filters }: Walk) =>
  windowHeight * windowWidth * channels * filters;

/** Few and many channels, whole and broken panels, padding on any side, strides that leave a rest. */
const WALKS: Walk[] = [
  walk([1, 1, 1, 1], [1, 1, 1]),
  walk([2, 5, 4, 1], [3, 3, 2]),
  walk([2, 5, 4, 3], [2, 3, 5]),
  walk([1, 7, 9, 4], [3, 3, 8], { padding: [1, 1, 1, 1] }),
  walk([2, 9, 7, 1], [5, 5, 8], { stride: [2, 2], padding: [2, 2, 2, 2] }),
  walk([3, 6, 8, 2], [3, 2, 3], { stride: [2, 1], padding: [0, 1, 1, 0] }),
  walk([2, 8, 6, 5], [4, 4, 7], { stride: [3, 2], padding: [1, 2, 0, 3] }),
  walk([2, 4, 4, 8], [4, 4, 9]),
  walk([2, 6, 6, 8], [1, 1, 12]),
  walk([1, 3, 40, 1], [3, 3, 33], { padding: [1, 1, 1, 1] }),
  walk([2, 6, 5, 6], [3, 3, 4], { stride: [4, 4] }),
  // more than 512 taps · channels, more than 64 columns, lines longer than a band, and enough work for threads to share
  walk([2, 4, 4, 90], [3, 3, 5], { padding: [1, 1, 1, 1] }),
  walk([1, 25, 30, 1], [23, 24, 3]),
  walk([1, 3, 700, 9], [3, 3, 2], { padding: [1, 1, 1, 1] }),
  walk([1, 3, 700, 2], [1, 600, 2], { stride: [2, 3], padding: [0, 0, 4, 0] }),
  walk([9, 4, 4, 7], [1, 1, 10], { stride: [2, 2] }),
  walk([3, 9, 9, 33], [3, 3, 17], { padding: [1, 1, 1, 1] }),
  walk([2, 5, 5, 3], [3, 3, 530], { padding: [1, 1, 1, 1] }),
  walk([8, 14, 14, 16], [3, 3, 32], { padding: [1, 1, 1, 1] }),
  walk([8, 28, 28, 1], [5, 5, 8], { stride: [2, 2], padding: [2, 2, 2, 2] }),
];

/** Stretches of zeros, as behind a ReLU and a max pool: steps in which four rows hold zeros are left out. */
const sparse = (length: number) => numbers(length).map((value, index) => (index % 48 < 30 ? 0 : Math.max(0, value)));

// sums of products up to 4 in f32: of some hundred, and for the weights of up to 1,600
parity(
  "conv2d",
  4e-5,
  WALKS.flatMap((each) =>
    [numbers, sparse].flatMap((draw) =>
      [numbers, blank].map((into, fresh) => [
        draw(inputs(each)),
        numbers(weights(each)),
        into(outPixels(each) * each.filters),
        each,
        each.filters,
        fresh,
      ]),
    ),
  ),
);
parity(
  "conv2dBias",
  4e-5,
  WALKS.flatMap((each) =>
    [0, 1].map((relu) => [
      numbers(inputs(each)),
      numbers(weights(each)),
      numbers(each.filters),
      blank(outPixels(each) * each.filters),
      each,
      each.filters,
      relu,
    ]),
  ),
);
parity(
  "conv2dBackwardInput",
  4e-5,
  WALKS.flatMap((each) =>
    [numbers, sparse].flatMap((draw) =>
      [numbers, blank].map((into, fresh) => [
        numbers(weights(each)),
        draw(outPixels(each) * each.filters),
        into(inputs(each)),
        each,
        each.filters,
        fresh,
      ]),
    ),
  ),
);
parity(
  "conv2dBackwardWeight",
  1e-4,
  WALKS.flatMap((each) =>
    [numbers, sparse].flatMap((draw) =>
      [numbers, blank].map((into, fresh) => [
        numbers(inputs(each)),
        draw(outPixels(each) * each.filters),
        into(weights(each)),
        each,
        each.filters,
        fresh,
      ]),
    ),
  ),
);

/** Every window touches the picture: that is what the operation asks for. */
const POOLS: Walk[] = [
  walk([1, 1, 1, 1], [1, 1]),
  ...[1, 3, 4, 5, 8, 17].flatMap((channels) => [
    walk([2, 4, 6, channels], [2, 2], { stride: [2, 2] }),
    walk([2, 7, 5, channels], [3, 3], { stride: [2, 2], padding: [1, 1, 1, 1] }),
    walk([1, 5, 6, channels], [3, 2], { stride: [1, 2], padding: [2, 0, 1, 1] }),
    walk([2, 6, 6, channels], [2, 2], { stride: [3, 3] }),
  ]),
  walk([8, 24, 24, 16], [2, 2], { stride: [2, 2] }),
];

/** Numbers with equals among them, and some that are no numbers. */
const awkward = (length: number) =>
  numbers(length, -3, 3).map((value, index) =>
    index % 29 === 5 ? NaN : index % 31 === 7 ? -Infinity : Math.round(value),
  );

parity(
  "maxPool2d",
  0,
  POOLS.flatMap((each) =>
    [numbers, awkward].map((draw) => [
      draw(inputs(each)),
      blank(outPixels(each) * each.channels),
      blank(outPixels(each) * each.channels),
      each,
    ]),
  ),
);
// windows that overlap add in one order
parity(
  "maxPool2dBackward",
  3e-7,
  POOLS.flatMap((each) =>
    [numbers, blank].map((into, fresh) => [
      numbers(outPixels(each) * each.channels, 0, each.windowHeight * each.windowWidth).map(Math.floor),
      numbers(outPixels(each) * each.channels),
      into(inputs(each)),
      each,
      fresh,
    ]),
  ),
);
parity(
  "averagePool2d",
  2e-7,
  POOLS.map((each) => [numbers(inputs(each)), blank(outPixels(each) * each.channels), each]),
);
parity(
  "averagePool2dBackward",
  5e-7,
  POOLS.map((each) => [numbers(outPixels(each) * each.channels), numbers(inputs(each)), each]),
);
