// Strokes: the pen's ink is where the pen was, and any drawing comes out in MNIST's form.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawStrokes } from "../../src/digits/pen.ts";
import { plainStrokes, prepareStrokes } from "../../src/digits/strokes.ts";

const ink = (image: Uint8Array) => image.reduce((sum, value) => sum + value, 0) / 255;
const at = (image: Uint8Array, x: number, y: number) => image[y * 28 + x];

/** Left, right, top and bottom of what is lit. */
function boundsOf(image: Uint8Array) {
  const lit = [...image.keys()].filter((pixel) => image[pixel] > 0);
  const [columns, rows] = [lit.map((pixel) => pixel % 28), lit.map((pixel) => Math.floor(pixel / 28))];
  return [Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)];
}

describe("the pen", () => {
  test("inks as much as a line with round ends covers", () => {
    const { values } = drawStrokes([[10, 20, 40, 20]], { width: 50, height: 40, pen: 5 });
    const area = 30 * 5 + Math.PI * 2.5 * 2.5;
    expect(values.reduce((sum, value) => sum + value, 0) / 255).toBeCloseTo(area, -0.5);
  });
  test("inks a pixel by the part of it that is covered", () => {
    // the line's lower edge runs through the middle of row 4
    const { values } = drawStrokes([[-9, 3, 19, 3]], { width: 10, height: 8, pen: 3 });
    expect([...values.filter((_, pixel) => pixel % 10 === 5)]).toEqual([0, 127.5, 255, 255, 127.5, 0, 0, 0]);
  });
  test("makes ink on ink no darker", () => {
    const size = { width: 20, height: 20, pen: 2.5 };
    const line = [3, 4, 16, 15];
    expect(drawStrokes([line, line], size)).toEqual(drawStrokes([line], size));
  });
  test("draws outside of the picture without harm", () => {
    expect(
      drawStrokes([[-50, -50, -40, 90]], { width: 5, height: 5, pen: 2 }).values.every((value) => value === 0),
    ).toBe(true);
  });
});

describe("strokes come out in MNIST's form", () => {
  const seven = [[0, 0, 60, 0, 20, 100]];
  test("20 pixels on the longer side, the pen's width included", () => {
    const [left, right, top, bottom] = boundsOf(prepareStrokes(seven).image);
    expect(bottom - top + 1).toBe(20);
    expect(right - left + 1).toBe(13); // 60 · 17.5 / 100 + 2.5
  });
  test("neither unit nor place nor the order of strokes matters", () => {
    const { image } = prepareStrokes([
      [0, 0, 60, 0],
      [60, 0, 20, 100],
    ]);
    const other = prepareStrokes([
      [-2.8, 9.1, -2.4, 8.1],
      [-3, 8.1, -2.4, 8.1],
    ]).image;
    image.forEach((value, pixel) => expect(Math.abs(value - other[pixel])).toBeLessThanOrEqual(1));
  });
  test("the pen is as wide in a small digit as in a large one: its loop stays open", () => {
    const circle = (radius: number) =>
      Array.from({ length: 82 }, (_, index) => radius * [Math.cos, Math.sin][index % 2](((index >> 1) * Math.PI) / 20));
    // an 8 of which the upper loop is a third of the lower one
    const lower = circle(3);
    const upper = circle(1.1).map((value, index) => (index % 2 === 1 ? value - 4.1 : value));
    const { image } = prepareStrokes([lower, upper]);
    const column = Array.from({ length: 28 }, (_, y) => at(image, 14, y) > 127);
    const runs = column.filter((isLit, y) => isLit && !column[y - 1]).length;
    expect(runs).toBe(3);
  });
  test("every step can be had", () => {
    const { steps, blank } = prepareStrokes(seven);
    expect(blank).toBe(false);
    expect(steps.box).toEqual({ left: 0, top: 0, width: 60, height: 100 });
    expect(steps.scaled).toMatchObject({ width: 13, height: 20 });
    expect(steps.placed).toMatchObject({ width: 28, height: 28 });
  });
  test("a wider pen, if asked for", () => {
    expect(ink(prepareStrokes(seven, { pen: 4 }).image)).toBeGreaterThan(1.4 * ink(prepareStrokes(seven).image));
  });
});

describe("drawings of little", () => {
  test("a tap is a dot in the middle", () => {
    const { image, blank } = prepareStrokes([[400, 300]]);
    expect(blank).toBe(false);
    expect(ink(image)).toBeGreaterThan(2);
    expect(boundsOf(image).every((bound) => Math.abs(bound - 14) <= 2)).toBe(true);
  });
  test("many taps in one place are one", () => {
    expect(
      prepareStrokes([
        [7, 7, 7, 7, 7, 7],
        [7, 7],
      ]).image,
    ).toEqual(prepareStrokes([[7, 7]]).image);
  });
  test("a straight line is as long as a digit", () => {
    const [left, right] = boundsOf(prepareStrokes([[5, 5, 9, 5]]).image);
    expect(right - left + 1).toBe(20);
  });
  test.each([
    ["no strokes", []],
    ["strokes without points", [[], []]],
  ])("%s: blank", (_, strokes) => {
    const { image, blank, steps } = prepareStrokes(strokes);
    expect(blank).toBe(true);
    expect(ink(image)).toBe(0);
    expect(steps.box).toBe(null);
    expect(ink(plainStrokes(strokes))).toBe(0);
  });
  test("any strokes give 784 bytes with 255 among them", () => {
    const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const stroke = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 1, maxLength: 4 }), (drawing) => {
        const { image } = prepareStrokes(drawing.map((points) => points.flat()));
        expect(image.length).toBe(784);
        expect(Math.max(...image)).toBe(255);
        expect(plainStrokes(drawing.map((points) => points.flat())).length).toBe(784);
      }),
      { seed: 3 },
    );
  });
});

test("without preparation strokes fill the picture", () => {
  const [left, right, top, bottom] = boundsOf(plainStrokes([[0, 0, 50, 0, 50, 100]]));
  expect([bottom - top + 1, right - left + 1]).toEqual([28, 15]);
});

describe("strokes that are none are refused", () => {
  test("an x without a y", () => {
    expect(() =>
      prepareStrokes([
        [1, 2],
        [1, 2, 3],
      ]),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: prepareStrokes: stroke 1 ends with an x that has no y
        got   stroke [3]
        want  x and y in turn: [x0, y0, x1, y1, …]]
    `);
  });
  test("a coordinate that is no number", () => {
    expect(() => prepareStrokes([[1, Number.NaN]])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: prepareStrokes: strokes[0][1] cannot be NaN
        got   strokes[0][1] = NaN
        want  a number from −1000000000000 to 1000000000000]
    `);
    expect(() => plainStrokes([[1, 1e300]])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: plainStrokes: strokes[0][1] cannot be 1e+300
        got   strokes[0][1] = 1e+300
        want  a number from −1000000000000 to 1000000000000]
    `);
  });
  test("a pen without width", () => {
    expect(() => prepareStrokes([[1, 2]], { pen: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: prepareStrokes: pen cannot be 0
        got   pen = 0
        want  a number of at least 0.5 and at most 8]
    `);
  });
});
