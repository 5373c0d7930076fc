/**
 * src → dist: the package's doors, and a few files with what is behind them. A program that opens a package of two hundred
 * small files waits some 100 ms for them; the types, which nobody waits for, stay file by file.
 *
 * What the host brings along is left as an import, for its condition is decided where the package runs; and each build
 * of the kernels stays a file of its own, of which only the one that runs is loaded; so do the readable kernels and the
 * trained networks.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const { exports, imports } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

const SOURCE = `${root}src/`;
const APART = /kernels\/generated\/.*simd|digits\/generated|kernels\/reference|\/platform\//;

/** Files by layers: who bundles a program leaves out the files that it does not use as a whole. */
const CHUNKS = {
  engine: ["base", "kernels", "engine"],
  models: ["nn", "formats"],
  training: ["optim", "data", "train"],
  digits: ["digits"],
};
const layerOf = (path) => path.slice(SOURCE.length).split(/[\\/]/)[0];

/** Where the package is entered: through a door, or by its own code for the host's part. */
const targets = [...Object.values(exports), imports["#platform"]]
  .flatMap((target) => (typeof target === "string" ? [] : Object.values(target)))
  .filter((path) => typeof path === "string" && path.endsWith(".js"));
const entries = Object.fromEntries(
  targets.map((path) => path.slice("./dist/".length, -".js".length)).map((name) => [name, `${root}src/${name}.ts`]),
);

const bundle = await rolldown({
  input: entries,
  platform: "neutral",
  external: ["#platform", /^node:/],
  resolve: { conditionNames: ["inkling-source"] },
});
const { output } = await bundle.write({
  dir: `${root}dist`,
  format: "es",
  sourcemap: true,
  // without comments and blanks it is read in less time; names stay, for whoever reads a stack
  minify: { mangle: false, compress: false, codegen: true },
  entryFileNames: "[name].js",
  chunkFileNames: "shared/[name].js",
  codeSplitting: {
    groups: Object.entries(CHUNKS).map(([name, layers]) => ({
      name,
      test: (path) => path.startsWith(SOURCE) && !APART.test(path) && layers.includes(layerOf(path)),
    })),
  },
});
await bundle.close();

// who debugs does not look into texts of hexadecimal digits, and a map would hold each a second time
const isText = ({ moduleIds = [] }) =>
  moduleIds.length > 0 && moduleIds.every((id) => /\/(kernels|digits)\/generated\//.test(id));
for (const { fileName } of output.filter(isText)) {
  const file = `${root}dist/${fileName}`;
  rmSync(`${file}.map`);
  writeFileSync(file, readFileSync(file, "utf8").replace(/\/\/# sourceMappingURL=.*\n?$/, ""));
}
