/**
 * Picture files, decoded: PNG, JPEG, WebP, GIF, AVIF, TIFF. The decoder is native code and takes a moment to load, so
 * only the command that reads pictures imports this file.
 */
import { readFile } from "node:fs/promises";
import type { Picture } from "inkling/digits";
import sharp from "sharp";
import { Failure, fileFailure } from "./failure.ts";

const MOST_PIXELS = 100_000_000; // a photo of a good camera has 50 million; a hostile file may claim billions
const LARGEST_SIDE = 1024; // pixels; a digit needs 28, and the ink is found as well in this size

/**
 * The pixels of a picture file, upright as the camera was held, at most 1024 on a side.
 *
 * @throws {Failure} when the file is missing, empty, no picture, damaged or absurdly large
 */
export async function readPicture(path: string): Promise<Picture> {
  const op = "predict";
  const want = "a picture: PNG, JPEG, WebP, GIF or AVIF";
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileFailure(error, { op, path, want });
  });
  if (bytes.length === 0) throw new Failure({ op, problem: `${path} is empty`, got: "0 bytes", want });
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: "error" })
      .autoOrient()
      .toColorspace("srgb")
      .resize({ width: LARGEST_SIDE, height: LARGEST_SIDE, fit: "inside", withoutEnlargement: true })
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 2) return { width, height, channels, data };
    return { width, height, channels: 4, data: withColors(data) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unknown = /unsupported image format/.test(message);
    throw new Failure(
      {
        op,
        problem: unknown ? `${path} is not a picture` : `${path} cannot be decoded`,
        got: unknown ? `${bytes.length} bytes that begin with ${beginning(bytes)}` : message.split("\n")[0],
        want,
      },
      { cause: error },
    );
  }
}

/** Grey and opacity become red, green, blue and opacity. */
function withColors(data: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: data.length * 2 },
    (_, index) => data[(index >> 2) * 2 + ((index & 3) === 3 ? 1 : 0)],
  );
}

function beginning(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 12);
  const isText = start.every((byte) => byte >= 32 && byte < 127);
  return isText
    ? JSON.stringify(String.fromCharCode(...start))
    : [...start].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
