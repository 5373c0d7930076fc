/**
 * src/kernels/assembly → two .wasm modules; src/platform/worker.ts → text; all three inlined in src/kernels/generated.ts,
 * so that the package needs no path, no loader and no bundler set-up. Nothing is done when no source has changed.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { rolldown } from "rolldown";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const GENERATED = at("src/kernels/generated.ts");
const EMPTY = 'export const simd = "";\nexport const relaxedSimd = "";\nexport const workerSource = "";\n';
const MODULES = { simd: [], "relaxed-simd": ["relaxed-simd"] };

const stamp = sourceStamp();
const current = existsSync(GENERATED) ? readFileSync(GENERATED, "utf8") : "";
const built = Object.keys(MODULES).every((name) => existsSync(at(`dist/kernels/${name}.wasm`)));
if (!built || !current.includes(stamp)) await build();

async function build() {
  mkdirSync(at("dist/kernels"), { recursive: true });
  // the worker's imports lead to this file, whose texts it does not need
  if (current === "") writeFileSync(GENERATED, EMPTY);
  const [simd, relaxedSimd, workerSource] = await Promise.all([
    compile("simd"),
    compile("relaxed-simd"),
    bundle("src/platform/worker.ts"),
  ]);
  // renamed into place: whoever reads meanwhile sees the old file or the new one
  writeFileSync(
    `${GENERATED}.new`,
    `/* made by build/kernels.js from sources ${stamp} */\n` +
      `export const simd = "${simd}";\nexport const relaxedSimd = "${relaxedSimd}";\n` +
      `export const workerSource = ${JSON.stringify(workerSource)};\n`,
  );
  renameSync(`${GENERATED}.new`, GENERATED);
}

/** One module, as base64. */
async function compile(name) {
  const out = at(`dist/kernels/${name}.wasm`);
  const features = ["simd", "threads", ...MODULES[name]];
  const { error } = await asc.main(
    [
      at("src/kernels/assembly/index.ts"),
      ...["--outFile", out, "-O3", "--runtime", "stub", "--noAssert"],
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
  return readFileSync(out).toString("base64");
}

/** A file with its imports, types stripped, as one text. */
async function bundle(file) {
  const bundled = await rolldown({
    input: at(file),
    platform: "neutral",
    external: [/^node:/],
    resolve: { conditionNames: ["inkling-source", "import", "default"] },
  });
  const { output } = await bundled.generate({ format: "es", minify: true });
  await bundled.close();
  return output[0].code;
}

/** A hash of everything that the result depends on. */
function sourceStamp() {
  const hash = createHash("sha256");
  const folders = ["src/base", "src/kernels", "src/kernels/assembly", "src/platform"];
  const files = folders.flatMap((folder) =>
    readdirSync(at(folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "generated.ts")
      .map((entry) => `${folder}/${entry.name}`),
  );
  for (const file of [...files.toSorted((a, b) => (a < b ? -1 : 1)), "build/kernels.js", "package.json"]) {
    hash.update(file).update(readFileSync(at(file), "utf8").replaceAll("\r\n", "\n"));
  }
  return hash.digest("hex").slice(0, 16);
}
