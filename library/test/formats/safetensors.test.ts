// safetensors: bytes that other programs read, and headers that lie.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "#base";
import { decodeSafetensors, encodeSafetensors } from "#formats";
import type { StoredTensor } from "#formats";

/** A file with this header and so many bytes of data. */
function file(header: string | object, dataLength = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const pair = (begin: number, end: number) => ({ dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] });
const read = (header: string | object, dataLength = 0) => decodeSafetensors(file(header, dataLength));

const tensors = new Map<string, StoredTensor>([
  ["weight", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, Number.NaN, Infinity, -0) }],
  ["10", { dtype: "F64", shape: [1], data: Float64Array.of(Math.PI) }],
  ["9", { dtype: "I32", shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
  ["empty", { dtype: "F32", shape: [0, 5], data: new Float32Array() }],
  ["pixels", { dtype: "U8", shape: [], data: Uint8Array.of(255) }],
]);
const metadata = { format: "test", "7": "a key that looks like a number", text: 'quotes " and \u00fcmlauts \u{1f58b}' };

test("the layout is the format's, byte by byte", () => {
  const one = new Map<string, StoredTensor>([["a", { dtype: "F32", shape: [1], data: Float32Array.of(1) }]]);
  const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const bytes = encodeSafetensors({ tensors: one, metadata: { k: "v" } });
  expect([...bytes.subarray(0, 8)]).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length))).toBe(padded);
  expect([...bytes.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f]); // 1.0, least significant byte first
});

test("what was written is read, in the same order and to the last bit", () => {
  const bytes = encodeSafetensors({ tensors, metadata });
  const content = decodeSafetensors(bytes);
  expect([...content.tensors.keys()]).toEqual([...tensors.keys()]);
  expect(content).toEqual({ tensors, metadata });
  expect(encodeSafetensors(content)).toEqual(bytes);
});

test("Node's Buffer, whose slices share memory, is read like any other bytes", () => {
  const bytes = Buffer.concat([Buffer.of(1, 2, 3), encodeSafetensors({ tensors, metadata })]).subarray(3);
  const content = decodeSafetensors(bytes);
  bytes.fill(0);
  expect(content.tensors).toEqual(tensors);
});

test("it does not matter where the bytes lie in their buffer, and arrays do not share it", () => {
  const bytes = encodeSafetensors({ tensors, metadata });
  const buffer = new Uint8Array(bytes.length + 3);
  buffer.set(bytes, 3);
  const content = decodeSafetensors(buffer.subarray(3));
  buffer.fill(0);
  expect(content.tensors).toEqual(tensors);
});

// the rules bind the bytes, not the header's order
test("a file of another writer is read, whatever the order of its header", () => {
  const header = { b: pair(8, 12), a: pair(0, 8) };
  expect([...read(header, 12).tensors.keys()]).toEqual(["a", "b"]);
  expect(read(header, 12).metadata).toEqual({});
});

test("a file without tensors is one", () => {
  expect(decodeSafetensors(encodeSafetensors({ tensors: new Map(), metadata: {} })).tensors.size).toBe(0);
});

