// What the changes do to pictures, seen through the reference kernels in f64.
import { Rng } from "#base";
import { Augmenter } from "#data";
import type { AugmentationDescription } from "#data";
import { createReferenceBackend } from "#kernels";
import { describe, expect, test } from "vitest";

const backend = createReferenceBackend({ precision: "f64" });
const { kernels } = backend;
const SIDE = 9;
const SIZE = SIDE * SIDE;
const COUNT = 40;

interface Choices {
  seed?: number;
  step?: number;
}

/** Copies of one picture, changed. */
function changed(
  picture: ArrayLike<number>,
  descriptions: AugmentationDescription[],
  { seed = 1, step = 0 }: Choices = {},
): Float64Array[] {
  const images = new Float64Array(COUNT * SIZE);
  for (let image = 0; image < COUNT; image++) images.set(picture, image * SIZE);
  const augmenter = new Augmenter(descriptions, { inputShape: [SIDE, SIDE, 1], rng: new Rng(seed) });
  const target = new Float64Array(images.length).fill(7);
  const room = augmenter.roomFor(COUNT).map(([count, numbers]) => new Float64Array(count * numbers).fill(NaN));
  augmenter.perform(kernels, { images, target, count: COUNT, step, room, sheets: augmenter.sheets });
  return Array.from({ length: COUNT }, (_, image) => target.subarray(image * SIZE, (image + 1) * SIZE));
}

const picture = (valueAt: (row: number, column: number) => number) =>
  Float64Array.from({ length: SIZE }, (_, index) => valueAt(Math.floor(index / SIDE), index % SIDE));
const point = picture((row, column) => (row === 4 && column === 4 ? 1 : 0));
/** A round blot in the middle, far from the edges. */
const blot = picture((row, column) => Math.max(0, 1 - Math.hypot(row - 4, column - 4) / 3));
const noisy = picture((row, column) => ((row * 37 + column * 61) % 17) / 17);
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
/** Where the mass lies: [mass, column, row] of its centre. */
function centre(values: Float64Array): [mass: number, column: number, row: number] {
  const mass = sum(values);
  const moment = (of: (index: number) => number) => values.reduce((total, v, index) => total + v * of(index), 0) / mass;
  return [mass, moment((index) => index % SIDE), moment((index) => Math.floor(index / SIDE))];
}
const differing = (all: readonly Float64Array[], from: ArrayLike<number>) =>
  all.filter((each) => each.some((value, index) => value !== from[index])).length;

/** One of each kind, none of them idle. */
const EVERY: AugmentationDescription[] = [
  { type: "shift", pixels: 2 },
  { type: "affine", degrees: 10, scale: 0.1, shear: 0.1, pixels: 1 },
  { type: "elastic", amplitude: 0.7 },
  { type: "stroke", thicker: 0.5, thinner: 0.5 },
  { type: "noise", deviation: 0.1 },
  { type: "erase", probability: 1 },
];

describe("every change", () => {
  test.each(EVERY)("$type makes the same of the same generator and step, and else something else", (description) => {
    const once = changed(noisy, [description]);
    expect(changed(noisy, [description])).toEqual(once);
    expect(changed(noisy, [description], { step: 1 })).not.toEqual(once);
    expect(changed(noisy, [description], { step: 2 ** 32 })).not.toEqual(once);
    expect(changed(noisy, [description], { seed: 2 })).not.toEqual(once);
    expect(new Set(once.map(String)).size).toBeGreaterThan(COUNT / 2);
  });

  test.each([...EVERY, { type: "deskew" } as const])(
    "$type touches as many pictures as its probability says",
    (one) => {
      const touched = (part: number) => differing(changed(noisy, [{ ...one, probability: part }]), noisy);
      expect(touched(0)).toBe(0);
      expect(touched(1)).toBeGreaterThan(COUNT * 0.8); // a shift by nothing is one too
      expect(touched(0.5)).toBeGreaterThan(COUNT * 0.2);
      expect(touched(0.5)).toBeLessThan(COUNT * 0.8);
    },
  );

  test.each([...EVERY, { type: "deskew" } as const])("$type twice is drawn twice", (one) => {
    const twice = changed(noisy, [one, one]);
    expect(twice).not.toEqual(changed(noisy, [one]));
  });

  test.each<AugmentationDescription>([
    { type: "shift", pixels: 0 },
    { type: "affine" },
    { type: "elastic", amplitude: 0 },
    { type: "stroke" },
    { type: "noise", deviation: 0 },
    { type: "erase", smallest: 0, largest: 0, probability: 1 },
  ])("%j is none", (description) => {
    expect(differing(changed(noisy, [description]), noisy)).toBe(0);
  });

  test("no description changes nothing", () => {
    expect(differing(changed(noisy, []), noisy)).toBe(0);
  });

  test.each(EVERY.filter(({ type }) => type !== "noise"))("$type keeps zeros", (description) => {
    const augmenter = new Augmenter([description], { inputShape: [SIDE, SIDE, 1], rng: new Rng(1) });
    expect(augmenter.keepsZeros).toBe(true);
    expect(differing(changed(new Float64Array(SIZE), [description]), new Float64Array(SIZE))).toBe(0);
  });

  test("noise and a rectangle that is not 0 do not", () => {
    for (const last of [{ type: "noise", deviation: 0.1 } as const, { type: "erase", value: 0.5 } as const]) {
      const augmenter = new Augmenter([...EVERY.slice(0, 4), last], { inputShape: [SIDE, SIDE, 1], rng: new Rng(1) });
      expect(augmenter.keepsZeros).toBe(false);
    }
  });
});

