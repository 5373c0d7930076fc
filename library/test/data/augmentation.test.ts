// Augmentation: the described changes in their order, the same for the same key and step.
import { describe, expect, test } from "vitest";
import { augment, checkAugmentation } from "#data";
import type { AugmentationDescription } from "#data";
import { reference } from "#kernels";

const SHIFT: AugmentationDescription = { type: "shift", pixels: 2 };
const COUNT = 40;
const batch = { count: COUNT, inputShape: [9, 9, 1], key: [1, 2] as const, step: 0 };

/** Pictures of 9×9 with one lit pixel in the middle, and where that pixel lies after augmentation: [right, down]. */
function displacements(
  descriptions: AugmentationDescription[],
  changes: { key?: readonly [number, number]; step?: number } = {},
) {
  const images = new Float32Array(COUNT * 81);
  for (let image = 0; image < COUNT; image++) images[image * 81 + 40] = 1;
  const target = new Float32Array(images.length).fill(7);
  augment(reference, descriptions, { images, target, ...batch, ...changes });
  return Array.from({ length: COUNT }, (_, image) => {
    const picture = target.subarray(image * 81, (image + 1) * 81);
    expect(picture.reduce((sum, value) => sum + value, 0)).toBe(1);
    const at = picture.indexOf(1);
    return [(at % 9) - 4, Math.floor(at / 9) - 4];
  });
}

test("a shift moves each picture by at most its pixels, and not all the same way", () => {
  const moved = displacements([SHIFT]);
  expect(moved.flat().every((distance) => Math.abs(distance) <= 2)).toBe(true);
  expect(new Set(moved.map(String)).size).toBeGreaterThan(10);
});

test("the same key and step move the same way, another key or step does not", () => {
  expect(displacements([SHIFT])).toEqual(displacements([SHIFT]));
  expect(displacements([SHIFT], { step: 1 })).not.toEqual(displacements([SHIFT]));
  expect(displacements([SHIFT], { key: [1, 3] })).not.toEqual(displacements([SHIFT]));
});

test("no descriptions change nothing", () => {
  expect(displacements([])).toEqual(Array.from({ length: COUNT }, () => [0, 0]));
});

test("two shifts in a list draw apart and add up", () => {
  const once = displacements([SHIFT]);
  const twice = displacements([SHIFT, SHIFT]);
  const second = twice.map(([right, down], image) => [right - once[image][0], down - once[image][1]]);
  expect(second.flat().every((distance) => Math.abs(distance) <= 2)).toBe(true);
  expect(second).not.toEqual(once);
});

describe("checkAugmentation", () => {
  test("returns the description", () => {
    expect(checkAugmentation(SHIFT, [28, 28, 1])).toEqual(SHIFT);
  });
  test("refuses a type that nobody knows", () => {
    const unknown = { type: "stretch" } as unknown as AugmentationDescription;
    expect(() => checkAugmentation(unknown)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: augmentation: nobody knows the type "stretch"
        got   type = "stretch"
        want  one of shift]
    `);
  });
  test("refuses half pixels", () => {
    expect(() => checkAugmentation({ type: "shift", pixels: 1.5 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: augmentation shift: pixels cannot be 1.5
        got   pixels = 1.5
        want  a whole number of at least 0]
    `);
  });
  test("refuses a setting that nobody knows", () => {
    const misspelt = { type: "shift", pixels: 1, pixel: 2 } as AugmentationDescription;
    expect(() => checkAugmentation(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: augmentation shift: nobody knows a setting "pixel"
        got   pixel = 2
        want  only pixels
        fix   did you mean pixels?]
    `);
  });
  test("refuses a shift out of the picture", () => {
    const far: AugmentationDescription = { type: "shift", pixels: 28 };
    expect(() => checkAugmentation(far, [28, 28, 1])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: augmentation shift: 28 pixels would move a picture of 28×28 out of sight
        got   pixels = 28
        want  0 to 27]
    `);
  });
  test("refuses samples that are no pictures", () => {
    expect(() => checkAugmentation(SHIFT, [784])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: augmentation shift: only pictures can be moved
        got   inputShape [784]
        want  [height, width, channels]]
    `);
  });
});
