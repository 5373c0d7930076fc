// What the preparation is made of: distances, openings, slopes and grain, each against its definition.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { distances } from "../../src/digits/distance.ts";
import { grainOf } from "../../src/digits/grain.ts";
import { greatest, opening } from "../../src/digits/opening.ts";
import { slopeOf } from "../../src/digits/slope.ts";

const picture = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, at) => value(at % width, Math.floor(at / width))),
});

const small = fc.integer({ min: 1, max: 12 });

test("distances are those to the nearest marked pixel", () => {
  fc.assert(
    fc.property(small, small, fc.integer(), (width, height, seed) => {
      const rng = new Rng(Math.abs(seed));
      const marked = Uint8Array.from({ length: width * height }, () => (rng.uniform() < 0.2 ? 1 : 0));
      marked[rng.integer(marked.length)] = 1;
      const found = distances(marked, { width, height });
      found.forEach((distance, pixel) => {
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        const all = [...marked.keys()]
          .filter((other) => marked[other] === 1)
          .map((other) => Math.hypot((other % width) - x, Math.floor(other / width) - y));
        expect(distance).toBeCloseTo(Math.min(...all), 9);
      });
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("the greatest within reach is that of the window", () => {
  fc.assert(
    fc.property(small, small, fc.integer({ min: 0, max: 5 }), (width, height, reach) => {
      const rng = new Rng(width * 100 + height);
      const noise = picture(width, height, () => rng.integer(50));
      const found = greatest(noise.values, noise, reach);
      found.forEach((value, pixel) => {
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        const window = [...noise.values].filter(
          (_, at) => Math.abs((at % width) - x) <= reach && Math.abs(Math.floor(at / width) - y) <= reach,
        );
        expect(value).toBe(Math.max(...window));
      });
    }),
    { seed: 2, numRuns: 60 },
  );
});

describe("an opening", () => {
  test("takes away what is narrower than the window, and leaves what is as wide", () => {
    const bars = picture(30, 20, (x) => (x >= 4 && x < 7 ? 9 : x >= 15 && x < 20 ? 5 : 1));
    expect(opening(bars, { reach: 2 })).toEqual(picture(30, 20, (x) => (x >= 15 && x < 20 ? 5 : 1)));
  });
  test("lies nowhere above the picture, and done twice is done once", () => {
    const rng = new Rng(4);
    const noise = picture(23, 17, () => rng.uniform());
    const opened = opening(noise, { reach: 2 });
    opened.values.forEach((value, pixel) => expect(value).toBeLessThanOrEqual(noise.values[pixel]));
    expect(opening(opened, { reach: 2 })).toEqual(opened);
  });
});

describe("a slope", () => {
  const light = (x: number, y: number) => 200 - 90 * (x / 40) - 60 * (y / 30) ** 2;
  test("is found in spite of strokes that run out of the picture", () => {
    const crossed = picture(40, 30, (x, y) => (Math.abs(x - 12) < 3 || (y > 20 && x > 34) ? 20 : light(x, y)));
    const slope = slopeOf(crossed);
    slope.values.forEach((value, at) => {
      expect(Math.abs(value - light(at % 40, Math.floor(at / 40)))).toBeLessThan(3);
    });
  });
  test("of even paper is its brightness, to the last bit", () => {
    const even = picture(28, 28, (x, y) => (x > 8 && x < 20 && y > 8 && y < 20 ? 200 : 17));
    expect(slopeOf(even).values.every((value) => value === 17)).toBe(true);
  });
  test("of a single pixel is that pixel", () => {
    expect(slopeOf(picture(1, 1, () => 90)).values[0]).toBeCloseTo(90, 3);
  });
});

describe("grain", () => {
  test("is the standard deviation of noise, on a slope and under strokes", () => {
    const rng = new Rng(5);
    const noisy = picture(200, 200, (x) => 100 + 0.2 * x + (x % 40 < 10 ? -60 : 0) + 6 * rng.normal());
    expect(grainOf(noisy)).toBeGreaterThan(5);
    expect(grainOf(noisy)).toBeLessThan(8);
  });
  test("of a clean picture is 0", () => {
    expect(grainOf(picture(60, 60, (x) => (x % 20 < 4 ? 255 : 0)))).toBe(0);
    expect(grainOf(picture(1, 1, () => 3))).toBe(0);
  });
});