describe("shift", () => {
  const placesOf = (descriptions: AugmentationDescription[]) =>
    changed(point, descriptions).map((each) => {
      expect(sum(each)).toBe(1);
      const at = each.indexOf(1);
      return [(at % SIDE) - 4, Math.floor(at / SIDE) - 4];
    });

  test("moves each picture by at most its pixels, and not all the same way", () => {
    const moved = placesOf([{ type: "shift", pixels: 2 }]);
    expect(moved.flat().every((distance) => Math.abs(distance) <= 2)).toBe(true);
    expect(new Set(moved.map(String)).size).toBeGreaterThan(10);
  });

  test("two in a list draw apart and add up", () => {
    const shift: AugmentationDescription = { type: "shift", pixels: 2 };
    const once = placesOf([shift]);
    const second = placesOf([shift, shift]).map(([right, down], image) => [
      right - once[image][0],
      down - once[image][1],
    ]);
    expect(second.flat().every((distance) => Math.abs(distance) <= 2)).toBe(true);
    expect(second).not.toEqual(once);
  });
});

describe("affine", () => {
  test("a rotation leaves the mass, and the middle where it is", () => {
    const wedge = picture((row, column) =>
      row === 4 && column >= 4 && column <= 6 ? 1 : 0.3 * blot[row * SIDE + column],
    );
    const [mass, column, row] = centre(wedge);
    const angles = changed(wedge, [{ type: "affine", degrees: 30 }]).map((each) => {
      const [own, ownColumn, ownRow] = centre(each);
      expect(own / mass).toBeCloseTo(1, 1);
      expect(Math.hypot(ownColumn - 4, ownRow - 4)).toBeCloseTo(Math.hypot(column - 4, row - 4), 1);
      return (Math.atan2(ownRow - 4, ownColumn - 4) * 180) / Math.PI;
    });
    // drawn from −30 to 30, evenly
    expect(Math.max(...angles.map(Math.abs))).toBeLessThan(31);
    expect(Math.min(...angles)).toBeLessThan(-15);
    expect(Math.max(...angles)).toBeGreaterThan(15);
  });

  test("a shift moves the mass by at most its pixels, and by parts of them", () => {
    const moves = changed(blot, [{ type: "affine", pixels: 1 }]).flatMap((each) => {
      const [mass, column, row] = centre(each);
      expect(mass).toBeCloseTo(sum(blot), 5);
      return [column - 4, row - 4];
    });
    expect(Math.max(...moves)).toBeLessThanOrEqual(1);
    expect(Math.min(...moves)).toBeGreaterThanOrEqual(-1);
    expect(new Set(moves.map((move) => move.toFixed(3))).size).toBeGreaterThan(COUNT);
  });

  test("a scale changes width and height apart, and the mass with both", () => {
    const spreads = changed(blot, [{ type: "affine", scale: 0.3 }]).map((each) => {
      const [mass] = centre(each);
      const spread = (of: (index: number) => number) =>
        Math.sqrt(each.reduce((total, v, index) => total + v * (of(index) - 4) ** 2, 0) / mass);
      return [mass, spread((index) => index % SIDE), spread((index) => Math.floor(index / SIDE))];
    });
    for (const [mass, wide, tall] of spreads) expect((wide * tall) / mass).toBeCloseTo(0.15, 1);
    const ratios = spreads.map(([, wide, tall]) => wide / tall);
    expect(Math.min(...ratios)).toBeLessThan(0.85);
    expect(Math.max(...ratios)).toBeGreaterThan(1.15);
  });

  test("a shear moves rows against one another and leaves each as it is", () => {
    const bar = picture((row, column) => (column === 4 && Math.abs(row - 4) <= 2 ? 1 : 0));
    const slants = changed(bar, [{ type: "affine", shear: 0.5 }]).map((each) => {
      const rowCentre = (row: number) => {
        const line = each.subarray(row * SIDE, row * SIDE + SIDE);
        expect(sum(line)).toBeCloseTo(1, 6);
        return line.reduce((total, value, column) => total + value * column, 0);
      };
      const slant = (rowCentre(6) - rowCentre(2)) / 4;
      expect(rowCentre(4)).toBeCloseTo(4, 6);
      return slant;
    });
    expect(Math.max(...slants.map(Math.abs))).toBeLessThanOrEqual(0.5);
    expect(Math.max(...slants) - Math.min(...slants)).toBeGreaterThan(0.5);
  });
});

