/**
 * What can happen to a digit between a pen and a network, made up: MNIST images with thicker or thinner strokes, inverted,
 * in a shadow, in other sizes and places, and all of it at once. Which change a digit gets is a function of the seed, the
 * kind and the digit's number.
 *
 * A picture here is { width, height, values }, a number from 0 (paper) to 1 (ink) for each pixel, row by row.
 */
import { Rng } from "inkling";

const SIDE = 28;
const FINE = 4; // edges are moved in a picture so many times as large

/** Each kind makes of a picture of ink what a camera or a canvas may give: values from 0 to 1, ink being 1 or 0. */
export const kinds = {
  thicker: (ink, rng) => withEdgesMoved(ink, between(rng, 0.4, 0.9)),
  thinner: (ink, rng) => withEdgesMoved(ink, -between(rng, 0.2, 0.5)),
  inverted: (ink) => onPaper(ink, 1, 0),
  shadow: (ink, rng) => inShadow(onPaper(ink, between(rng, 0.85, 1), between(rng, 0, 0.25)), rng),
  scaled: (ink, rng) => inTheMiddle(inSize(ink, between(rng, 0.6, 8))),
  placed: (ink, rng) => somewhere(ink, rng),
  cropped: (ink) => croppedTo(ink),
  all: (ink, rng) => {
    const strokes = withEdgesMoved(ink, between(rng, -0.3, 0.7));
    const large = somewhere(inSize(strokes, between(rng, 2, 8)), rng);
    return withGrain(inShadow(onPaper(large, between(rng, 0.75, 1), between(rng, 0, 0.3)), rng), 0.02, rng);
  },
};

/**
 * One digit, changed.
 *
 * @param {Uint8Array} image 784 bytes
 * @param {{ kind: keyof typeof kinds, seed: number, number: number }} options
 * @returns {import("inkling/digits").Picture}
 */
export function changed(image, { kind, seed, number }) {
  const rng = new Rng(seed).stream(kind).stream(number);
  const ink = { width: SIDE, height: SIDE, values: Float32Array.from(image, (value) => value / 255) };
  const { width, height, values } = kinds[kind](ink, rng);
  return { width, height, channels: 1, data: Uint8ClampedArray.from(values, (value) => 255 * value) };
}

const between = (rng, low, high) => low + (high - low) * rng.uniform();

const empty = (width, height) => ({ width, height, values: new Float32Array(width * height) });

/** Every pixel anew, from its place. */
const paint = (width, height, value) => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, at) => value(at % width, Math.floor(at / width))),
});

/** The value at a place between pixels' centres, by straight lines; nothing lies outside. */
function sample({ width, height, values }, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const at = (c, r) => (c < 0 || r < 0 || c >= width || r >= height ? 0 : values[r * width + c]);
  const [across, down] = [x - column, y - row];
  const upper = at(column, row) * (1 - across) + at(column + 1, row) * across;
  const lower = at(column, row + 1) * (1 - across) + at(column + 1, row + 1) * across;
  return upper * (1 - down) + lower * down;
}

/** Larger by straight lines, smaller by the mean of three by three places in each new pixel. */
function inSize(picture, times) {
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(8, Math.round(side * times)));
  const place = (at, length, old) => ((at + 0.5) * old) / length - 0.5;
  return paint(width, height, (x, y) => {
    let sum = 0;
    for (const down of [-1 / 3, 0, 1 / 3]) {
      for (const across of [-1 / 3, 0, 1 / 3]) {
        sum += sample(picture, place(x + across, width, picture.width), place(y + down, height, picture.height));
      }
    }
    return sum / 9;
  });
}

/** Every edge moved outwards by so many pixels, or inwards: the most, or the least, ink within that distance. */
function withEdgesMoved(ink, pixels) {
  const fine = inSize(ink, FINE);
  const reach = Math.abs(pixels) * FINE;
  const choose = pixels > 0 ? Math.max : Math.min;
  const around = [];
  for (let down = -Math.ceil(reach); down <= reach; down++) {
    for (let across = -Math.ceil(reach); across <= reach; across++) {
      if (Math.hypot(across, down) <= reach) around.push([across, down]);
    }
  }
  const moved = paint(fine.width, fine.height, (x, y) =>
    around.reduce(
      (value, [across, down]) => choose(value, sample(fine, x + across, y + down)),
      fine.values[y * fine.width + x],
    ),
  );
  return paint(ink.width, ink.height, (x, y) => {
    let sum = 0;
    for (let at = 0; at < FINE * FINE; at++) {
      sum += moved.values[(y * FINE + Math.floor(at / FINE)) * moved.width + x * FINE + (at % FINE)];
    }
    return sum / (FINE * FINE);
  });
}

/** In the middle of a picture of at least MNIST's size. */
function inTheMiddle(ink) {
  if (ink.width >= SIDE) return ink;
  const start = Math.floor((SIDE - ink.width) / 2);
  return laidInto(empty(SIDE, SIDE), ink, start, start);
}

/** In a picture two to four times as large, anywhere. */
function somewhere(ink, rng) {
  const sheet = empty(...[0, 0].map(() => Math.round(ink.width * between(rng, 2, 4))));
  const [left, top] = [sheet.width - ink.width, sheet.height - ink.height].map((room) => rng.integer(room + 1));
  return laidInto(sheet, ink, left, top);
}

/** Only what is inked, from edge to edge. */
function croppedTo({ width, values }) {
  const lit = [...values.keys()].filter((at) => values[at] > 0);
  const [columns, rows] = [lit.map((at) => at % width), lit.map((at) => Math.floor(at / width))];
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return paint(
    Math.max(...columns) - left + 1,
    Math.max(...rows) - top + 1,
    (x, y) => values[(top + y) * width + left + x],
  );
}

function laidInto(sheet, ink, left, top) {
  ink.values.forEach((value, at) => {
    sheet.values[(top + Math.floor(at / ink.width)) * sheet.width + left + (at % ink.width)] = value;
  });
  return sheet;
}

function onPaper(ink, paper, full) {
  return { ...ink, values: ink.values.map((value) => paper + (full - paper) * value) };
}

/** Lit from one side, and in half of all cases with the edge of a shadow across the picture. */
function inShadow(picture, rng) {
  const direction = between(rng, 0, 2 * Math.PI);
  const [across, down] = [Math.cos(direction), Math.sin(direction)];
  const fall = between(rng, 0.2, 0.6);
  const edge = between(rng, -0.4, 0.4);
  const dark = rng.uniform() < 0.5 ? between(rng, 0.5, 0.8) : 1;
  const softness = between(rng, 0.02, 0.2);
  return {
    ...picture,
    values: picture.values.map((value, at) => {
      const [x, y] = [
        (at % picture.width) / picture.width - 0.5,
        Math.floor(at / picture.width) / picture.height - 0.5,
      ];
      const along = x * across + y * down;
      const inside = Math.min(1, Math.max(0, (along - edge) / softness + 0.5));
      return value * (1 - fall * (along + 0.5)) * (1 - (1 - dark) * inside);
    }),
  };
}

function withGrain(picture, deviation, rng) {
  return { ...picture, values: picture.values.map((value) => value + deviation * rng.normal()) };
}
