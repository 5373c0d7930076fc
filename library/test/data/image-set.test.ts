// Decoded pictures with the names of their classes; sizes that differ are told with the names of both files.
import { describe, expect, test } from "vitest";
import { imageSet } from "#data";
import type { NamedPicture } from "#data";

/** A grey picture of 3×2, all of one brightness. */
const picture = (label: string, brightness = 0): NamedPicture => ({
  pixels: new Uint8Array(6).fill(brightness),
  width: 3,
  height: 2,
  channels: 1,
  label,
  source: `${label}/${brightness}.png`,
});

test("pictures in the order in which they come, classes in order", () => {
  function* pictures() {
    for (const [index, label] of ["cat", "10", "ant", "9", "cat"].entries()) yield picture(label, index);
  }
  expect(imageSet(pictures())).toEqual({
    task: "classification",
    inputs: Uint8Array.from({ length: 30 }, (_, index) => Math.floor(index / 6)),
    inputShape: [2, 3, 1],
    length: 5,
    labels: Uint8Array.of(3, 1, 2, 0, 3),
    classNames: ["9", "10", "ant", "cat"],
  });
});

test("colours keep their channels", () => {
  const colours = (label: string) => ({ ...picture(label), channels: 3, pixels: new Uint8ClampedArray(18) });
  expect(imageSet([colours("a"), colours("b")]).inputShape).toEqual([2, 3, 3]);
});

test("classes that are known keep their numbers, and one may be alone", () => {
  const { labels, classNames } = imageSet([picture("dog")], { classNames: ["cat", "dog", "cow"] });
  expect([labels, classNames]).toEqual([Uint8Array.of(1), ["cat", "dog", "cow"]]);
});

describe("what is refused", () => {
  const refused = (pictures: NamedPicture[], options = {}) => expect(() => imageSet(pictures, options));

  test("no pictures", () => {
    refused([]).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: imageSet: there are no pictures
        want  at least one for each class]
    `);
  });
  test("two sizes", () => {
    const larger = { ...picture("dog", 7), width: 4, pixels: new Uint8Array(8) };
    refused([picture("cat"), picture("cat"), larger]).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: imageSet: the pictures are not of one size: cat/0.png is 3×2 with 1 channel, dog/7.png is 4×2 with 1 channel
        got   cat/0.png [2, 3, 1] and dog/7.png [2, 4, 1]
        want  one height, width and number of channels for all
        fix   bring them to one size first]
    `);
  });
  test("grey and coloured, without names of files", () => {
    const { source: _, ...grey } = picture("cat");
    const coloured = { ...grey, channels: 3, pixels: new Uint8Array(18) };
    refused([grey, coloured]).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: imageSet: the pictures are not of one size: picture 0 is 3×2 with 1 channel, picture 1 is 3×2 with 3 channels
        got   picture 0 [2, 3, 1] and picture 1 [2, 3, 3]
        want  one height, width and number of channels for all
        fix   bring them to one size first]
    `);
  });
  test("pixels that are too few", () => {
    refused([{ ...picture("cat"), pixels: new Uint8Array(5) }]).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: imageSet: cat/0.png has not the pixels of its size
        got   pixels [5] and picture [2, 3, 1]
        want  6 bytes]
    `);
  });
  test("a size that is none", () => {
    refused([{ ...picture("cat"), width: 0 }]).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: imageSet: width cannot be 0
        got   width = 0
        want  a whole number of at least 1]
    `);
  });
  test("one class only", () => {
    refused([picture("cat"), picture("cat")]).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: imageSet: all 2 pictures are of one class, "cat"
        want  at least two classes, for there is nothing to tell apart]
    `);
  });
  test("too many classes", () => {
    const many = Array.from({ length: 257 }, (_, index) => picture(`class ${index}`));
    refused(many).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: imageSet: 257 different classes
        got   class 0, class 1, class 10, class 100, class 101, class 102, … (257 in all)
        want  at most 256]
    `);
  });
  test("a class that nobody knows", () => {
    const options = { classNames: ["cat", "dog"] };
    refused([picture("cat"), picture("dogs", 3)], options).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: imageSet: nobody knows the class "dogs" (dogs/3.png)
        want  one of cat, dog
        fix   did you mean "dog"?]
    `);
  });
});
