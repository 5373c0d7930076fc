/** Letters as people write and print them: A to Z and a to z in many fonts, drawn by Chromium. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Six handwritten ones and six printed ones, each an npm package of its own. */
const FONTS = [
  ...["caveat", "kalam", "patrick-hand", "indie-flower", "architects-daughter", "shadows-into-light"],
  ...["roboto", "lora", "courier-prime", "playfair-display", "merriweather", "open-sans"],
];
const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];
/** A letter of these, written by hand, may well be 0, 1, 2, 5, 6, 8 or 9; nobody can hold it against a network. */
const LIKE_DIGITS = new Set("OoDQIilZzSsGbBgq");
const SIDE = 160; // pixels

/**
 * @param {import("playwright").Page} page
 * @returns {Promise<{ name: string, pictures: import("inkling/digits").Picture[] }[]>}
 */
export async function letters(page) {
  const require = createRequire(new URL("package.json", import.meta.url));
  const fonts = FONTS.map((id) => ({
    family: `bench-${id}`,
    data: readFileSync(require.resolve(`@fontsource/${id}/files/${id}-latin-400-normal.woff2`)).toString("base64"),
  }));
  const drawn = await page.evaluate(drawLetters, { fonts, alphabet: ALPHABET, side: SIDE });
  const pictures = drawn.map(({ letter, pixels }) => ({
    letter,
    picture: { width: SIDE, height: SIDE, channels: 1, data: new Uint8Array(Buffer.from(pixels, "base64")) },
  }));
  const part = (fits) => pictures.filter(({ letter }) => fits(letter)).map(({ picture }) => picture);
  return [
    { name: "letters", pictures: part((letter) => !LIKE_DIGITS.has(letter)) },
    { name: "letters like digits", pictures: part((letter) => LIKE_DIGITS.has(letter)) },
  ];
}

/** Runs in the page: each letter in each font, black on white, as base64 of grey bytes. */
async function drawLetters({ fonts, alphabet, side }) {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = [];
  for (const { family, data } of fonts) {
    const face = new FontFace(family, `url(data:font/woff2;base64,${data})`);
    document.fonts.add(await face.load());
    for (const letter of alphabet) {
      context.fillStyle = "white";
      context.fillRect(0, 0, side, side);
      context.fillStyle = "black";
      context.font = `${side * 0.6}px ${family}`;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.fillText(letter, side / 2, side * 0.7);
      const { data: rgba } = context.getImageData(0, 0, side, side);
      let text = "";
      for (let at = 0; at < rgba.length; at += 4) text += String.fromCharCode(rgba[at]);
      drawn.push({ letter, pixels: btoa(text) });
    }
  }
  return drawn;
}
