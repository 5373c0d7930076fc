/**
 * Junk that no model here has been taught with: letters, clothes, pieces of photos and of surfaces. Where a kind needs
 * files that are not there, it is left out, and named with the command that brings them.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fashionMnistTest, prepareDigit } from "inkling/digits";
import { chromium } from "playwright";
import { browserLaunch } from "../../scripts/browser.js";
import { letters } from "./letters.js";
import { photos } from "./photos.js";

const FASHION = "/usr/share/datasets/fashion-mnist";
const PHOTOS = "/usr/lib/python3/dist-packages/skimage/data";
const SIDE = 28;

/**
 * @param {{ fashion?: string, photos?: string }} folders where the files are; default: where Debian puts them
 * @param {(line: string) => void} report
 * @returns {Promise<{ name: string, images: Uint8Array, blank: number }[]>} [pictures × 784] of each kind, prepared as
 *   `inkling predict` does it; what the preparation found blank is left out and counted
 */
export async function foreignJunk({ fashion = FASHION, photos: folder = PHOTOS }, report) {
  const kinds = [];
  const browser = await chromium.launch(await browserLaunch());
  try {
    const page = await browser.newPage();
    if (existsSync(new URL("node_modules", import.meta.url))) kinds.push(...(await letters(page)));
    else report("no letters: npm install --prefix bench/junk --ignore-scripts");
    if (existsSync(folder)) kinds.push(...(await photos(page, folder)));
    else report(`no photos in ${folder}: apt-get install python3-skimage, or --photos FOLDER`);
  } finally {
    await browser.close();
  }
  if (existsSync(fashion)) kinds.push({ name: "clothes", pictures: await clothes(fashion) });
  else report(`no clothes in ${fashion}: apt-get install dataset-fashion-mnist, or --fashion FOLDER`);
  return kinds.map(({ name, pictures, prepared }) => {
    const found = pictures.map((picture) => (prepared ? { image: picture.data, blank: false } : prepareDigit(picture)));
    const seen = found.filter(({ blank }) => !blank);
    const images = new Uint8Array(seen.length * SIDE * SIDE);
    seen.forEach(({ image }, index) => images.set(image, index * SIDE * SIDE));
    return { name, images, blank: found.length - seen.length };
  });
}

const CLOTHES = 2000; // of the 10,000 test pictures

async function clothes(folder) {
  const { inputs } = await fashionMnistTest((name) => readFile(join(folder, name)).catch(() => null));
  const size = SIDE * SIDE;
  return Array.from({ length: CLOTHES }, (_, index) => {
    const data = inputs.slice(index * size, (index + 1) * size);
    return { width: SIDE, height: SIDE, channels: 1, data };
  });
}
