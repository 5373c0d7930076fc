/**
 * size: what a page loads to compute. A program with one import is bundled as an application would be, without what it does
 * not use, and each of its files compressed. Of the two modules one is loaded: the larger is counted.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

export const title = "compressed bytes that a page loads to start an engine, and to predict with a model";

const PROGRAMS = { engine: ["createEngine"], model: ["createEngine", "buildModel", "loadModel"] };
/** Loaded only when asked for: a thread's text, the readable kernels. */
const LATER = /^(worker|reference)/;
const MODULE = /^(relaxed-)?simd/;

const { resolve } = createRequire(import.meta.url);
const compressed = (content) => gzipSync(content, { level: 9 }).length;

export async function run() {
  const programs = Object.entries(PROGRAMS).map(async ([name, imports]) => [name, await sizesOf(imports)]);
  const modules = ["simd", "relaxed-simd"].map((name) => [
    name,
    compressed(readFileSync(resolve(`inkling/${name}.wasm`))),
  ]);
  return { work: "size", ...Object.fromEntries(await Promise.all(programs)), wasm: Object.fromEntries(modules) };
}

/** Compressed bytes of a program's JavaScript, of the largest module as text, and of both. */
async function sizesOf(imports) {
  const entry = `export { ${imports.join(", ")} } from ${JSON.stringify(resolve("inkling"))};`;
  const program = {
    name: "program",
    resolveId: (id) => (id === "program" ? id : undefined),
    load: (id) => (id === "program" ? entry : undefined),
  };
  const bundle = await rolldown({
    input: "program",
    plugins: [program],
    platform: "browser",
    resolve: { conditionNames: ["browser", "import", "default"] },
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "es", minify: true });
  await bundle.close();
  const files = output.filter(({ type, name }) => type === "chunk" && !LATER.test(name));
  const sizes = (chosen) => chosen.map(({ code }) => compressed(code));
  const javascript = sizes(files.filter(({ name }) => !MODULE.test(name))).reduce((sum, size) => sum + size, 0);
  const module = Math.max(...sizes(files.filter(({ name }) => MODULE.test(name))));
  return { javascript, module, sum: javascript + module };
}

export function format({ engine, model, wasm }) {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const line = (name, { javascript, module, sum }) =>
    `size  ${name.padEnd(6)} ${kilobytes(sum)} = ${kilobytes(javascript)} JavaScript + ${kilobytes(module)} kernels, compressed`;
  const files = Object.entries(wasm).map(([name, bytes]) => `${name}.wasm ${kilobytes(bytes)}`);
  return [line("engine", engine), line("model", model), `      as files of their own: ${files.join(", ")}`].join("\n");
}
