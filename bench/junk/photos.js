/** Pieces of photos and of surfaces, cut out at random places in random sizes. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Rng } from "inkling";

const PHOTOS = [
  "astronaut.png",
  "camera.png",
  "chelsea.png",
  "coffee.png",
  "coins.png",
  "motorcycle_left.png",
  "rocket.jpg",
];
const TEXTURES = ["brick.png", "grass.png", "gravel.png"];
const PIECES = 300; // of each kind
const SIDE = 112; // pixels that a piece is brought to, or as many as a digit has
const DIGIT_SIDE = 28;
const SIZES = [32, 384]; // pixels of the photo

/**
 * Kinds with `prepared` are already of a digit's size: the pieces as they are, with nothing found on them.
 *
 * @param {import("playwright").Page} page
 * @param {string} folder where Debian's python3-skimage has its pictures
 */
export async function photos(page, folder) {
  const rng = new Rng(7);
  const kinds = [];
  for (const { name, files, side, prepared } of [
    { name: "photos, pieces", files: PHOTOS, side: SIDE, prepared: false },
    { name: "photos, unprepared", files: PHOTOS, side: DIGIT_SIDE, prepared: true },
    { name: "textures, pieces", files: TEXTURES, side: SIDE, prepared: false },
    { name: "textures, unprepared", files: TEXTURES, side: DIGIT_SIDE, prepared: true },
  ]) {
    const there = files.filter((file) => existsSync(join(folder, file)));
    const pictures = [];
    for (const [index, file] of there.entries()) {
      const count = Math.floor((PIECES * (index + 1)) / there.length) - pictures.length;
      const cuts = Array.from({ length: count }, () => ({
        size: Math.round(rng.uniform(...SIZES)),
        left: rng.uniform(),
        top: rng.uniform(),
      }));
      const data = readFileSync(join(folder, file)).toString("base64");
      const type = file.endsWith(".png") ? "image/png" : "image/jpeg";
      const pieces = await page.evaluate(cutOut, { url: `data:${type};base64,${data}`, cuts, side });
      for (const piece of pieces) {
        const bytes = new Uint8Array(Buffer.from(piece, "base64"));
        pictures.push({ width: side, height: side, channels: 1, data: bytes });
      }
    }
    kinds.push({ name, pictures, prepared });
  }
  return kinds;
}

/** Runs in the page: squares of a picture, as base64 of grey bytes. */
async function cutOut({ url, cuts, side }) {
  const image = await createImageBitmap(await (await fetch(url)).blob());
  const context = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  return cuts.map(({ size, left, top }) => {
    const length = Math.min(size, image.width, image.height);
    context.drawImage(
      image,
      left * (image.width - length),
      top * (image.height - length),
      length,
      length,
      0,
      0,
      side,
      side,
    );
    const { data } = context.getImageData(0, 0, side, side);
    let text = "";
    for (let at = 0; at < data.length; at += 4) {
      text += String.fromCharCode(Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]));
    }
    return btoa(text);
  });
}
