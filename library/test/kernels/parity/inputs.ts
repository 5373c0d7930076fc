/** Arrays for parity tests: the same numbers in every run. */
/** Below, at and beyond one vector of four and one grain of sixteen; the last is large enough for threads to share. */
export const SIZES = [1, 3, 4, 5, 7, 8, 17, 33, 40_007];
/** The same without the large one, for kernels with two or more lengths. */
export const SHORT = [1, 3, 4, 5, 7, 8, 17, 33];

let state = 1;

/** A number from 0 to 2³² − 1 by Marsaglia's xorshift: millions are needed, and nothing rests on their quality. */
function next(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}

/** `length` numbers between low and high, other ones at every call. */
export function numbers(length: number, low = -2, high = 2): Float32Array {
  const array = new Float32Array(length);
  for (let i = 0; i < length; i++) array[i] = low + (high - low) * (next() / 2 ** 32);
  return array;
}

/** `length` whole numbers from 0 to count − 1. */
export function whole(length: number, count: number): Float32Array {
  return numbers(length, 0, count).map((value) => Math.min(Math.floor(value), count - 1));
}

/** `length` numbers that a kernel must overwrite. */
export function blank(length: number): Float32Array {
  return new Float32Array(length).fill(NaN);
}

/** Zeros of both signs, the ends of the range, and what is no number. */
export const SPECIAL = Float32Array.of(
  0,
  -0,
  1,
  -1,
  2,
  -2,
  0.5,
  -0.5,
  3,
  -3,
  7,
  100,
  -100,
  Infinity,
  -Infinity,
  NaN,
  3e38,
  -3e38,
  1.1754943508222875e-38,
  -1e-38,
  1e-40,
  -1e-40,
  1.401298464324817e-45,
  -1.401298464324817e-45,
);
