/** Small sets of "digits" in IDX files: ten patterns under noise, the same bytes every time. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Rng } from "inkling";
import { afterAll } from "vitest";

const SIDE = 28;

/** A temporary folder that goes when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "inkling-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The pixels of one sample: rectangles that depend on the class, and noise that depends on the sample. */
export function pixelsOf(label: number, sample: number): Uint8Array {
  const shape = new Rng(0).stream(`class ${label}`);
  const [left, top] = [4 + shape.integer(8), 4 + shape.integer(8)];
  const [width, height] = [4 + shape.integer(10), 4 + shape.integer(10)];
  const noise = new Rng(1).stream(sample);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => {
    const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
    const inside = x >= left && x < left + width && y >= top && y < top + height;
    return inside ? 160 + noise.integer(96) : noise.integer(10) === 0 ? 90 : 0;
  });
}

function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((length, axis) => header.writeUInt32BE(length, 4 + 4 * axis));
  return Buffer.concat([header, values]);
}

/** The four IDX files as bytes. */
export function idxFiles({ training = 600, test = 100 } = {}): Record<string, Uint8Array> {
  const set = (count: number, first: number) => {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
    const pictures = Buffer.concat([...labels].map((label, index) => pixelsOf(label, first + index)));
    return { images: idx([count, SIDE, SIDE], pictures), labels: idx([count], labels) };
  };
  const [train, t10k] = [set(training, 0), set(test, 1_000_000)];
  return {
    "train-images-idx3-ubyte": train.images,
    "train-labels-idx1-ubyte": train.labels,
    "t10k-images-idx3-ubyte": t10k.images,
    "t10k-labels-idx1-ubyte": t10k.labels,
  };
}

/** Writes IDX files into a folder, packed if asked. */
export function writeDigits(folder: string, files: Record<string, Uint8Array>, { gz = false } = {}): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, gz ? `${name}.gz` : name), gz ? gzipSync(bytes) : bytes);
  }
  return folder;
}
