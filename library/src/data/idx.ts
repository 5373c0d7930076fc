/**
 * IDX, the format of MNIST: an array of numbers behind a header that says its shape.
 *
 *   byte 0, 1   0 0
 *   byte 2      what the numbers are: 8 = unsigned bytes (the only kind read here)
 *   byte 3      how many dimensions
 *   then        each dimension's length, 4 bytes, most significant byte first
 *   then        the numbers, the last dimension's index running fastest
 *
 * The header is a claim, the file's length is a fact: both are compared before anything is made.
 *
 * @see [MNIST] "The IDX file format"
 */
import { FormatError } from "#base";

const OP = "readIdx";
const UNSIGNED_BYTES = 8;
const OTHER_TYPES = new Map([
  [0x09, "signed bytes"],
  [0x0b, "16-bit whole numbers"],
  [0x0c, "32-bit whole numbers"],
  [0x0d, "32-bit floating-point numbers"],
  [0x0e, "64-bit floating-point numbers"],
]);

/** An array as an IDX file holds it. */
export interface IdxArray {
  shape: number[];
  /** Row-major; a window on the bytes that were read, not a copy. */
  values: Uint8Array;
}

/**
 * The array of unsigned bytes in an IDX file, of any number of dimensions.
 *
 * @param bytes        the whole file, unpacked
 * @param options.file what errors call it
 * @throws {FormatError} when the bytes are anything else, or more or fewer than the header says
 * @example
 * readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9), { file: "two" }); // { shape: [2], values: [7, 9] }
 */
export function readIdx(bytes: Uint8Array, { file }: { file: string }): IdxArray {
  refuseOtherKinds(bytes, file);
  const want = "an IDX file: 0 0 8, the number of dimensions, their lengths, the values";
  if (bytes.length < 4) throw truncated(file, bytes.length, `at least 4 bytes: ${want}`);
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const got = `${hexadecimal(bytes.subarray(0, 4))} at the start`;
    throw new FormatError({ op: OP, problem: "this is no IDX file", file, offset: 0, got, want });
  }
  if (bytes[2] !== UNSIGNED_BYTES) {
    const kind = OTHER_TYPES.get(bytes[2]) ?? "nothing that IDX knows";
    const got = `type code ${bytes[2]}: ${kind}`;
    throw new FormatError({
      op: OP,
      problem: "the values are not unsigned bytes",
      file,
      offset: 2,
      got,
      want: "type code 8: unsigned bytes",
    });
  }

  const rank = bytes[3];
  if (rank === 0) {
    throw new FormatError({ op: OP, problem: "no dimensions", file, offset: 3, got: "0 of them", want: "1 to 255" });
  }
  const headerLength = 4 + 4 * rank;
  if (bytes.length < headerLength) {
    throw truncated(file, bytes.length, `a header of ${headerLength} bytes for ${rank} dimensions`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);

  const dimensions = shape.slice(0, 8).join(" × ") + (rank > 8 ? " × …" : "");
  if (!Number.isSafeInteger(size)) {
    throw new FormatError({
      op: OP,
      problem: "the dimensions are absurd",
      file,
      offset: 4,
      got: dimensions,
      want: `a product that fits the ${bytes.length - headerLength} bytes after the header`,
    });
  }
  const length = headerLength + size;
  if (bytes.length < length) throw truncated(file, bytes.length, `${length} bytes: header and ${dimensions} values`);
  if (bytes.length > length) {
    throw new FormatError({
      op: OP,
      problem: `${bytes.length - length} bytes too many`,
      file,
      offset: length,
      got: `${bytes.length} bytes`,
      want: `${length} bytes: header and ${dimensions} values`,
    });
  }
  return { shape, values: new Uint8Array(bytes.buffer, bytes.byteOffset + headerLength, size) };
}

/** The three mix-ups that happen to everyone: an empty download, a packed file, an error page saved as data. */
function refuseOtherKinds(bytes: Uint8Array, file: string): void {
  if (bytes.length === 0) {
    const fix = "fetch it again: an interrupted download leaves such a file";
    throw new FormatError({ op: OP, problem: "the file is empty", file, want: "an IDX file", fix });
  }
  if (isGzip(bytes)) {
    const fix = "unpack it first (gunzip)";
    throw new FormatError({ op: OP, problem: "this is gzip", file, offset: 0, want: "an unpacked IDX file", fix });
  }
  const start = String.fromCharCode(...bytes.subarray(0, 64)).replace(/^\u00ef\u00bb\u00bf/, "");
  if (/^\s*<[!?a-z]/i.test(start)) {
    throw new FormatError({
      op: OP,
      problem: "this is a web page",
      file,
      offset: 0,
      got: `${JSON.stringify(start.trim().slice(0, 20))} at the start`,
      want: "an IDX file",
      fix: "fetch it again: a server sent a page in its place",
    });
  }
}

/** Whether bytes were packed by gzip, told by their first two. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function truncated(file: string, length: number, want: string): FormatError {
  return new FormatError({
    op: OP,
    problem: "the file ends too early",
    file,
    offset: length,
    got: `${length} bytes`,
    want,
    fix: "fetch it again: an interrupted download leaves such a file",
  });
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
