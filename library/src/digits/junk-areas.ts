/** Junk that is filled: areas on a pad that is larger than a digit, so that their edges become as soft when they are scaled. */
import { cos } from "#base";
import type { Rng } from "#base";
import type { GreyPicture } from "./picture.ts";

const PAD = 48; // pixels, more than twice what they will be

/** All within three to seven corners, as an edge is crossed once more or less: crossing edges leave holes. */
export function shape(rng: Rng): GreyPicture {
  const corners = Array.from({ length: 3 + rng.integer(5) }, () => [rng.uniform(0, PAD), rng.uniform(0, PAD)]);
  const values = new Float32Array(PAD * PAD);
  for (let y = 0; y < PAD; y++) {
    const crossings: number[] = [];
    corners.forEach(([toX, toY], index) => {
      const [fromX, fromY] = corners[(index || corners.length) - 1];
      if (toY > y !== fromY > y) crossings.push(fromX + ((y - fromY) * (toX - fromX)) / (toY - fromY));
    });
    crossings.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      values.fill(255, y * PAD + Math.ceil(crossings[at]), y * PAD + Math.ceil(crossings[at + 1]));
    }
  }
  return { width: PAD, height: PAD, values };
}

/**
 * A body whose half width changes smoothly from top to bottom, alike on both sides or nearly, with a slit or a hole, or
 * whole; evenly filled, or lighter and darker in spots, bands and stripes.
 */
export function silhouette(rng: Rng): GreyPicture {
  const [width, height] = [PAD * rng.uniform(0.4, 1), PAD * rng.uniform(0.5, 1)];
  const right = profile(rng);
  const left = rng.uniform() < 0.7 ? right : profile(rng);
  const hole = rng.uniform() < 0.5 ? profile(rng, 0.9) : null;
  const holeFrom = rng.uniform(-0.3, 0.8);
  const holeTo = holeFrom + rng.uniform(0.2, 1);
  const grain = texture(rng);
  const values = new Float32Array(PAD * PAD);
  for (let y = 0; y < Math.floor(height); y++) {
    const along = y / height;
    const [toLeft, toRight] = [left(along), right(along)];
    const open = hole !== null && along > holeFrom && along < holeTo ? hole(along) : 0;
    for (let x = 0; x < PAD; x++) {
      const aside = (2 * x - PAD) / width;
      const reach = aside < 0 ? toLeft : toRight;
      const distance = Math.abs(aside);
      if (distance > reach || distance < open * reach) continue;
      values[y * PAD + x] = grain(x, y);
    }
  }
  return { width: PAD, height: PAD, values };
}

/** A smooth line through random heights from 0 to 1: at 0, at 1, and in between. */
function profile(rng: Rng, most = 1): (along: number) => number {
  const count = 2 + rng.integer(4);
  const heights = Array.from({ length: count + 1 }, () => rng.uniform(0.1, most));
  return (along) => {
    const at = Math.min(count - 1, Math.floor(along * count));
    const part = along * count - at;
    const smooth = part * part * (3 - 2 * part);
    return heights[at] * (1 - smooth) + heights[at + 1] * smooth;
  };
}

/** How dark it is at a place, 0–255. */
function texture(rng: Rng): (x: number, y: number) => number {
  const ground = rng.uniform(80, 255);
  if (rng.uniform() < 0.25) return () => ground;
  const spots = Array.from({ length: 49 }, () => rng.uniform(-1, 1));
  const strength = rng.uniform(0, 120);
  const size = PAD / (1 + rng.integer(6)); // pixels from spot to spot
  const stripes = rng.uniform() < 0.4 ? rng.uniform(20, 100) : 0;
  const [down, across] = [rng.uniform(0, 1.5), rng.uniform() < 0.5 ? 0 : rng.uniform(0, 1.5)];
  return (x, y) => {
    const [column, row] = [x / size, y / size];
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [right, below] = [column - left, row - top];
    const at = top * 7 + left;
    const upper = spots[at] * (1 - right) + (spots[at + 1] ?? 0) * right;
    const lower = (spots[at + 7] ?? 0) * (1 - right) + (spots[at + 8] ?? 0) * right;
    const spot = upper * (1 - below) + lower * below;
    const stripe = stripes === 0 ? 0 : stripes * cos(down * y + across * x);
    return Math.min(255, Math.max(1, ground + strength * spot + stripe));
  };
}
