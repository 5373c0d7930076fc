/**
 * Elementary functions with the same bits on every machine.
 *
 * The language fixes + - * / and Math.sqrt to the last bit, but lets every engine choose its own
 * Math.exp, Math.log and Math.sin. A weight that met one of those would differ between browsers.
 * So these functions use nothing but the exact operations, always in the same order.
 *
 * One idea serves them all: first move the argument, at next to no loss, into a short interval
 * around 0 (powers of two come off exp and log, quarter turns off sin and cos); there a Taylor
 * series needs about ten terms, and its coefficients are plain fractions. Where one f64 is too
 * coarse a number is carried as a pair `high + low`, low holding what rounding cut from high.
 *
 * Errors below are the largest relative ones measured against 300-bit arithmetic.
 */

const bits = new DataView(new ArrayBuffer(8));

// Constants are cut after a few hex digits: a small whole number times a leading piece is exact.
// ln 2 = 0.b17217f7d1 cf79abc9e3b39…, in base 16
const LN2_HIGH = 0xb17217f7d1 * powerOfTwo(-40);
const LN2_LOW = 0xcf79abc9e3b39 * powerOfTwo(-92);
// π/2 = 1.921fb54 442d1846 9898cc51 701b839a252…, in base 16
const HALF_PI_1 = 0x1921fb54 * powerOfTwo(-28);
const HALF_PI_2 = 0x442d1846 * powerOfTwo(-60);
const HALF_PI_3 = 0x9898cc51 * powerOfTwo(-92);
const HALF_PI_4 = 0x701b839a252 * powerOfTwo(-136);

const TWO_OVER_SQRT_PI = 1.1283791670955126; // nearest f64

// What each series has after its first terms, lowest power first; the length puts the first
// omitted term below half a unit in the last place at the end of the interval.
// `eʳ = 1 + r + r²·rest(r)`, |r| ≤ 0.347
const EXP_REST = coefficients(13, (n) => 1 / factorial(n + 2));
// `ln((1 + s) / (1 − s)) = 2s + s³·rest(s²)`, |s| ≤ 0.172
const LOG_REST = coefficients(11, (n) => 2 / (2 * n + 3));
// `sin r = r + r³·rest(r²)` and `cos r = 1 − r²/2 + r⁴·rest(r²)`, |r| ≤ π/4
const SIN_REST = coefficients(8, (n) => (n % 2 ? 1 : -1) / factorial(2 * n + 3));
const COS_REST = coefficients(7, (n) => (n % 2 ? -1 : 1) / factorial(2 * n + 4));
// `1 + x²/1.5 + x⁴/(1.5·2.5) + …`, |x| ≤ 2
const ERF_SERIES = coefficients(32, (n) => 1 / halfOddProduct(n));

/**
 * e to the power x.
 *
 * `eˣ = 2ᵏ · eʳ`, where `k = round(x / ln 2)` and `r = x − k·ln 2`, so |r| ≤ 0.347
 *
 * Error below 1.3e-16; Infinity from x = 709.79 up, subnormal below −708.4, 0 below −745.14.
 *
 * @example
 * exp(1); // 2.718281828459045
 */
export function exp(x: number): number {
  return expOfPair(x, 0);
}

