/**
 * Picture files, decoded: PNG, JPEG, WebP, GIF, AVIF, TIFF. The decoder is native code and takes a moment to load, so
 * only what reads pictures imports this file.
 */
import { readFile } from "node:fs/promises";
import type { Picture } from "inkling/digits";
import sharp from "sharp";
import type { Sharp } from "sharp";
import { Failure, fileFailure } from "./failure.ts";

export const MOST_PIXELS = 100_000_000; // a photo of a good camera has 50 million; a hostile file may claim billions
export const LONGEST_SIDE = 65_535; // pixels; no JPEG has a longer one
const LARGEST_SIDE = 1024; // pixels; a digit needs 28, and the ink is found as well in this size

/**
 * The pixels of a picture file, upright as the camera was held, at most 1024 on a side.
 *
 * @throws {Failure} when the file is missing, empty, no picture, damaged or absurdly large
 */
export async function readPicture(path: string, { op }: { op: string }): Promise<Picture> {
  const size = { width: LARGEST_SIDE, height: LARGEST_SIDE, fit: "inside", withoutEnlargement: true } as const;
  const { data, width, height, channels } = await decode(path, op, (image) => image.resize(size));
  if (channels !== 2) return { width, height, channels, data };
  return { width, height, channels: 4, data: withColors(data) };
}

/** A picture without opacity. */
export interface PlainPicture {
  /** Row by row, channels together, 0–255. */
  pixels: Uint8Array;
  width: number;
  height: number;
  /** 1 when all of it is grey, else 3: red, green, blue. */
  channels: number;
}

/**
 * A picture file as it is, on white where it lets light through.
 *
 * @param options.size to be stretched or shrunk to; without it the picture keeps its own
 * @throws {Failure} when the file is missing, empty, no picture, damaged or absurdly large
 */
export async function decodePicture(
  path: string,
  { op, size }: { op: string; size?: { width: number; height: number } },
): Promise<PlainPicture> {
  const { data, width, height, channels } = await decode(path, op, (image) => {
    const plain = image.flatten({ background: "white" });
    return size ? plain.resize({ ...size, fit: "fill" }) : plain;
  });
  if (channels === 1) return { pixels: data, width, height, channels };
  const isGrey = data.every((value, index) => value === data[index - (index % 3)]);
  if (!isGrey) return { pixels: data, width, height, channels: 3 };
  return { pixels: data.filter((_, index) => index % 3 === 0), width, height, channels: 1 };
}

/** How wide and high a picture file says that it is. */
export async function sizeOfPicture(path: string): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(await readFile(path), { limitInputPixels: MOST_PIXELS }).metadata();
  return autoOrient;
}

async function decode(path: string, op: string, prepare: (image: Sharp) => Sharp) {
  const want = "a picture: PNG, JPEG, WebP, GIF or AVIF";
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileFailure(error, { op, path, want });
  });
  if (bytes.length === 0) throw new Failure({ op, problem: `${path} is empty`, got: "0 bytes", want });
  try {
    const image = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: "error" }).autoOrient().toColorspace("srgb");
    const { data, info } = await prepare(image).raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { data: new Uint8Array(data), width, height, channels };
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
