// The built package, as a plain Node program sees it: every door opens, and the sample behind it runs.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { afterAll, describe, expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));
const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  exports: Record<string, string | Record<string, string>>;
};

/** What a program prints, as JSON, that runs in the package's folder, without any of the test's conditions. */
async function program(source: string): Promise<unknown> {
  const args = ["--input-type=module", "--eval", source];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return JSON.parse(stdout);
}

const doors = Object.entries(exports).flatMap(([door, target]) =>
  typeof target === "string" ? [] : [[door, target] as const],
);

test("the doors are the ones that are promised", () => {
  expect(doors.map(([door]) => door)).toEqual([".", "./nn", "./optim", "./data", "./train", "./formats", "./digits"]);
});

test.each(doors)("%s is built, with its types", (_, { types, default: main }) => {
  expect(existsSync(new URL(`../${types}`, import.meta.url))).toBe(true);
  expect(existsSync(new URL(`../${main}`, import.meta.url))).toBe(true);
});

test.each([
  [".", ["createEngine", "buildModel", "train", "evaluate", "saveModel", "loadModel", "Rng", "matmul", "hashWeights"]],
  ["./nn", ["Dense", "BatchNorm", "Dropout", "Flatten", "buildModel"]],
  ["./optim", ["Optimizer", "buildSchedule", "clipGradients"]],
  ["./data", ["readIdx", "createDataset", "splitValidation", "readCsv", "tableSplits", "fromArrays", "imageSet"]],
  ["./train", ["train", "evaluate", "readCheckpoint", "DivergenceError"]],
  ["./formats", ["saveModel", "loadModel", "decodeSafetensors"]],
  ["./digits", ["mnist", "mnistTest", "fashionMnist", "recipes", "findRecipe", "prepareDigit"]],
])("%s opens in plain Node", async (door, names) => {
  const name = `inkling${door.slice(1)}`;
  const found = await program(`import * as door from "${name}"; console.log(JSON.stringify(Object.keys(door)));`);
  expect(found).toEqual(expect.arrayContaining(names));
});

test("what stands behind no door cannot be reached", async () => {
  await expect(program('import "inkling/dist/kernels/index.js";')).rejects.toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED");
});

describe("the built package", () => {
  test("trains on two threads, and ends although nobody closed the engine", async () => {
    const result = await program(`
      import { buildModel, createEngine, hashWeights, Rng, train } from "inkling";
      import { createDataset } from "inkling/data";
      const engine = await createEngine({ threads: 2, module: "simd" });
      const rng = new Rng(1);
      const model = buildModel(engine, { input: [2], layers: [{ type: "dense", units: 2 }] }, { rng });
      const inputs = Float32Array.from({ length: 200 }, () => rng.normal());
      const labels = Uint8Array.from({ length: 100 }, (_, sample) => (inputs[2 * sample] > inputs[2 * sample + 1] ? 0 : 1));
      const data = createDataset({ inputs, labels, inputShape: [2], classNames: ["larger", "smaller"] });
      let last;
      const optimizer = { type: "sgd", learningRate: 1 };
      for await (const record of train(model, { data, batchSize: 10, epochs: 20, optimizer, rng })) {
        if (record.kind === "epoch") last = record;
      }
      console.log(JSON.stringify({ accuracy: last.accuracy, threads: engine.threads, hash: await hashWeights(model) }));
    `);
    expect(result).toMatchObject({ threads: 2, hash: expect.stringMatching(/^sha256:/) as string });
    expect((result as { accuracy: number }).accuracy).toBeGreaterThan(0.95);
  });

  test("holds both modules as files of their own too", () => {
    for (const name of ["simd", "relaxed-simd"]) {
      const bytes = readFileSync(new URL(`../dist/kernels/${name}.wasm`, import.meta.url));
      expect([...bytes.subarray(0, 4)]).toEqual([0, 97, 115, 109]);
    }
  });
});

describe("a program in a bundle that asks for one trained network", () => {
  const out = mkdtempSync(join(tmpdir(), "inkling-bundle-"));
  afterAll(() => rmSync(out, { recursive: true }));

  test("has each in a file of its own, and reads a digit with the one that it loads", async () => {
    const source = `
      import { createEngine } from "inkling";
      import { prepareStrokes, pretrained } from "inkling/digits";
      const model = await pretrained(await createEngine({ threads: 1 }), "tiny");
      console.log(model.predict(prepareStrokes([[0, 0, 60, 0, 20, 100]]).image).predictions[0]);`;
    writeFileSync(join(folder, "dist", "bundled.js"), source);
    const bundle = await rolldown({ input: join(folder, "dist", "bundled.js"), platform: "node" });
    const { output } = await bundle.write({ dir: out, format: "es", entryFileNames: "program.mjs" });
    await bundle.close();
    rmSync(join(folder, "dist", "bundled.js"));

    // what is loaded whatever the program asks for: the entry, and all that it imports without being asked
    const chunks = new Map(
      output.flatMap((chunk) => (chunk.type === "chunk" ? [[chunk.fileName, chunk] as const] : [])),
    );
    const loaded = new Set(["program.mjs"]);
    for (const name of loaded) for (const next of chunks.get(name)?.imports ?? []) loaded.add(next);
    const atOnce = [...loaded].reduce((sum, name) => sum + (chunks.get(name)?.code.length ?? 0), 0);
    expect(atOnce).toBeLessThan(800_000);
    const large = [...chunks.values()].filter(({ fileName, code }) => !loaded.has(fileName) && code.length > 100_000);
    for (const name of ["mlp", "cnn", "tiny"]) {
      expect(large.filter(({ fileName }) => fileName.startsWith(name))).toHaveLength(1);
    }
    for (const { fileName } of large) {
      if (/^(mlp|cnn)/.test(fileName)) rmSync(join(out, fileName)); // nobody misses them
    }
    const { stdout } = await promisify(execFile)(process.execPath, [join(out, "program.mjs")]);
    expect(stdout).toBe("7\n");
  });
});
