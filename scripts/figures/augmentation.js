/**
 * What each kind of augmentation does to a digit:  npm run figures
 *
 * The first training picture of each digit, changed as a training with seed 1 would change it in its first step, one row
 * for each kind. Draws docs/figures/augmentation.svg, for docs/augmentation.md; it is the same file on every machine.
 *
 *   node scripts/figures/augmentation.js
 */
import { mkdir, writeFile } from "node:fs/promises";
import { augmented, createEngine, Rng } from "inkling";
import { loadMnist } from "../../bench/mnist.js";

const SIDE = 28;
const SIZE = SIDE * SIDE;
const ZOOM = 1.75; // points per pixel
const APART = 4; // pixels between pictures
const LABELS = 210; // points for what stands on the left
const LEVELS = 6; // of grey, beside none

const affine = { type: "affine", degrees: 10, scale: 0.1, shear: 0.1, pixels: 2 };
const elastic = { type: "elastic", amplitude: 0.65 };
/** @type {[title: string, settings: string, descriptions: import("inkling/data").AugmentationDescription[]][]} */
const rows = [
  ["as they are", "", []],
  ["shift", "pixels 2", [{ type: "shift", pixels: 2 }]],
  ["affine", "degrees 10, scale 0.1, shear 0.1, pixels 2", [affine]],
  ["elastic", "amplitude 0.65, sigma 4", [elastic]],
  ["affine, elastic", "both, in one walk", [affine, elastic]],
  ["elastic", "amplitude 2: too much", [{ ...elastic, amplitude: 2 }]],
  ["stroke", "thicker 0.5, thinner 0.5", [{ type: "stroke", thicker: 0.5, thinner: 0.5 }]],
  ["noise", "deviation 0.15", [{ type: "noise", deviation: 0.15 }]],
  ["erase", "largest 0.2, probability 1", [{ type: "erase", largest: 0.2, probability: 1 }]],
  ["deskew", "", [{ type: "deskew" }]],
];

const { training } = await loadMnist();
const digits = Array.from({ length: 10 }, (_, digit) => training.labels.indexOf(digit));
const images = Float32Array.from(
  digits.flatMap((sample) => [...training.inputs.subarray(sample * SIZE, (sample + 1) * SIZE)]),
  (byte) => byte / 255,
);
const engine = await createEngine({ threads: 1, module: "simd" });
const options = { inputShape: [SIDE, SIDE, 1], rng: new Rng(1) };
const bodies = rows.map(([title, settings, descriptions], row) => {
  const y = row * (SIDE + APART) * ZOOM;
  const text = `<text x="8" y="22">${title}</text><text x="8" y="38" font-size="10" opacity=".7">${settings}</text>`;
  return `<g transform="translate(0 ${y})">${text}${drawn(augmented(engine, images, descriptions, options))}</g>`;
});
engine.close();

const width = LABELS + digits.length * (SIDE + APART) * ZOOM;
const height = rows.length * (SIDE + APART) * ZOOM;
const folder = new URL("../../docs/figures/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(
  new URL("augmentation.svg", folder),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<style>:root{color:#1f2328}text{fill:currentColor}path{stroke:currentColor}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}</style>
${bodies.join("\n")}
</svg>
`,
);

/** Pictures side by side: for each level of grey one path, which walks over all pixels of that level. */
function drawn(pictures) {
  const runs = Array.from({ length: LEVELS }, () => "");
  for (let row = 0; row < SIDE; row++)
    for (let picture = 0; picture < digits.length; picture++)
      for (let column = 0; column < SIDE;) {
        const levelAt = (at) =>
          Math.round(LEVELS * Math.min(1, Math.max(0, pictures[picture * SIZE + row * SIDE + at])));
        const level = levelAt(column);
        const begin = column;
        while (column < SIDE && levelAt(column) === level) column++;
        if (level > 0) runs[level - 1] += `M${picture * (SIDE + APART) + begin} ${row}h${column - begin}`;
      }
  const paths = runs.map((run, index) =>
    run === "" ? "" : `<path opacity="${((index + 1) / LEVELS).toFixed(2)}" d="${run}"/>`,
  );
  return `<g transform="translate(${LABELS} 2) scale(${ZOOM})" shape-rendering="crispEdges">${paths.join("")}</g>`;
}
