/**
 * The way of a drawing into MNIST's form, step by step:  node scripts/figures/drawings.js
 *
 * Draws docs/figures/drawings.svg for docs/drawings.md: three pictures of digits as a camera or a screen may give them, made
 * up here, and what every step of the preparation makes of them.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { Rng } from "inkling";
import { prepareDigit, prepareStrokes } from "inkling/digits";
import sharp from "sharp";

const SIDE = 240;
const CELL = 132; // of the figure
const GAP = 12;
const LEFT = 118;
const TOP = 34;

const THREE = "M70 62 C95 40 150 42 148 80 C146 108 118 114 104 116 C140 114 162 134 156 164 C148 204 88 204 66 182";
const ZERO = "M120 58 C174 58 174 182 120 182 C66 182 66 58 120 58 Z";
const SEVEN = "M62 58 L168 54 C140 96 118 140 108 200 M84 128 L146 122";

const rng = new Rng(1);
const soft = (distance) => 1 / (1 + Math.exp(-distance));
const edge = (x, y) => Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5));
const examples = [
  {
    name: "in a shadow",
    given: picture(await ink(THREE, 13), (value, x, y) => {
      const light = (1 - 0.35 * x) * (1 - 0.45 * soft(40 * (x + 0.6 * y - 0.75)));
      return (232 - 170 * value) * light + 4 * rng.normal();
    }),
  },
  {
    name: "felt pen, framed",
    given: picture(await ink(ZERO, 56), (value, x, y) => (edge(x, y) > 0.475 ? 40 : 250 - 240 * value)),
  },
  {
    name: "chalk, a hair line",
    given: picture(await ink(SEVEN, 2.5), (value, x) => 38 + 30 * x + 170 * value + 2 * rng.normal()),
  },
];

const steps = ["grey", "paper", "ink", "stroke", "scaled", "placed"];
const across = (column) => LEFT + column * (CELL + GAP);
const down = (row) => TOP + row * (CELL + GAP);
const cells = [];
for (const [row, { given }] of examples.entries()) {
  const found = prepareDigit(given);
  for (const [column, step] of steps.entries()) {
    const shown = found.steps[step];
    const place = { x: across(column), y: down(row) };
    cells.push(shown === null ? nothing(place) : await image(shown, place));
  }
}

// as strokes: what the pen left is scaled first, and drawn then
const strokes = [[30, 40, 60, 20, 95, 30, 90, 62, 60, 80, 96, 100, 92, 140, 60, 156, 26, 140]];
const drawn = prepareStrokes(strokes);
const points = Array.from({ length: strokes[0].length / 2 }, (_, at) => strokes[0].slice(2 * at, 2 * at + 2));
const last = down(examples.length);
cells.push(
  `<rect x="${LEFT}" y="${last}" width="${CELL}" height="${CELL}" fill="white"/>`,
  `<g transform="translate(${LEFT + 10} ${last}) scale(0.75)">`,
  `<polyline points="${points.join(" ")}" fill="none" stroke="#555" stroke-width="1.5"/>`,
  ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="#1a6"/>`),
  "</g>",
);
for (const step of ["scaled", "placed"]) {
  cells.push(await image(drawn.steps[step], { x: across(steps.indexOf(step)), y: last }));
}

const total = { width: across(steps.length), height: down(examples.length + 1) };
const labels = [
  ...steps.map((step, column) => `<text x="${across(column) + CELL / 2}" y="22" text-anchor="middle">${step}</text>`),
  ...[...examples.map(({ name }) => name), "strokes"].map(
    (name, row) => `<text x="0" y="${down(row) + CELL / 2}">${name}</text>`,
  ),
];
const folder = new URL("../../docs/figures/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(
  new URL("drawings.svg", folder),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${total.width}" height="${total.height}" viewBox="0 0 ${total.width} ${total.height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<style>:root{color:#1f2328}text{fill:currentColor}image{image-rendering:pixelated}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}</style>
${labels.join("\n")}
${cells.join("\n")}
</svg>
`,
);

/** How much ink a pen leaves on each pixel, 0 to 1. */
async function ink(path, pen) {
  const line = `fill="none" stroke="white" stroke-width="${pen}" stroke-linecap="round" stroke-linejoin="round"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><path d="${path}" ${line}/></svg>`;
  const data = await sharp(Buffer.from(svg)).flatten({ background: "black" }).greyscale().raw().toBuffer();
  return Float32Array.from(data, (value) => value / 255);
}

/** A grey picture, from the ink on each pixel and its place. */
function picture(inked, paint) {
  const data = Uint8ClampedArray.from(inked, (value, at) =>
    paint(value, (at % SIDE) / SIDE, Math.floor(at / SIDE) / SIDE),
  );
  return { width: SIDE, height: SIDE, channels: 1, data };
}

/** A picture in its cell, as large as fits; small ones pixel by pixel. */
async function image({ width, height, values }, { x, y }) {
  const scale = Math.min(1, CELL / Math.max(width, height));
  const png = await sharp(Uint8ClampedArray.from(values), { raw: { width, height, channels: 1 } })
    .resize(Math.round(width * scale), Math.round(height * scale))
    .png({ palette: true, colours: 64 })
    .toBuffer();
  const frame = `x="${x}" y="${y}" width="${CELL}" height="${CELL}"`;
  return `<rect ${frame} fill="#111"/><image ${frame} href="data:image/png;base64,${png.toString("base64")}"/>`;
}

function nothing({ x, y }) {
  return `<text x="${x + CELL / 2}" y="${y + CELL / 2}" text-anchor="middle" opacity="0.6">as it was</text>`;
}
