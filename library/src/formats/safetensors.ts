/**
 * safetensors: named arrays in one file that can be read without trusting it.
 *
 *   8 bytes    N, the length of the header, least significant byte first
 *   N bytes    the header, JSON: {"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [784, 10],
 *              "data_offsets": [begin, end]}, …}, filled up with spaces so that the data starts at a multiple of 8
 *   the rest   the arrays' bytes, row-major, least significant byte first; offsets count from here
 *
 * No code, no pointers, and a rule that leaves no room for surprises: the arrays cover the rest of the file exactly,
 * without a gap or an overlap. A header that says otherwise is refused, and nothing is allocated because a header
 * claims it. What is written here the reference implementation reads, and the other way round for these four dtypes.
 *
 * @see [Safetensors]
 */
import { FormatError, isObject, parseJson, ShapeError, shortened, sizeOf } from "#base";
import type { Shape } from "#base";

/** One array of a file. */
export type StoredTensor =
  | { dtype: "F32"; shape: Shape; data: Float32Array }
  | { dtype: "F64"; shape: Shape; data: Float64Array }
  | { dtype: "I32"; shape: Shape; data: Int32Array }
  | { dtype: "U8"; shape: Shape; data: Uint8Array };

/** What a file holds: arrays in the order of their bytes, and texts by key. */
export interface Safetensors {
  tensors: ReadonlyMap<string, StoredTensor>;
  metadata: Readonly<Record<string, string>>;
}

type Dtype = StoredTensor["dtype"];

const BYTES: Record<Dtype, number> = { F32: 4, F64: 8, I32: 4, U8: 1 };
const METADATA = "__metadata__";
const LARGEST_HEADER = 100_000_000; // bytes, the reference implementation's limit
const SHOWN = 60; // characters of a name or value in a message
const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * The bytes of a file. The metadata comes first, then the tensors in the order of the map; the same content gives the
 * same bytes.
 *
 * @throws {ShapeError} when data and shape do not agree in size
 * @throws {FormatError} when a name is reserved
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const op = "encodeSafetensors";
  // entries are joined by hand: an object would move names that look like numbers to its front
  const entries: string[] = [];
  if (Object.keys(metadata).length > 0) entries.push(`"${METADATA}":${JSON.stringify(metadata)}`);
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    if (isReserved(name)) {
      throw new FormatError({ op, problem: `no tensor may be called "${name}"`, want: "another name" });
    }
    if (data.length !== sizeOf(shape)) {
      const shapes = { data: [data.length], shape };
      throw new ShapeError({ op, problem: `the data of "${name}" is not of its shape`, shapes });
    }
    const begin = end;
    end += data.byteLength;
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const header = new TextEncoder().encode(`{${entries.join(",")}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;

  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(header, 8);
  let at = 8 + headerLength;
  for (const { data, dtype } of tensors.values()) {
    const own = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    bytes.set(HOST_IS_LITTLE_ENDIAN ? own : reversed(own.slice(), BYTES[dtype]), at);
    at += own.length;
  }
  return bytes;
}

/**
 * What a file holds; the arrays are copies.
 *
 * @param options.file what errors call it
 * @throws {FormatError} when the bytes break a rule of the format, or a dtype is not F32, F64, I32 or U8
 */
export function decodeSafetensors(bytes: Uint8Array, { file }: { file?: string } = {}): Safetensors {
  const refuse = refusal(file);
  const { text, dataStart } = readHeader(bytes, refuse);
  const header = parseHeader(text, refuse);
  const metadata = readMetadata(header[METADATA], refuse);

  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readEntry(name, value, refuse))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    if (begin !== covered) {
      const problem = `${begin < covered ? "an overlap" : "a gap"} before ${quoted(name)}`;
      throw refuse({
        problem,
        offset: dataStart + covered,
        got: `it begins at ${begin}`,
        want: `it begins at ${covered}`,
      });
    }
    if (end > bytes.length - dataStart) {
      const got = `${bytes.length - dataStart} bytes of data`;
      throw refuse({
        problem: `${quoted(name)} ends beyond the file`,
        offset: bytes.length,
        got,
        want: `at least ${end}`,
      });
    }
    tensors.set(name, {
      shape,
      ...readData(dtype, new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end))),
    });
    covered = end;
  }
  if (dataStart + covered !== bytes.length) {
    const problem = `${bytes.length - dataStart - covered} bytes that belong to no tensor`;
    throw refuse({ problem, offset: dataStart + covered, want: "the tensors cover the data to its end" });
  }
  return { tensors, metadata };
}

interface Trouble {
  problem: string;
  offset?: number;
  got?: string;
  want?: string;
  fix?: string;
}
type Refuse = (trouble: Trouble) => FormatError;

function refusal(file: string | undefined): Refuse {
  return (trouble) => new FormatError({ op: "decodeSafetensors", file, ...trouble });
}

/** The header's text, and where the data begins. */
function readHeader(bytes: Uint8Array, refuse: Refuse): { text: string; dataStart: number } {
  const want = "a safetensors file: 8 bytes of header length, a JSON header, data";
  if (bytes.length < 8) throw refuse({ problem: "the file ends too early", got: `${bytes.length} bytes`, want });
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LARGEST_HEADER) {
    const got = `a header of ${length} bytes`;
    throw refuse({ problem: "this is no safetensors file", offset: 0, got, want: `at most ${LARGEST_HEADER}` });
  }
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) {
    const got = `${bytes.length} bytes in all`;
    throw refuse({ problem: "the header ends beyond the file", offset: 0, got, want: `at least ${dataStart}` });
  }
  if (bytes[8] !== 0x7b || length === 0n) {
    throw refuse({ problem: "the header does not begin with {", offset: 8, want: "a JSON object" });
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, dataStart)), dataStart };
  } catch {
    throw refuse({ problem: "the header is no text", offset: 8, want: "UTF-8" });
  }
}

function parseHeader(text: string, refuse: Refuse): Record<string, unknown> {
  const header = parseJson(text);
  if (!isObject(header)) throw refuse({ problem: "the header is no JSON", offset: 8, want: "a JSON object" });
  const twice = repeatedKey(text);
  if (twice !== null) throw refuse({ problem: `${quoted(twice)} appears twice in the header`, offset: 8 });
  if (Object.hasOwn(header, "__proto__")) throw refuse({ problem: `no tensor may be called "__proto__"`, offset: 8 });
  return header;
}

/** A key that one object of a valid JSON text holds twice: JSON.parse keeps the last and says nothing. */
function repeatedKey(text: string): string | null {
  const open: Set<string>[] = []; // the keys of each object that has begun and not ended
  let string = "";
  // in valid JSON a string before a colon is a key, whatever stands around it
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const begin = at++;
      while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
      string = text.slice(begin, at + 1);
    } else if (character === "{") open.push(new Set());
    else if (character === "}") open.pop();
    else if (character === ":") {
      const key = JSON.parse(string) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

function readMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw refuse({ problem: "the metadata is no object", offset: 8, want: "texts by key" });
  const metadata: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string" || key === "__proto__") {
      throw refuse({
        problem: `the metadata's ${quoted(key)} is refused`,
        offset: 8,
        want: "only texts, by ordinary keys",
      });
    }
    metadata[key] = text;
  }
  return metadata;
}

