/**
 * Pictures that are no digits, made up: what a pad may hold when nobody has written a digit on it. They are there to ask
 * a classifier what it says when it should say nothing.
 *
 *   blank        nothing at all
 *   noise        dots and blots, sparse or dense, fine or coarse
 *   scribbles    a pen that wanders, in one to four strokes
 *   signs        a few straight lines and arcs between points of a grid
 *   glyphs       stems, bars and bowls put together as in a script that nobody has, with serifs or without
 *   shapes       an area with straight edges, filled
 *   silhouettes  an area with smooth edges, alike on both sides, with holes and with a grain
 *   turned       a digit in a mirror, or lying on its side; of 0, 1 and 8, which look alike then, there are none
 *   halves       a digit of which a straight cut has taken one side
 *   pairs        two digits side by side, in the place of one
 *
 * A sign or a half may by chance be a digit: of the upper half of an 8 is left a 0. They are like digits in all but their
 * form, which is what makes them worth asking about: so they are made in MNIST's form from the start, with its size, its
 * place and its pen, and need no preparation.
 */
import { checkSettings, cos, oneOf, sin, whole } from "#base";
import type { Rng } from "#base";
import type { ClassDataset } from "#data";
import { glyph, scribble, sign } from "./junk-strokes.ts";
import { shape, silhouette } from "./junk-areas.ts";
import type { Stroke } from "./pen.ts";
import { crop, toLongest } from "./picture.ts";
import type { GreyPicture } from "./picture.ts";
import { boxOf, bytesOf, LONGEST, place, SIDE } from "./placement.ts";
import { prepareStrokes } from "./strokes.ts";

export const junkKinds = [
  "blank",
  "noise",
  "scribbles",
  "signs",
  "glyphs",
  "shapes",
  "silhouettes",
  "turned",
  "halves",
  "pairs",
] as const;
export type JunkKind = (typeof junkKinds)[number];

const SIZE = SIDE * SIDE;
const PEN = [1.4, 4.2]; // pixels; MNIST's strokes measure 2.63 on average, nearly all of them 1.45 to 6

/**
 * Pictures of one kind, [count × 784] bytes, ink 255 on paper 0, in the form of MNIST's digits.
 *
 * @param options.count  how many
 * @param options.digits of 28×28 pixels, to be turned, cut and paired
 * @param options.rng    the same generator gives the same pictures
 * @throws {SettingError} when nobody knows the kind
 */
export function madeUpJunk(
  kind: JunkKind,
  { count, digits, rng }: { count: number; digits: ClassDataset; rng: Rng },
): Uint8Array {
  checkSettings("madeUpJunk", { kind, count }, { kind: oneOf(junkKinds), count: whole(0) });
  const pictures = new Uint8Array(count * SIZE);
  const own = rng.stream(kind);
  for (let index = 0; index < count; index++) {
    pictures.set(artists[kind](own.stream(index), digits), index * SIZE);
  }
  return pictures;
}

type Artist = (rng: Rng, digits: ClassDataset) => Uint8Array;

const artists: Readonly<Record<JunkKind, Artist>> = {
  blank: () => new Uint8Array(SIZE),
  noise,
  scribbles: (rng) => drawn(scribble(rng), rng),
  signs: (rng) => drawn(sign(rng), rng),
  glyphs: (rng) => drawn(glyph(rng), rng),
  shapes: (rng) => placed(shape(rng)),
  silhouettes: (rng) => placed(silhouette(rng)),
  turned,
  halves,
  pairs,
};

function drawn(strokes: readonly Stroke[], rng: Rng): Uint8Array {
  return prepareStrokes(strokes, { pen: rng.uniform(PEN[0], PEN[1]) }).image;
}

/** A picture in MNIST's size and place. */
function placed(picture: GreyPicture): Uint8Array {
  const box = boxOf(picture);
  return box === null ? new Uint8Array(SIZE) : bytesOf(place(toLongest(crop(picture, box), LONGEST)));
}

/** Blots of one size, each place inked or not by chance. */
function noise(rng: Rng): Uint8Array {
  const density = rng.uniform(0.02, 0.5);
  const blot = 1 + rng.integer(4);
  const columns = Math.ceil(SIDE / blot);
  const inked = new Uint8Array(columns * columns).map(() => (rng.uniform() < density ? 64 + rng.integer(192) : 0));
  return new Uint8Array(SIZE).map(
    (_, pixel) => inked[Math.floor(pixel / SIDE / blot) * columns + Math.floor((pixel % SIDE) / blot)],
  );
}

const ALIKE = [0, 1, 8]; // digits that may be themselves again, mirrored or lying

/** In a mirror, or turned by a quarter, one way or the other. */
function turned(rng: Rng, digits: ClassDataset): Uint8Array {
  let index = rng.integer(digits.length);
  // a set of nothing else would be searched for ever
  for (let tries = 0; tries < 100 && ALIKE.includes(digits.labels[index]); tries++) index = rng.integer(digits.length);
  const picture = pictureOf(digits, index);
  const way = rng.integer(3);
  return picture.map((_, pixel) => {
    const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
    if (way === 0) return picture[row * SIDE + SIDE - 1 - column];
    if (way === 1) return picture[column * SIDE + SIDE - 1 - row];
    return picture[(SIDE - 1 - column) * SIDE + row];
  });
}

/** What lies on one side of a line through about the middle, `a·x + b·y = c`. */
function halves(rng: Rng, digits: ClassDataset): Uint8Array {
  const picture = pictureOf(digits, rng.integer(digits.length));
  const angle = rng.uniform(0, 2 * Math.PI);
  const [a, b] = [cos(angle), sin(angle)];
  const c = a * rng.uniform(12, 16) + b * rng.uniform(12, 16);
  const values = new Float32Array(picture).map((value, pixel) =>
    a * (pixel % SIDE) + b * Math.floor(pixel / SIDE) > c ? value : 0,
  );
  return placed({ width: SIDE, height: SIDE, values });
}

/** One to the left of the other, with a gap or touching it. */
function pairs(rng: Rng, digits: ClassDataset): Uint8Array {
  const width = 2 * SIDE;
  const values = new Float32Array(width * SIDE);
  const gap = rng.integer(8);
  for (const left of [gap, SIDE - gap]) {
    const picture = pictureOf(digits, rng.integer(digits.length));
    for (let pixel = 0; pixel < SIZE; pixel++) {
      const at = Math.floor(pixel / SIDE) * width + left + (pixel % SIDE);
      values[at] = Math.max(values[at], picture[pixel]);
    }
  }
  return placed({ width, height: SIDE, values });
}

function pictureOf({ inputs }: ClassDataset, index: number): Uint8Array {
  return (inputs as Uint8Array).subarray(index * SIZE, (index + 1) * SIZE);
}
