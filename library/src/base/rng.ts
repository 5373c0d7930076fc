/**
 * Random numbers that are handed in, never ambient.
 *
 * The generator is counter-based: block number i is a scrambling (Philox, ten rounds) of the counter i under a key.
 * So its whole state is a key and a position, any block can be computed by anyone in any order (threads, kernels),
 * and a *named stream* is simply another key: drawing from "dropout" never disturbs "shuffle".
 *
 * @see [Salmon11] Philox4x32-10
 */
import { SettingError } from "./errors.ts";
import { cos, log } from "./math.ts";

/** All that has to be saved to go on later with the same numbers. */
export interface RngState {
  readonly key: readonly [number, number];
  /** How many 32-bit words were drawn. */
  readonly position: number;
}

const TWO_32 = 4294967296;
const MULTIPLIER_0 = 0xd2511f53; // the multipliers and key steps of [Salmon11] for Philox4x32
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;

/** Four random 32-bit words into `out`, a pure function of a 128-bit counter and a 64-bit key. */
export function philox(counter: ArrayLike<number>, key: ArrayLike<number>, out: Uint32Array): void {
  let c0 = counter[0] | 0;
  let c1 = counter[1] | 0;
  let c2 = counter[2] | 0;
  let c3 = counter[3] | 0;
  let k0 = key[0] | 0;
  let k1 = key[1] | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + KEY_STEP_0) | 0;
    k1 = (k1 + KEY_STEP_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers, from the products of their 16-bit halves. Every
 * step stays within 32 bits, so that the host computes with whole numbers throughout.
 */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** A stream of random numbers. */
export class Rng {
  #key: readonly [number, number];
  #position = 0;
  #block = -1;
  readonly #words = new Uint32Array(4);

  /** @param seed a whole number from 0 to 2⁵³ − 1; the same seed gives the same numbers everywhere */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new SettingError({
        op: "Rng",
        problem: `${seed} is no seed`,
        setting: "seed",
        value: seed,
        want: "a whole number from 0 to 9007199254740991",
      });
    }
    this.#key = [seed % TWO_32, Math.floor(seed / TWO_32)];
  }

  /** Two unsigned 32-bit words that name this stream; kernels compute their numbers from them. */
  get key(): readonly [number, number] {
    return this.#key;
  }

  /** A generator that goes on where another one's `state()` was taken. */
  static restore(state: RngState): Rng {
    const rng = Rng.#withKey(state.key);
    rng.#position = state.position; // the block of words is computed anew by the next draw
    return rng;
  }

  static #withKey([key0, key1]: readonly [number, number]): Rng {
    const rng = new Rng(0);
    rng.#key = [key0 >>> 0, key1 >>> 0];
    return rng;
  }

  /** Key and position as plain data, for `Rng.restore`. */
  state(): RngState {
    return { key: this.key, position: this.#position };
  }

  /**
   * An independent generator with a name. It depends on this generator's key and the name alone, not on what was drawn,
   * so streams may be made in any order and drawing from one leaves all others as they are.
   */
  stream(name: string | number): Rng {
    const text = String(name);
    let key = this.key;
    const words = new Uint32Array(4);
    // the name is absorbed two characters at a time; its length closes it, so that "a" and "a\0" differ
    for (let at = 0; at <= text.length; at += 2) {
      const characters = (text.charCodeAt(at) || 0) | ((text.charCodeAt(at + 1) || 0) << 16);
      philox([characters, at, text.length, 0x73747265], key, words);
      key = [words[0], words[1]];
    }
    return Rng.#withKey(key);
  }

  /** A whole number from 0 to 2³² − 1. */
  uint32(): number {
    const block = Math.floor(this.#position / 4);
    if (block !== this.#block) {
      philox([block % TWO_32, Math.floor(block / TWO_32), 0, 0], this.key, this.#words);
      this.#block = block;
    }
    return this.#words[this.#position++ % 4];
  }

  /** A number in [low, high) with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const upper = this.uint32() >>> 5; // 27 bits
    const lower = this.uint32() >>> 6; // 26 bits
    return low + (high - low) * ((upper * 67108864 + lower) / 9007199254740992);
  }

  /**
   * A number from the normal distribution of mean 0 and variance 1.
   * `√(−2·ln u) · cos(2π·v)` for uniform u in (0, 1], v in [0, 1)
   *
   * @see [Box58]
   */
  normal(): number {
    const u = 1 - this.uniform();
    const v = this.uniform();
    return Math.sqrt(-2 * log(u)) * cos(2 * Math.PI * v);
  }

  /**
   * A whole number from 0 to `count` − 1, each equally likely.
   *
   * @throws {SettingError} when count is no whole number from 1 to 2³²
   */
  integer(count: number): number {
    if (!(Number.isInteger(count) && count >= 1 && count <= TWO_32)) {
      throw new SettingError({
        op: "Rng.integer",
        problem: `there are no ${count} numbers to choose from`,
        setting: "count",
        value: count,
        want: `a whole number from 1 to ${TWO_32}`,
      });
    }
    // words beyond the largest multiple of count would favour small numbers: draw again
    const limit = TWO_32 - (TWO_32 % count);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % count;
  }

  /** The numbers 0 to `count` − 1 in random order, every order equally likely. @see [Durstenfeld64] */
  permutation(count: number): Uint32Array {
    const order = new Uint32Array(count);
    for (let index = 0; index < count; index++) order[index] = index;
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const moved = order[last];
      order[last] = order[other];
      order[other] = moved;
    }
    return order;
  }
}
