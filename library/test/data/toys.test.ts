// Toys: the formulas of their docstrings, hit exactly where there is no noise.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { blobs, circles, moons, spirals, xor } from "#data";
import type { ClassDataset } from "#data";

const toys = { blobs, circles, moons, spirals, xor };
const quiet = { samples: 300, noise: 0 };

/** Each point with its class. */
function pointsOf({ inputs, labels }: ClassDataset) {
  return Array.from(labels, (label, sample) => ({ label, x: inputs[2 * sample], y: inputs[2 * sample + 1] }));
}

describe.each(Object.entries(toys))("%s", (_, toy) => {
  test("so many points of the plane, as many of each class as of the others", () => {
    const dataset = toy({ samples: 101, rng: new Rng(1) });
    expect(dataset).toMatchObject({ task: "classification", inputShape: [2], length: 101 });
    const counts = dataset.classNames.map((__, label) => dataset.labels.filter((one) => one === label).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(dataset.inputs.every((input) => Math.abs(input) < 4)).toBe(true);
  });
  test("in random order", () => {
    const { labels, classNames } = toy({ samples: 300, rng: new Rng(1) });
    const changes = labels.filter((label, sample) => sample > 0 && label !== labels[sample - 1]).length;
    const expected = 299 * (1 - 1 / classNames.length);
    expect(Math.abs(changes - expected)).toBeLessThan(40);
  });
  test("the same for the same generator, whatever was drawn from it; others for others", () => {
    const rng = new Rng(1);
    const before = toy({ samples: 20, rng });
    rng.uniform();
    expect(toy({ samples: 20, rng })).toEqual(before);
    expect(rng.state().position).toBe(2);
    expect(toy({ samples: 20, rng: rng.stream("test") }).inputs).not.toEqual(before.inputs);
  });
  test("noise moves points by its deviation", () => {
    const still = toy({ samples: 2000, noise: 0, rng: new Rng(2) }).inputs;
    const moved = toy({ samples: 2000, noise: 0.25, rng: new Rng(2) }).inputs;
    const squares = Array.from(moved, (value, index) => (value - still[index]) ** 2).reduce((sum, one) => sum + one, 0);
    expect(Math.sqrt(squares / still.length)).toBeCloseTo(0.25, 2);
  });
});

test("blobs: the middles lie evenly on a circle", () => {
  for (const { label, x, y } of pointsOf(blobs({ ...quiet, classes: 5, rng: new Rng(1) }))) {
    expect(x).toBeCloseTo(Math.cos((2 * Math.PI * label) / 5), 6);
    expect(y).toBeCloseTo(Math.sin((2 * Math.PI * label) / 5), 6);
  }
});

test("circles: the inner one has half the radius", () => {
  const dataset = circles({ ...quiet, rng: new Rng(1) });
  expect(dataset.classNames).toEqual(["outer", "inner"]);
  for (const { label, x, y } of pointsOf(dataset)) expect(Math.hypot(x, y)).toBeCloseTo(label === 0 ? 1 : 0.5, 6);
});

test("moons: half rings about (0, 0) and (1, ½), one upwards, one downwards", () => {
  for (const { label, x, y } of pointsOf(moons({ ...quiet, rng: new Rng(1) }))) {
    const [right, up] = label === 0 ? [x, y] : [1 - x, 0.5 - y];
    expect(Math.hypot(right, up)).toBeCloseTo(1, 6);
    expect(up).toBeGreaterThanOrEqual(0);
  }
});

test("spirals: turned back by its radius, an arm is a ray", () => {
  const classes = 3;
  const points = pointsOf(spirals({ ...quiet, classes, rng: new Rng(1) }));
  for (const { label, x, y } of points) {
    const radius = Math.hypot(x, y);
    expect(radius).toBeLessThan(1);
    const angle = 2 * Math.PI * (label / classes + 1.5 * radius);
    expect(x).toBeCloseTo(radius * Math.cos(angle), 5);
    expect(y).toBeCloseTo(radius * Math.sin(angle), 5);
  }
  // as many points in the inner half of the disc as in the outer one
  expect(points.filter(({ x, y }) => x * x + y * y < 0.5).length).toBeCloseTo(150, -2);
});

test("xor: the signs decide", () => {
  for (const { label, x, y } of pointsOf(xor({ ...quiet, rng: new Rng(1) }))) {
    expect(x * y > 0).toBe(label === 0);
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1);
  }
});

describe("what is refused", () => {
  const rng = new Rng(1);
  test("fewer points than classes", () => {
    expect(() => blobs({ samples: 4, classes: 5, rng })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: blobs: samples cannot be 4
        got   samples = 4
        want  a whole number of at least 5]
    `);
  });
  test("negative noise", () => {
    expect(() => moons({ samples: 10, noise: -1, rng })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: moons: noise cannot be -1
        got   noise = -1
        want  a number of at least 0]
    `);
  });
  test("one class, or too many", () => {
    expect(() => spirals({ samples: 10, classes: 1, rng })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: spirals: classes cannot be 1
        got   classes = 1
        want  a whole number from 2 to 256]
    `);
    expect(() => spirals({ samples: 1000, classes: 257, rng })).toThrow("a whole number from 2 to 256");
  });
  test("classes where there are always two", () => {
    expect(() => xor({ samples: 10, classes: 3, rng } as object as { samples: number; rng: Rng }))
      .toThrowErrorMatchingInlineSnapshot(`
      [SettingError: xor: nobody knows a setting "classes"
        got   classes = 3
        want  only samples, noise]
    `);
  });
});
