/** Junk that a pen draws: strokes that come to nothing, in any unit, y pointing down. */
import { cos, sin } from "#base";
import type { Rng } from "#base";
import type { Stroke } from "./pen.ts";

/** Strokes that set out anywhere on a pad of 28×28, in any direction, and turn by chance. */
export function scribble(rng: Rng): Stroke[] {
  return Array.from({ length: 1 + rng.integer(4) }, () => {
    let [x, y] = [rng.uniform(5, 23), rng.uniform(5, 23)];
    let heading = rng.uniform(0, 2 * Math.PI);
    let turning = 0;
    const steps = 5 + rng.integer(35);
    const stroke = [x, y];
    for (let step = 0; step < steps; step++) {
      turning = 0.64 * turning + 0.45 * rng.normal();
      heading += turning;
      x += cos(heading);
      y += sin(heading);
      // the pad's edge turns the pen back
      if (x < 2 || x > 26 || y < 2 || y > 26) heading += Math.PI / 2;
      stroke.push(x, y);
    }
    return stroke;
  });
}

/** Lines and arcs, each from where the last one ended or from anywhere, to another point of a grid of 4 × 5. */
export function sign(rng: Rng): Stroke[] {
  const point = () => [5 + 6 * rng.integer(4) + rng.uniform(-1, 1), 3 + 5.5 * rng.integer(5) + rng.uniform(-1, 1)];
  let from = point();
  return Array.from({ length: 2 + rng.integer(4) }, () => {
    if (rng.uniform() < 0.4) from = point();
    const to = point();
    // 0: straight; ±1: half as high as the way is long
    const stroke = arc(from, to, rng.uniform() < 0.6 ? 0 : rng.uniform(-1, 1));
    from = to;
    return stroke;
  });
}

const PIECES = 8; // straight ones, of an arc

/** The way between two points, bent to one side. */
function arc([x, y]: number[], [toX, toY]: number[], bend: number): Stroke {
  if (bend === 0) return [x, y, toX, toY];
  const stroke: number[] = [];
  for (let piece = 0; piece <= PIECES; piece++) {
    const along = piece / PIECES;
    const aside = 2 * bend * along * (1 - along);
    stroke.push(x + along * (toX - x) - aside * (toY - y), y + along * (toY - y) + aside * (toX - x));
  }
  return stroke;
}

/**
 * Two to four parts: stems from top to bottom or half-way, bars across and aslant, bowls and rings. All lean alike, and
 * have short strokes at the ends of their stems, or all have none.
 */
export function glyph(rng: Rng): Stroke[] {
  const [width, height] = [rng.uniform(0.4, 1.2), 1];
  const lean = 0.15 * rng.normal();
  const serif = rng.uniform() < 0.4 ? rng.uniform(0.06, 0.16) : 0;
  const levels = [0, rng.uniform(0.35, 0.6), height];
  const columns = [0, width / 2, width];
  const level = () => levels[rng.integer(3)];
  const column = () => columns[rng.integer(3)];
  const strokes: number[][] = [];
  const foot = (x: number, y: number) => {
    if (serif > 0) strokes.push([x - serif, y, x + serif, y]);
  };
  const parts = 2 + rng.integer(3);
  for (let part = 0; part < parts; part++) {
    const kind = rng.uniform();
    if (kind < 0.4) {
      const x = column();
      const [top, bottom] = [levels[rng.integer(2)], height];
      strokes.push([x, top, x, bottom]);
      foot(x, top);
      foot(x, bottom);
    } else if (kind < 0.6) {
      const y = level();
      strokes.push([columns[rng.integer(2)], y, width, y]);
    } else if (kind < 0.8) {
      const [from, to] = [
        [column(), level()],
        [column(), level()],
      ];
      strokes.push([...from, ...to]);
      foot(from[0], from[1]);
      foot(to[0], to[1]);
    } else strokes.push(bowl(rng, { width, levels }));
  }
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at += 2) stroke[at] += lean * (height - stroke[at + 1]);
  }
  return strokes;
}

/** A part of an ellipse that lies between two levels: a half of it, more, or all. */
function bowl(rng: Rng, { width, levels }: { width: number; levels: readonly number[] }): number[] {
  const first = rng.integer(2);
  const [top, bottom] = [levels[first], levels[first + 1 + rng.integer(2 - first)]];
  const begin = (Math.PI / 2) * rng.integer(4);
  const turn = Math.PI * [1, 1, 1.5, 2][rng.integer(4)];
  const pieces = 2 * PIECES;
  const ring: number[] = [];
  for (let piece = 0; piece <= pieces; piece++) {
    const angle = begin + (turn * piece) / pieces;
    ring.push((width / 2) * (1 + cos(angle)), (top + bottom) / 2 + ((bottom - top) / 2) * sin(angle));
  }
  return ring;
}
