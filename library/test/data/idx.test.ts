// What an IDX file is, and everything that passes for one: each mix-up gets its own message.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "#base";
import { readIdx } from "#data";

const MATRIX = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 20, 21, 22];

const read = (bytes: Iterable<number>) => readIdx(Uint8Array.from(bytes), { file: "digits" });
const textOf = (text: string) => new TextEncoder().encode(text);

test("shape and values come back", () => {
  expect(read(MATRIX)).toEqual({ shape: [2, 3], values: Uint8Array.of(10, 11, 12, 20, 21, 22) });
});

test("values are a window on the bytes, wherever these lie in their buffer", () => {
  const buffer = new Uint8Array(100);
  buffer.set(MATRIX, 7);
  const { values } = readIdx(buffer.subarray(7, 7 + MATRIX.length), { file: "digits" });
  buffer[7 + 12] = 99;
  expect([...values]).toEqual([99, 11, 12, 20, 21, 22]);
});

test("a dimension of 0 means no values, not an error", () => {
  expect(read([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3])).toEqual({ shape: [0, 3], values: new Uint8Array() });
});

test("any array survives the way through a file", () => {
  const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shapes, fc.integer({ min: 0, max: 255 }), (shape, first) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = Uint8Array.from({ length: size }, (_, index) => first + index);
      const header = [0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length])];
      expect(read([...header, ...values])).toEqual({ shape, values });
    }),
    { seed: 1 },
  );
});

describe("bytes that are something else are refused by name", () => {
  test("an empty file", () => {
    expect(() => read([])).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: the file is empty (digits)
        want  an IDX file
        fix   fetch it again: an interrupted download leaves such a file]
    `);
  });
  test("a gzip file that nobody unpacked", () => {
    expect(() => read([0x1f, 0x8b, 8, 0])).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: this is gzip (digits, byte 0)
        want  an unpacked IDX file
        fix   unpack it first (gunzip)]
    `);
  });
  test("a web page in the place of a download", () => {
    expect(() => read(textOf("\ufeff\n<!DOCTYPE html><html>not found"))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: this is a web page (digits, byte 0)
        got   "<!DOCTYPE html><html" at the start
        want  an IDX file
        fix   fetch it again: a server sent a page in its place]
    `);
  });
  test("another format", () => {
    expect(() => read(textOf("PK\u0003\u0004 a zip"))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: this is no IDX file (digits, byte 0)
        got   50 4b 03 04 at the start
        want  an IDX file: 0 0 8, the number of dimensions, their lengths, the values]
    `);
  });
  test("numbers of another type", () => {
    expect(() => read([0, 0, 0x0d, 1, 0, 0, 0, 0])).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: the values are not unsigned bytes (digits, byte 2)
        got   type code 13: 32-bit floating-point numbers
        want  type code 8: unsigned bytes]
    `);
  });
  test("no dimensions at all", () => {
    expect(() => read([0, 0, 8, 0, 5])).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: no dimensions (digits, byte 3)
        got   0 of them
        want  1 to 255]
    `);
  });
  test("a header cut off", () => {
    expect(() => read(MATRIX.slice(0, 10))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: the file ends too early (digits, byte 10)
        got   10 bytes
        want  a header of 12 bytes for 2 dimensions
        fix   fetch it again: an interrupted download leaves such a file]
    `);
  });
  test("values cut off", () => {
    expect(() => read(MATRIX.slice(0, -1))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: the file ends too early (digits, byte 17)
        got   17 bytes
        want  18 bytes: header and 2 × 3 values
        fix   fetch it again: an interrupted download leaves such a file]
    `);
  });
  test("bytes after the end", () => {
    expect(() => read([...MATRIX, 0, 0])).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: 2 bytes too many (digits, byte 18)
        got   20 bytes
        want  18 bytes: header and 2 × 3 values]
    `);
  });
  test("dimensions whose product no number holds", () => {
    const dimensions = Array.from({ length: 8 }, () => [255, 255, 255, 255]).flat();
    expect(() => read([0, 0, 8, 8, ...dimensions])).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readIdx: the dimensions are absurd (digits, byte 4)
        got   4294967295 × 4294967295 × 4294967295 × 4294967295 × 4294967295 × 4294967295 × 4294967295 × 4294967295
        want  a product that fits the 0 bytes after the header]
    `);
  });
  test("a length of 4 thousand million without the bytes for it", () => {
    expect(() => read([0, 0, 8, 1, 255, 255, 255, 255, 1, 2])).toThrow("the file ends too early");
  });
});

test("an error carries file and offset", () => {
  const error = new FormatError({ op: "", problem: "" });
  expect(() => read([...MATRIX, 0])).toThrow(expect.objectContaining({ name: error.name, file: "digits", offset: 18 }));
});

test("whatever the bytes, the answer is an array or a FormatError", () => {
  const anything = fc.uint8Array({ maxLength: 64 });
  // most random bytes fail at the first one, so half the cases begin like an IDX file
  const likely = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 255 }));
  const nearly = likely.map(([rest, rank]) => Uint8Array.of(0, 0, 8, rank, ...rest));
  fc.assert(
    fc.property(fc.oneof(anything, nearly), (bytes) => {
      try {
        const { shape, values } = readIdx(bytes, { file: "noise" });
        expect(values.length).toBe(shape.reduce((product, length) => product * length, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { seed: 2, numRuns: 2000 },
  );
});
