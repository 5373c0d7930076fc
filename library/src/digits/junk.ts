/**
 * Pictures that are no digits, made up: what a pad may hold when nobody has written a digit on it. They are there to ask
 * a classifier what it says when it should say nothing.
 *
 *   blank      nothing at all
 *   noise      dots and blots, sparse or dense, fine or coarse
 *   scribbles  a pen that wanders, in one to four strokes
 *   signs      a few straight lines and arcs between points of a grid
 *   shapes     an area with straight edges, filled
 *   turned     a digit in a mirror, or lying on its side; of 0, 1 and 8, which look alike then, there are none
 *   halves     a digit of which a straight cut has taken one side
 *
 * A sign or a half may by chance be a digit: of the upper half of an 8 is left a 0. They are like digits in all but their
 * form, which is what makes them worth asking about.
 */
import { checkSettings, cos, oneOf, sin, whole } from "#base";
import type { Rng } from "#base";
import type { ClassDataset } from "#data";
import { prepareDigit } from "./preparation.ts";

export const junkKinds = ["blank", "noise", "scribbles", "signs", "shapes", "turned", "halves"] as const;
export type JunkKind = (typeof junkKinds)[number];

const SIDE = 28; // pixels
const SIZE = SIDE * SIDE;
const PAD = 62; // pixels of the pad that paths are drawn on
const STEP = 0.5; // pixels from one dab of the pen to the next

/**
 * Pictures of one kind, [count × 784] bytes, ink 255 on paper 0, prepared as digits are.
 *
 * @param options.count  how many
 * @param options.digits of 28×28 pixels, to be turned and cut
 * @param options.rng    the same generator gives the same pictures
 * @throws {SettingError} when nobody knows the kind
 */
export function madeUpJunk(
  kind: JunkKind,
  { count, digits, rng }: { count: number; digits: ClassDataset; rng: Rng },
): Uint8Array {
  checkSettings("madeUpJunk", { kind, count }, { kind: oneOf(junkKinds), count: whole(0) });
  const pictures = new Uint8Array(count * SIZE);
  for (let index = 0; index < count; index++) {
    pictures.set(artists[kind](rng.stream(kind).stream(index), digits), index * SIZE);
  }
  return pictures;
}

type Artist = (rng: Rng, digits: ClassDataset) => Uint8Array;

const artists: Readonly<Record<JunkKind, Artist>> = {
  blank: () => new Uint8Array(SIZE),
  noise,
  scribbles: (rng) => drawn(scribble(rng), rng),
  signs: (rng) => drawn(sign(rng), rng),
  shapes: shape,
  turned,
  halves: (rng, digits) => half(pictureOf(digits, rng.integer(digits.length)), rng),
};

/** Blots of one size, each place inked or not by chance. */
function noise(rng: Rng): Uint8Array {
  const density = rng.uniform(0.02, 0.5);
  const blot = 1 + rng.integer(4);
  const columns = Math.ceil(SIDE / blot);
  const inked = Uint8Array.from({ length: columns * columns }, () =>
    rng.uniform() < density ? 64 + rng.integer(192) : 0,
  );
  return Uint8Array.from(
    { length: SIZE },
    (_, pixel) => inked[Math.floor(pixel / SIDE / blot) * columns + Math.floor((pixel % SIDE) / blot)],
  );
}

/** Where a pen was, in any unit: x, y, x, y, … */
type Path = number[];

/** Strokes that set out anywhere, in any direction, and turn by chance. */
function scribble(rng: Rng): Path {
  const path: Path = [];
  const strokes = 1 + rng.integer(4);
  for (let stroke = 0; stroke < strokes; stroke++) {
    let [x, y] = [rng.uniform(5, 23), rng.uniform(5, 23)];
    let heading = rng.uniform(0, 2 * Math.PI);
    let turning = 0;
    const steps = 10 + rng.integer(70);
    for (let step = 0; step < steps; step++) {
      turning = 0.8 * turning + 0.2 * rng.normal();
      heading += turning;
      x += STEP * cos(heading);
      y += STEP * sin(heading);
      // the pad's edge turns the pen back
      if (x < 2 || x > 26 || y < 2 || y > 26) heading += Math.PI / 2;
      path.push(x, y);
    }
  }
  return path;
}