/**
 * The natural logarithm of x, in nats.
 *
 * `ln x = k·ln 2 + ln m`, where `x = 2ᵏ · m` and m lies in [√½, √2]
 *
 * Error below 1.2e-16, near x = 1 and for subnormal x too; −Infinity at ±0, NaN below 0.
 *
 * @example
 * log(10); // 2.302585092994046
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  return logAsPair(x)[0];
}

/**
 * x to the power y.
 *
 * `xʸ = e^(y · ln x)`, with ln x and the product carried as pairs, because a relative error ε of
 * the exponent becomes `ε · |y · ln x|` in the result, up to 745 times as much
 *
 * Error below 2e-16 for results between 1e-8 and 1e8, below 6e-15 for all; whole powers of whole
 * numbers come out exact up to 2⁵³. Special cases follow IEEE 754: x⁰ = 1ʸ = 1 for every x and y,
 * and (−1)^±∞ = 1 (JavaScript differs: 1 to NaN or ±Infinity and −1 to ±Infinity are NaN there);
 * x below 0 needs a whole y, with any other y the result is NaN.
 *
 * @example
 * pow(10, 3); // 1000
 * pow(-2, 0.5); // NaN
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;

  const whole = Math.floor(y) === y;
  const odd = whole && Math.floor(y / 2) !== y / 2;
  const size = Math.abs(x);
  const sign = odd && (x < 0 || 1 / x < 0) ? -1 : 1; // 1 / x tells −0 from 0
  if (size === 1 && whole) return sign;
  if (size === 0 || size === Infinity || Math.abs(y) === Infinity) {
    return sign * (size > 1 === y > 0 ? Infinity : 0);
  }
  if (x < 0 && !whole) return NaN;

  const [high, low] = logAsPair(size);
  return sign * expOfPair(y * high, productError(y, high) + y * low);
}

/**
 * The sine of x, in radians.
 *
 * Error below 4e-16 for |x| ≤ 2²⁰·π (about 3.29 million), also beside the multiples of π. Beyond,
 * x is first taken modulo the f64 nearest 2π, which adds an absolute error of at most |x| · 4e-17.
 * That is less than the gap between neighbouring x; from |x| = 10¹⁶ on no digit is left.
 *
 * @example
 * sin(Math.PI / 6); // 0.49999999999999994
 */
export function sin(x: number): number {
  return x === 0 ? x : sineAhead(x, 0); // −0 stays −0
}

/**
 * The cosine of x, in radians.
 *
 * `cos x = sin(x + π/2)`; range and error are those of `sin`.
 *
 * @example
 * cos(Math.PI / 3); // 0.5000000000000001
 */
export function cos(x: number): number {
  return sineAhead(x, 1);
}

/**
 * The hyperbolic tangent of x.
 *
 * `tanh x = (1 − u) / (1 + u)`, where `u = e^(−2x)`
 *
 * Near 0 the difference 1 − u would cancel; there `tanh x = t / (t + 2)` with `t = e^(2x) − 1`,
 * whose series starts at 2x. Error below 4e-16.
 *
 * @example
 * tanh(0.5); // 0.46211715726000974
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 0.17) {
    const t = 2 * x + expRest(2 * x);
    return x === 0 ? x : t / (t + 2);
  }
  const u = exp(-2 * size);
  return x < 0 ? (u - 1) / (1 + u) : (1 - u) / (1 + u);
}

/**
 * The error function: the share of a normal distribution of deviation 1/√2 that lies within ±x.
 *
 * `erf x = 2/√π · ∫₀ˣ e^(−t²) dt`
 *
 * Up to 2 a series without cancellation, for all its terms are positive:
 * `erf x = 2/√π · e^(−x²) · x · (1 + x²/1.5 + x⁴/(1.5·2.5) + …)`.
 * Above 2 a continued fraction for the small rest up to 1:
 * `1 − erf x = e^(−x²) / √π / (x + ½/(x + 1/(x + 1½/(x + 2/(x + …)))))`.
 * Error below 8e-16; ±1 from |x| = 5.93 on.
 *
 * @see [Abramowitz64] 7.1.6 and 7.1.14
 * @example
 * erf(0.5); // 0.5204998778130465
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  const square = x * x;
  const bell = expOfPair(-square, -productError(x, x));
  if (size < 2) return TWO_OVER_SQRT_PI * x * (bell * polynomial(ERF_SERIES, square));

  let fraction = size;
  for (let n = 48; n > 0; n--) fraction = size + n / 2 / fraction; // at x = 2 it takes 47 levels
  const rest = (bell * TWO_OVER_SQRT_PI) / 2 / fraction;
  return x < 0 ? rest - 1 : 1 - rest;
}

/** `e^(high + low)`, for |low| far below 1; the last rounding is nearly the only one. */
function expOfPair(high: number, low: number): number {
  if (high > 710) return Infinity;
  if (high < -746) return 0;
  const k = Math.floor(high / Math.LN2 + 0.5);
  const coarse = high - k * LN2_HIGH; // exact: LN2_HIGH has 40 bits, k at most 11
  const fine = low - k * LN2_LOW;
  const r = coarse + fine;
  const cut = fine - (r - coarse); // what the sum above rounded away
  const start = 1 + r;
  const value = start + (r - (start - 1) + (cut + expRest(r)));
  // 2ᵏ itself may lie outside the normal numbers; of two half steps only the second can round
  const half = k >> 1;
  return value * powerOfTwo(half) * powerOfTwo(k - half);
}