describe("elastic", () => {
  test("moves what it shows by as much as it says", () => {
    // one point of a large blot: the mean shift of its centre, over many steps
    const moves = Array.from({ length: 10 }, (_, step) =>
      changed(point, [{ type: "elastic", amplitude: 0.3, sigma: 8 }], { step }),
    )
      .flat()
      .flatMap((each) => {
        const [, column, row] = centre(each);
        return [column - 4, row - 4];
      });
    const deviation = Math.sqrt(moves.reduce((total, move) => total + move * move, 0) / moves.length);
    expect(deviation).toBeGreaterThan(0.2);
    expect(deviation).toBeLessThan(0.4);
  });
});

describe("one walk", () => {
  const affine: AugmentationDescription = { type: "affine", degrees: 10 };
  const elastic: AugmentationDescription = { type: "elastic", amplitude: 0.7 };
  const deskew: AugmentationDescription = { type: "deskew" };
  const stroke: AugmentationDescription = { type: "stroke", thicker: 0.5 };

  test.each<[string, AugmentationDescription[], string[]]>([
    ["affine, elastic", [affine, elastic], ["affineMaps", "elasticPieces", "warpImages"]],
    ["elastic, affine", [elastic, affine], ["affineMaps", "elasticPieces", "warpImages"]],
    ["deskew, elastic", [deskew, elastic], ["deskewMaps", "elasticPieces", "warpImages"]],
    [
      "elastic, deskew: it has to see what was bent",
      [elastic, deskew],
      ["affineMaps", "elasticPieces", "warpImages", "deskewMaps", "warpImages"],
    ],
    ["affine, affine", [affine, affine], ["affineMaps", "warpImages", "affineMaps", "warpImages"]],
    [
      "affine, stroke, elastic",
      [affine, stroke, elastic],
      ["affineMaps", "warpImages", "strokeImages", "affineMaps", "elasticPieces", "warpImages"],
    ],
  ])("%s", (_, descriptions, names) => {
    const augmenter = new Augmenter(descriptions, { inputShape: [SIDE, SIDE, 1], rng: new Rng(1) });
    const nothing = new Float64Array(0);
    const [images, target] = [new Float64Array(SIZE), new Float64Array(SIZE)];
    const room = [nothing, nothing];
    const { sheets } = augmenter;
    const calls = backend.record((noting) =>
      augmenter.perform(noting, { images, target, count: 1, step: 0, room, sheets }),
    );
    expect(calls.map(({ name }) => name).filter((name) => name !== "copy")).toEqual(names);
  });
});

