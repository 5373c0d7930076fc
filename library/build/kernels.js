/**
 * src/kernels/assembly → two .wasm modules; src/platform/worker.ts → text; all three inlined in src/kernels/generated/,
 * so that the package needs no path, no loader and no bundler set-up. Nothing is done when no source has changed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { rolldown } from "rolldown";
import { isCurrent, stampOf, write } from "./generated.js";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const GENERATED = at("src/kernels/generated");
const MODULES = { simd: [], "relaxed-simd": ["relaxed-simd"] };

const stamp = sourceStamp();
const names = [...Object.keys(MODULES), "worker"];
const current = names.every((name) => isCurrent(fileOf(name), stamp));
const built = Object.keys(MODULES).every((name) => existsSync(at(`dist/kernels/${name}.wasm`)));
if (!built || !current) await build();

function fileOf(name) {
  return `${GENERATED}/${name}.ts`;
}

async function build() {
  mkdirSync(at("dist/kernels"), { recursive: true });
  const [simd, relaxedSimd, workerSource] = await Promise.all([
    compile("simd"),
    compile("relaxed-simd"),
    bundle("src/platform/worker.ts"),
  ]);
  const texts = {
    simd: `export const hexadecimal: string = "${simd}";`,
    "relaxed-simd": `export const hexadecimal: string = "${relaxedSimd}";`,
    worker: `export const workerSource: string = ${JSON.stringify(workerSource)};`,
  };
  for (const [name, text] of Object.entries(texts)) write(fileOf(name), { by: "kernels.js", stamp, text });
}

/** One module, as hexadecimal digits: each byte is two characters, so what repeats in the module does in the text, and is compressed. */
async function compile(name) {
  const out = at(`dist/kernels/${name}.wasm`);
  const features = ["simd", "threads", ...MODULES[name]];
  const { error } = await asc.main(
    [
      at("src/kernels/assembly/index.ts"),
      ...["--outFile", out, "-O3s", "--runtime", "stub", "--noAssert"],
      // the memory comes from outside; its first 64 KiB hold the modules' constants and the threads' control block
      ...[
        "--importMemory",
        "--sharedMemory",
        "--initialMemory",
        "1",
        "--maximumMemory",
        "65536",
        "--memoryBase",
        "1024",
      ],
      ...features.flatMap((feature) => ["--enable", feature]),
    ],
    { stderr: process.stderr },
  );
  if (error) throw new Error(`${name}: ${error.message}`);
  return readFileSync(out).toString("hex");
}

/** A file with its imports, types stripped, as one text. */
async function bundle(file) {
  const bundled = await rolldown({
    input: at(file),
    platform: "neutral",
    external: [/^node:/, /\/generated\//], // the other texts, which a worker does not need
    resolve: { conditionNames: ["inkling-source", "import", "default"] },
  });
  const { output } = await bundled.generate({ format: "es", minify: true });
  await bundled.close();
  return output[0].code;
}

/** A hash of everything that the result depends on. */
function sourceStamp() {
  const folders = ["src/base", "src/kernels", "src/kernels/assembly", "src/platform"];
  const files = folders.flatMap((folder) =>
    readdirSync(at(folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${folder}/${entry.name}`),
  );
  const all = [...files.toSorted((a, b) => (a < b ? -1 : 1)), "build/kernels.js", "package.json"];
  return stampOf(all.flatMap((file) => [file, readFileSync(at(file), "utf8").replaceAll("\r\n", "\n")]));
}
