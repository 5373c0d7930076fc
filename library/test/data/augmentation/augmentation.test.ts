// Descriptions of changes: what is left out, and what is refused.
import { augmentationTypes, checkAugmentation } from "#data";
import type { AugmentationDescription } from "#data";
import { expect, test } from "vitest";

const INPUT = [28, 28, 1];

test("every type is known", () => {
  expect(augmentationTypes).toEqual(["shift", "affine", "elastic", "stroke", "noise", "erase", "deskew"]);
});

test.each<[AugmentationDescription, object]>([
  [
    { type: "shift", pixels: 2 },
    { pixels: 2, probability: 1 },
  ],
  [
    { type: "affine", degrees: 10 },
    { degrees: 10, scale: 0, shear: 0, pixels: 0, probability: 1 },
  ],
  [
    { type: "elastic", amplitude: 0.65 },
    { amplitude: 0.65, sigma: 4, probability: 1 },
  ],
  [
    { type: "stroke", thicker: 0.5 },
    { thicker: 0.5, thinner: 0, probability: 1 },
  ],
  [
    { type: "noise", deviation: 0.1 },
    { deviation: 0.1, probability: 1 },
  ],
  [{ type: "erase" }, { smallest: 0.02, largest: 0.4, ratio: 0.3, value: 0, probability: 0.5 }],
  [{ type: "deskew", probability: 0.5 }, { probability: 0.5 }],
])("%j is completed", (description, settings) => {
  expect(checkAugmentation(description, INPUT)).toEqual({ type: description.type, ...settings });
});

test.each([
  { type: "shift", pixels: -1 },
  { type: "shift", pixels: 2, probability: 1.1 },
  { type: "affine", degrees: 181 },
  { type: "affine", scale: 1 },
  { type: "affine", shear: -0.1 },
  { type: "affine", pixels: Number.NaN },
  { type: "elastic" },
  { type: "elastic", amplitude: 1, sigma: 0 },
  { type: "stroke", thicker: 1.5 },
  { type: "noise" },
  { type: "erase", ratio: 0 },
  { type: "deskew", degrees: 3 },
  { type: "toString" },
])("%j is refused", (description) => {
  expect(() => checkAugmentation(description as AugmentationDescription, INPUT)).toThrow(/^(augmentation|unknown)/);
});

const refused = (description: object, inputShape?: number[]) => () =>
  checkAugmentation(description as AugmentationDescription, inputShape);

test("a type that nobody knows", () => {
  expect(refused({ type: "afine" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: augmentation: nobody knows the type "afine"
      got   type = "afine"
      want  one of shift, affine, elastic, stroke, noise, erase, deskew
      fix   did you mean affine?]
  `);
});

test("half pixels", () => {
  expect(refused({ type: "shift", pixels: 1.5 })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: augmentation shift: pixels cannot be 1.5
      got   pixels = 1.5
      want  a whole number of at least 0]
  `);
});

test("a setting that nobody knows", () => {
  expect(refused({ type: "affine", degree: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: augmentation affine: nobody knows a setting "degree"
      got   degree = 2
      want  only degrees, scale, shear, pixels, probability
      fix   did you mean degrees?]
  `);
});

test("a shift out of the picture", () => {
  expect(refused({ type: "shift", pixels: 28 }, INPUT)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: augmentation shift: 28 pixels would move a picture of 28×28 out of sight
      got   pixels = 28
      want  0 to 27]
  `);
});

test("a largest area that is smaller than the smallest", () => {
  expect(refused({ type: "erase", largest: 0.01 })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: augmentation erase: the smallest area, 0.02, is larger than the largest, 0.01
      got   smallest = 0.02
      want  0 to 0.01]
  `);
});

test("samples that are no pictures", () => {
  expect(refused({ type: "noise", deviation: 0.1 }, [784])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: augmentation noise: only pictures can be changed so
      got   inputShape [784]
      want  [height, width, channels]]
  `);
});

test("pictures that are too large to be warped", () => {
  expect(refused({ type: "affine", degrees: 5 }, [600, 600, 1])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: augmentation affine: the pictures are too large for this change
      got   inputShape [600, 600, 1]
      want  at most 508×508 pixels
      fix   make the pictures smaller, or leave this change out]
  `);
  expect(refused({ type: "affine", degrees: 5 }, [508, 508, 3])).not.toThrow();
  expect(refused({ type: "stroke", thicker: 1 }, [508, 508, 3])).toThrow("at most 292×292 pixels");
});