/** Lines and arcs, each from where the last one ended or from anywhere, to another point of a grid of 4 × 5. */
function sign(rng: Rng): Path {
  const path: Path = [];
  const point = () => [5 + 6 * rng.integer(4) + rng.uniform(-1, 1), 3 + 5.5 * rng.integer(5) + rng.uniform(-1, 1)];
  let [x, y] = point();
  const strokes = 2 + rng.integer(4);
  for (let stroke = 0; stroke < strokes; stroke++) {
    if (rng.uniform() < 0.4) [x, y] = point();
    const [toX, toY] = point();
    const [way, rise] = [toX - x, toY - y];
    const bend = rng.uniform() < 0.6 ? 0 : rng.uniform(-1, 1); // 0: straight; ±1: half as high as the way is long
    const steps = Math.ceil((Math.sqrt(way * way + rise * rise) * (1 + Math.abs(bend))) / STEP);
    for (let step = 0; step <= steps; step++) {
      const along = steps === 0 ? 0 : step / steps;
      const aside = 2 * bend * along * (1 - along);
      path.push(x + along * way - aside * rise, y + along * rise + aside * way);
    }
    [x, y] = [toX, toY];
  }
  return path;
}

/**
 * A path in ink on a pad, prepared as digits are. It is drawn larger than it will be, so that its edges become as soft as
 * those of digits: edges of another kind would give it away.
 */
function drawn(path: Path, rng: Rng): Uint8Array {
  const radius = rng.uniform(1.1, 3.4);
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (let at = 0; at < path.length; at += 2) {
    box.left = Math.min(box.left, path[at]);
    box.right = Math.max(box.right, path[at]);
    box.top = Math.min(box.top, path[at + 1]);
    box.bottom = Math.max(box.bottom, path[at + 1]);
  }
  const scale = (rng.uniform(40, 50) - 2 * radius) / Math.max(1, box.right - box.left, box.bottom - box.top);
  const pad = new Uint8Array(PAD * PAD);
  for (let at = 0; at < path.length; at += 2) {
    dab(pad, 6 + radius + scale * (path[at] - box.left), 6 + radius + scale * (path[at + 1] - box.top), radius);
  }
  return prepared(pad, PAD);
}

/** A round dab of ink with a soft edge. */
function dab(pad: Uint8Array, x: number, y: number, radius: number): void {
  const reach = radius + 0.5;
  for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(PAD - 1, y + reach); row++) {
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(PAD - 1, x + reach); column++) {
      const distance = Math.sqrt((column - x) * (column - x) + (row - y) * (row - y));
      const ink = Math.round(255 * Math.min(1, Math.max(0, reach - distance)));
      pad[row * PAD + column] = Math.max(pad[row * PAD + column], ink);
    }
  }
}

/** All within three to seven corners, as an edge is crossed once more or less: crossing edges leave holes. */
function shape(rng: Rng): Uint8Array {
  const corners = Array.from({ length: 3 + rng.integer(5) }, () => [rng.uniform(6, 56), rng.uniform(6, 56)]);
  const ink = 128 + rng.integer(128);
  const pad = new Uint8Array(PAD * PAD);
  for (let y = 0; y < PAD; y++) {
    for (let x = 0; x < PAD; x++) {
      let within = false;
      corners.forEach(([toX, toY], index) => {
        const [fromX, fromY] = corners[(index || corners.length) - 1];
        if (toY > y !== fromY > y && x < fromX + ((y - fromY) * (toX - fromX)) / (toY - fromY)) within = !within;
      });
      if (within) pad[y * PAD + x] = ink;
    }
  }
  return prepared(pad, PAD);
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
    const [fromRow, fromColumn] = [
      [row, SIDE - 1 - column],
      [column, SIDE - 1 - row],
      [SIDE - 1 - column, row],
    ][way];
    return picture[fromRow * SIDE + fromColumn];
  });
}

/** What lies on one side of a line through about the middle, `a·x + b·y = c`. */
function half(picture: Uint8Array, rng: Rng): Uint8Array {
  const angle = rng.uniform(0, 2 * Math.PI);
  const [a, b] = [cos(angle), sin(angle)];
  const c = a * rng.uniform(12, 16) + b * rng.uniform(12, 16);
  return prepared(
    picture.map((value, pixel) => (a * (pixel % SIDE) + b * Math.floor(pixel / SIDE) > c ? value : 0)),
    SIDE,
  );
}

function pictureOf({ inputs }: ClassDataset, index: number): Uint8Array {
  return (inputs as Uint8Array).slice(index * SIZE, (index + 1) * SIZE);
}

function prepared(data: Uint8Array, side: number): Uint8Array {
  return prepareDigit({ width: side, height: side, channels: 1, data }).image;
}
