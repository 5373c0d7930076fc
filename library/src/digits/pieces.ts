/**
 * Which ink is the digit's. Ink comes in pieces that hang together, corners included. A piece without anything strong is
 * grain, and one that is tiny beside the others is dust. A piece is *bound* to the edge of the picture when it reaches two
 * sides of it, or runs along: a ruled line, the rim of the paper, a frame, a shadow. If something else is not bound, that is
 * the digit.
 *
 * A digit may touch such a thing faintly. So where the digit's own piece is bound, it is looked for again with higher
 * limits, and the lowest at which it comes free is taken. If it never does, it was drawn from edge to edge.
 */
import type { GreyPicture } from "./picture.ts";

// a piece with less ink than this part of the largest is a speck of dust
const SPECK = 0.02;
// what is free is the digit if it has this part of the ink of what is bound
const FREE = 0.2;
const FREE_ON_EVEN_PAPER = 1;
// of all pixels at the edge: a piece that takes so many runs along it, and a digit does not
const ALONG = 0.1;

interface Piece {
  pixels: Int32Array;
  ink: number;
  /** How many of its pixels lie at the picture's edge. */
  edge: number;
  /** Whether it belongs to the picture's edge. */
  bound: boolean;
  /** Whether it takes more of the edge than a digit does. */
  runsAlong: boolean;
}

/** The ink that belongs to the digit. */
export interface KeptInk {
  /** 0 where there is none. */
  values: Float32Array;
  /** How sure it is that this is no shadow: 2 it stays away from the picture's edge, 1 it comes out there, 0 it is bound. */
  freedom: 0 | 1 | 2;
}

export interface InkLimits {
  /** What is below is paper. */
  faint: number;
  /** Each piece reaches above this somewhere. */
  strong: number;
  /** Whether the paper is known to have one brightness, so that what is bound is no shadow. */
  even: boolean;
}

/** The ink of the digit. */
export function keepInk(ink: GreyPicture, { faint, strong, even }: InkLimits): KeptInk {
  const limits = [faint, ...[strong / 2, strong, 1.4 * strong].filter((limit) => limit > faint)];
  let first: Piece[] | null = null;
  for (const limit of limits) {
    const chosen = choose(piecesOf(ink, { faint: limit, strong: Math.max(limit, strong) }), even);
    first ??= chosen;
    if (chosen.length > 0 && chosen.every(({ bound }) => !bound)) {
      return { values: inkOfPieces(chosen, ink), freedom: chosen.some(({ edge }) => edge > 0) ? 1 : 2 };
    }
  }
  return { values: inkOfPieces(first as Piece[], ink), freedom: 0 };
}

/** The pieces that belong to the digit. */
function choose(pieces: readonly Piece[], even: boolean): Piece[] {
  const most = (some: readonly Piece[]) => some.reduce((largest, { ink }) => Math.max(largest, ink), 0);
  const free = pieces.filter(({ bound }) => !bound);
  const bound = pieces.filter((piece) => piece.bound);
  const least = even ? FREE_ON_EVEN_PAPER : bound.some(({ runsAlong }) => runsAlong) ? SPECK : FREE;
  const chosen = free.length > 0 && most(free) >= least * most(bound) ? free : pieces;
  return chosen.filter(({ ink }) => ink >= SPECK * most(chosen));
}

function inkOfPieces(pieces: readonly Piece[], { values }: GreyPicture): Float32Array {
  const kept = new Float32Array(values.length);
  for (const { pixels } of pieces) {
    for (const pixel of pixels) kept[pixel] = values[pixel];
  }
  return kept;
}

/** The pixels above `faint` that hang together, corners included, with one above `strong`. */
function piecesOf({ width, height, values }: GreyPicture, limits: { faint: number; strong: number }): Piece[] {
  const seen = new Uint8Array(values.length);
  const found = new Int32Array(values.length); // pixels piece by piece
  const pieces: Piece[] = [];
  let end = 0;
  const reach = (pixel: number) => {
    seen[pixel] = 1;
    found[end++] = pixel;
  };
  for (let seed = 0; seed < values.length; seed++) {
    if (seen[seed] === 1 || values[seed] <= limits.strong) continue;
    const begin = end;
    let ink = 0;
    let edge = 0;
    let sides = 0; // left 1, right 2, top 4, bottom 8
    reach(seed);
    for (let next = begin; next < end; next++) {
      const pixel = found[next];
      ink += values[pixel];
      const x = pixel % width;
      const y = (pixel - x) / width;
      const side = (x === 0 ? 1 : 0) | (x === width - 1 ? 2 : 0) | (y === 0 ? 4 : 0) | (y === height - 1 ? 8 : 0);
      sides |= side;
      if (side !== 0) edge++;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const neighbour = row * width + column;
          if (seen[neighbour] === 0 && values[neighbour] > limits.faint) reach(neighbour);
        }
      }
    }
    const runsAlong = edge > ALONG * 2 * (width + height);
    const reachesTwo = (sides & (sides - 1)) !== 0;
    pieces.push({ pixels: found.subarray(begin, end), ink, edge, bound: runsAlong || reachesTwo, runsAlong });
  }
  return pieces;
}