/** `eʳ − 1 − r`, for |r| ≤ 0.35. */
function expRest(r: number): number {
  return r * r * polynomial(EXP_REST, r);
}

/**
 * `ln x` as `high + low`, for finite x > 0; error below 8e-18.
 *
 * `x = 2ᵏ · m`; with `s = (m − 1) / (m + 1)`: `ln m = ln((1 + s) / (1 − s)) = 2s + s³·rest(s²)`
 */
function logAsPair(x: number): [high: number, low: number] {
  const subnormal = x < powerOfTwo(-1022);
  bits.setFloat64(0, subnormal ? x * powerOfTwo(54) : x);
  const top = bits.getInt32(0); // sign 0, 11 bits of exponent, 20 bits of fraction
  bits.setInt32(0, (top & 0xfffff) | (1023 << 20)); // the same fraction with exponent 0
  let m = bits.getFloat64(0);
  let k = (top >> 20) - (subnormal ? 1023 + 54 : 1023);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }

  const above = m - 1; // exact
  const sum = m + 1;
  const sumCut = m - (sum - 1);
  const s = above / sum;
  const remainder = above - s * sum - productError(s, sum) - s * sumCut;
  const square = s * s;
  const small = (2 * remainder) / sum + s * square * polynomial(LOG_REST, square);

  const large = k * LN2_HIGH + 2 * s; // the product is exact
  const largeCut = 2 * s - (large - k * LN2_HIGH);
  const low = largeCut + (k * LN2_LOW + small);
  const high = large + low;
  return [high, low - (high - large)];
}

/**
 * `sin(x + quarters · π/2)`.
 *
 * `x = n·π/2 + r`, |r| ≤ π/4; the quadrant, n + quarters modulo 4, picks ±sin r or ±cos r.
 * Up to n = 2²¹ the products with the first three pieces of π/2 are exact. A difference rounds only
 * where it is large; next to a multiple of π/2 it shrinks, needs fewer digits, and stays exact.
 *
 * @see [Muller16] Cody and Waite's range reduction
 */
function sineAhead(x: number, quarters: number): number {
  if (Math.abs(x) > 1048576 * Math.PI) x %= 2 * Math.PI; // % is exact; 1048576 = 2²⁰
  const n = Math.floor((2 * x) / Math.PI + 0.5);
  const r = x - n * HALF_PI_1 - n * HALF_PI_2 - n * HALF_PI_3 - n * HALF_PI_4;

  const square = r * r;
  const quadrant = (n + quarters) & 3;
  const value =
    quadrant & 1
      ? 1 - square / 2 + square * square * polynomial(COS_REST, square)
      : r + r * square * polynomial(SIN_REST, square);
  return quadrant & 2 ? -value : value;
}

/**
 * What `a * b` rounds away: `a·b = (a * b) + productError(a, b)`, for |a|, |b| below 2⁹⁹⁶.
 *
 * Each factor is cut into halves of 26 bits, whose products fit an f64.
 *
 * @see [Dekker71]
 */
function productError(a: number, b: number): number {
  const splitter = 134217729; // 2²⁷ + 1
  const aHigh = splitter * a - (splitter * a - a);
  const bHigh = splitter * b - (splitter * b - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - a * b + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** `2ᵏ`, for −1022 ≤ k ≤ 1023, written straight into the exponent bits. */
function powerOfTwo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}

/** `c₀ + c₁·x + c₂·x² + …`, from the highest power down (Horner's rule). */
function polynomial(c: readonly number[], x: number): number {
  let sum = 0;
  for (let n = c.length - 1; n >= 0; n--) sum = sum * x + c[n];
  return sum;
}

function coefficients(length: number, term: (n: number) => number): readonly number[] {
  return Array.from({ length }, (_, n) => term(n));
}

/** `n!`, exact in f64 up to 22!. */
function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** `1.5 · 2.5 · … · (n + 0.5)`, exact up to n = 14; from there on erf hardly feels its rounding. */
function halfOddProduct(n: number): number {
  return n < 1 ? 1 : (n + 0.5) * halfOddProduct(n - 1);
}