test("data that is not of its shape is not written", () => {
  const wrong = new Map<string, StoredTensor>([["a", { dtype: "F32", shape: [2, 2], data: new Float32Array(3) }]]);
  expect(() => encodeSafetensors({ tensors: wrong, metadata: {} })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: encodeSafetensors: the data of "a" is not of its shape
      got   data [3] and shape [2, 2]]
  `);
});

test.each([["__metadata__"], ["__proto__"]])("the name %s is not written", (name) => {
  const reserved = new Map<string, StoredTensor>([[name, { dtype: "U8", shape: [0], data: new Uint8Array() }]]);
  expect(() => encodeSafetensors({ tensors: reserved, metadata: {} })).toThrow(`no tensor may be called "${name}"`);
});

describe("a header that breaks a rule is refused", () => {
  test("fewer than 8 bytes", () => {
    expect(() => decodeSafetensors(new Uint8Array(7), { file: "m" })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: the file ends too early (m)
        got   7 bytes
        want  a safetensors file: 8 bytes of header length, a JSON header, data]
    `);
  });
  test("a header longer than the file", () => {
    const bytes = file({ a: pair(0, 4) }, 4);
    bytes[1] = 1;
    expect(() => decodeSafetensors(bytes, { file: "m" })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: the header ends beyond the file (m, byte 0)
        got   66 bytes in all
        want  at least 318]
    `);
  });
  test("a header of 2⁶⁴ − 1 bytes", () => {
    expect(() => decodeSafetensors(new Uint8Array(16).fill(255))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: this is no safetensors file (byte 0)
        got   a header of 18446744073709551615 bytes
        want  at most 100000000]
    `);
  });
  test("bytes that are no text", () => {
    const bytes = file("{    }");
    bytes[10] = 0xff;
    expect(() => decodeSafetensors(bytes)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: the header is no text (byte 8)
        want  UTF-8]
    `);
  });
  test.each([[""], ["[]"], [" {}"], ["null"], ["\ufeff{}"]])("the header %j", (header) => {
    expect(() => read(header)).toThrow("the header does not begin with {");
  });
  test.each([["{"], ["{'a':1}"], ['{"a":1}}'], ["{}{}"], [`{"a":${"[".repeat(100_000)}`]])(
    "no JSON: %.10s",
    (header) => {
      expect(() => read(header)).toThrow("the header is no JSON");
    },
  );
  test("a gap between tensors", () => {
    expect(() => read({ a: pair(0, 4), b: pair(8, 12) }, 12)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: a gap before "b" (byte 120)
        got   it begins at 8
        want  it begins at 4]
    `);
  });
  test("a gap at the start", () => {
    expect(() => read({ a: pair(4, 8) }, 8)).toThrow('a gap before "a"');
  });
  test("an overlap", () => {
    expect(() => read({ a: pair(0, 8), b: pair(4, 12) }, 12)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: an overlap before "b" (byte 124)
        got   it begins at 4
        want  it begins at 8]
    `);
  });
  test("two tensors on the same bytes", () => {
    expect(() => read({ a: pair(0, 8), b: pair(0, 8) }, 8)).toThrow('an overlap before "b"');
  });
  test("data beyond the end", () => {
    expect(() => read({ a: pair(0, 8) }, 4)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: "a" ends beyond the file (byte 66)
        got   4 bytes of data
        want  at least 8]
    `);
  });
  test("data that nobody claims", () => {
    expect(() => read({ a: pair(0, 8) }, 9)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: 1 bytes that belong to no tensor (byte 70)
        want  the tensors cover the data to its end]
    `);
  });
  test("the same name twice, however it is spelt", () => {
    const one = JSON.stringify(pair(0, 4));
    expect(() => read(`{"a":${one},"\\u0061":${one}}`, 4)).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: decodeSafetensors: "a" appears twice in the header (byte 8)]`,
    );
  });
  test("the same metadata key twice", () => {
    expect(() => read('{"__metadata__":{"k":"1","k":"2"}}')).toThrow('"k" appears twice in the header');
  });
  test("a size that is not the shape's", () => {
    const header = { a: { dtype: "F64", shape: [3, 5], data_offsets: [0, 60] } };
    expect(() => read(header, 60)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: the size of "a" is not that of its shape (byte 8)
        got   60 bytes
        want  F64 [3,5]: 120 bytes]
    `);
  });
  test("a dtype that is not read here", () => {
    const header = { a: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } };
    expect(() => read(header, 2)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: the dtype of "a" is not read here (byte 8)
        got   "BF16"
        want  one of F32, F64, I32, U8]
    `);
  });
  test.each([["toString"], [7], [null], [undefined]])("the dtype %j", (dtype) => {
    expect(() => read({ a: { ...pair(0, 4), dtype } }, 4)).toThrow('the dtype of "a" is not read here');
  });
  test.each([[[-1]], [[1.5]], [["1"]], [[1e300]], [{}], [null], [undefined]])("the shape %j", (shape) => {
    expect(() => read({ a: { ...pair(0, 4), shape } }, 4)).toThrow('the shape of "a" is none');
  });
  test("a shape whose size no number holds", () => {
    const shape = Array.from({ length: 40 }, () => 2 ** 50);
    expect(() => read({ a: { ...pair(0, 4), shape } }, 4)).toThrow('the size of "a" is not that of its shape');
  });
  test.each([[[0]], [[4, 0]], [[-4, 0]], [[0, 4, 8]], [[0.5, 4.5]], [[0, 2 ** 60]], ["0,4"], [undefined]])(
    "the offsets %j",
    (offsets) => {
      expect(() => read({ a: { ...pair(0, 4), data_offsets: offsets } }, 4)).toThrow(
        'the data_offsets of "a" are none',
      );
    },
  );
  test.each([[null], [1], ["F32"], [[]]])("the description %j", (value) => {
    expect(() => read({ a: value })).toThrow('"a" has no description');
  });
  test("metadata that is not text", () => {
    expect(() => read({ __metadata__: { epochs: 5 } })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: decodeSafetensors: the metadata's "epochs" is refused (byte 8)
        want  only texts, by ordinary keys]
    `);
    expect(() => read({ __metadata__: ["a"] })).toThrow("the metadata is no object");
  });
  test("keys that would reach into every object", () => {
    expect(() => read('{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}')).toThrow("__proto__");
    expect(() => read('{"__metadata__":{"__proto__":"x"}}')).toThrow("__proto__");
    expect(() => read('{"__metadata__":{"__proto__":{"polluted":"x"}}}')).toThrow("__proto__");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
  test("a name of a million characters is refused in a short message", () => {
    const message = expect.objectContaining({ message: expect.stringMatching(/^[^]{1,400}$/) });
    expect(() => read({ ["\\".repeat(1_000_000)]: 1 })).toThrow(message);
  });
});

const dtypes = fc.constantFrom("F32" as const, "F64" as const, "I32" as const, "U8" as const);
const named = fc.record({ dtype: dtypes, shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }) });

test("any tensors under any names survive the way through a file", () => {
  const arrays = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array };
  const name = fc.string({ unit: "binary" }).filter((text) => !text.startsWith("__"));
  fc.assert(
    fc.property(fc.dictionary(name, named), (descriptions) => {
      const some = new Map<string, StoredTensor>();
      for (const [key, { dtype, shape }] of Object.entries(descriptions)) {
        const size = shape.reduce((product, length) => product * length, 1);
        const data = Reflect.construct(arrays[dtype], [Array.from({ length: size }, (_, index) => index)]);
        some.set(key, { dtype, shape, data });
      }
      expect(decodeSafetensors(encodeSafetensors({ tensors: some, metadata: {} })).tensors).toEqual(some);
    }),
    { seed: 3 },
  );
});

test("whatever the bytes, the answer is tensors or a FormatError", () => {
  const description = fc.record(
    { dtype: fc.oneof(dtypes, fc.string()), shape: fc.jsonValue(), data_offsets: fc.array(fc.nat({ max: 16 })) },
    { requiredKeys: [] },
  );
  const lies = fc.dictionary(fc.oneof(fc.constant("__metadata__"), fc.string()), fc.oneof(description, fc.jsonValue()));
  const lying = fc.tuple(lies, fc.nat({ max: 16 })).map(([header, dataLength]) => file(header, dataLength));
  const whole = encodeSafetensors({ tensors, metadata });
  // one byte of a good file changed
  const damaged = fc
    .tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }))
    .map(([at, value]) => whole.with(at, value));
  const cut = fc.nat({ max: whole.length - 1 }).map((length) => whole.subarray(0, length));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), lying, damaged, cut), (bytes) => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { seed: 4, numRuns: 3000 },
  );
});