describe("deskew", () => {
  const leaning = (slant: number) =>
    picture(
      (row, column) => Math.max(0, 1 - Math.abs(column - 4 - slant * (row - 4))) * (Math.abs(row - 4) <= 3 ? 1 : 0),
    );
  const slantOf = (values: Float64Array) => {
    const [, column, row] = centre(values);
    const moment = (of: (c: number, r: number) => number) =>
      values.reduce((total, v, index) => total + v * of((index % SIDE) - column, Math.floor(index / SIDE) - row), 0);
    return moment((c, r) => c * r) / moment((_, r) => r * r);
  };

  test.each([-0.8, -0.3, 0, 0.5])("sets upright what leans by %f, and leaves its middle where it is", (slant) => {
    expect(slantOf(leaning(slant))).toBeCloseTo(slant, 6);
    const [upright] = changed(leaning(slant), [{ type: "deskew" }]);
    const [mass, column, row] = centre(upright);
    expect(slantOf(upright)).toBeCloseTo(0, 6);
    expect([mass, column, row].map((value) => value.toFixed(6))).toEqual(
      centre(leaning(slant)).map((value) => value.toFixed(6)),
    );
  });

  test("every picture alike, in every step", () => {
    const [first, ...others] = changed(leaning(0.5), [{ type: "deskew" }]);
    for (const other of others) expect(other).toEqual(first);
    expect(changed(leaning(0.5), [{ type: "deskew" }], { step: 9, seed: 5 })[0]).toEqual(first);
  });

  test("blank pictures stay blank, and what lies flat is not torn", () => {
    expect(changed(new Float64Array(SIZE), [{ type: "deskew" }])[0]).toEqual(new Float64Array(SIZE));
    const dash = picture((row, column) => (row === 4 && column > 1 ? 1 : 0));
    expect(changed(dash, [{ type: "deskew" }])[0]).toEqual(dash);
  });
});

describe("stroke", () => {
  test("thicker strokes have more mass, thinner ones less", () => {
    for (const each of changed(blot, [{ type: "stroke", thicker: 1 }])) expect(sum(each)).toBeGreaterThan(sum(blot));
    for (const each of changed(blot, [{ type: "stroke", thinner: 1 }])) expect(sum(each)).toBeLessThan(sum(blot));
  });

  test("a point grows into its four neighbours, evenly, and no further", () => {
    for (const each of changed(point, [{ type: "stroke", thicker: 1 }])) {
      const around = [each[3 * SIDE + 4], each[5 * SIDE + 4], each[4 * SIDE + 3], each[4 * SIDE + 5]];
      expect(new Set(around).size).toBe(1);
      expect(each[4 * SIDE + 4]).toBe(1);
      expect(sum(each)).toBeCloseTo(1 + 4 * around[0], 12);
    }
  });

  test("no value lies beyond those around it", () => {
    for (const each of changed(noisy, [{ type: "stroke", thicker: 1, thinner: 1 }])) {
      expect(Math.max(...each)).toBeLessThanOrEqual(Math.max(...noisy));
      expect(Math.min(...each)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("noise", () => {
  test("has mean 0 and the deviation that was asked for, and a bell's shape", () => {
    const values = changed(new Float64Array(SIZE), [{ type: "noise", deviation: 0.2 }]).flatMap((each) => [...each]);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(0, 1);
    expect(deviation / 0.2).toBeCloseTo(1, 1);
    const within = values.filter((value) => Math.abs(value) < 0.2).length / values.length;
    expect(within).toBeGreaterThan(0.63); // 0.683 for a normal distribution, 0.577 for an even one
    expect(within).toBeLessThan(0.72);
  });
});

describe("erase", () => {
  test("wipes out one rectangle within the bounds of its area", () => {
    const full = new Float64Array(SIZE).fill(1);
    for (const each of changed(full, [{ type: "erase", smallest: 0.1, largest: 0.3, probability: 1 }])) {
      const gone = [...each.keys()].filter((index) => each[index] === 0);
      const [rows, columns] = [gone.map((index) => Math.floor(index / SIDE)), gone.map((index) => index % SIDE)];
      const length = (lines: number[]) => Math.max(...lines) - Math.min(...lines) + 1;
      expect(gone).toHaveLength(length(rows) * length(columns));
      expect(gone.length / SIZE).toBeGreaterThan(0.05); // sides are rounded to pixels
      expect(gone.length / SIZE).toBeLessThan(0.4);
    }
  });

  test("writes what it is told to", () => {
    const values = new Set(
      changed(new Float64Array(SIZE), [{ type: "erase", value: 0.5 }]).flatMap((each) => [...each]),
    );
    expect(values).toEqual(new Set([0, 0.5]));
  });
});