interface Entry {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

/** One tensor's line of the header. Further keys are passed over, as the reference implementation does. */
function readEntry(name: string, value: unknown, refuse: Refuse): Entry {
  const offset = 8;
  if (!isObject(value)) {
    const want = "an object with dtype, shape and data_offsets";
    throw refuse({ problem: `${quoted(name)} has no description`, offset, got: shown(value), want });
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES, dtype)) {
    const want = `one of ${Object.keys(BYTES).join(", ")}`;
    throw refuse({ problem: `the dtype of ${quoted(name)} is not read here`, offset, got: shown(dtype), want });
  }
  if (!isCounts(shape)) {
    const want = "whole numbers of at least 0";
    throw refuse({ problem: `the shape of ${quoted(name)} is none`, offset, got: shown(shape), want });
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    const want = "[begin, end], whole numbers, begin ≤ end";
    throw refuse({ problem: `the data_offsets of ${quoted(name)} are none`, offset, got: shown(offsets), want });
  }
  const [begin, end] = offsets;
  const byteLength = sizeOf(shape) * BYTES[dtype as Dtype];
  if (end - begin !== byteLength) {
    throw refuse({
      problem: `the size of ${quoted(name)} is not that of its shape`,
      offset,
      got: `${end - begin} bytes`,
      want: `${dtype} ${shortened(JSON.stringify(shape), SHOWN)}: ${byteLength} bytes`,
    });
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

/** An array over its own bytes. */
function readData(dtype: Dtype, own: Uint8Array<ArrayBuffer>) {
  if (!HOST_IS_LITTLE_ENDIAN) reversed(own, BYTES[dtype]);
  if (dtype === "F32") return { dtype, data: new Float32Array(own.buffer) };
  if (dtype === "F64") return { dtype, data: new Float64Array(own.buffer) };
  if (dtype === "I32") return { dtype, data: new Int32Array(own.buffer) };
  return { dtype, data: own };
}

/** Turns each group of `size` bytes round, in place. */
function reversed<Bytes extends Uint8Array>(bytes: Bytes, size: number): Bytes {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}

function isReserved(name: string): boolean {
  return name === METADATA || name === "__proto__";
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function quoted(name: string): string {
  return shortened(JSON.stringify(name), SHOWN);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : shortened(JSON.stringify(value), SHOWN);
}
