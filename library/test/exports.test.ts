// The built package, as a plain Node program sees it: every door opens, and the sample behind it runs.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

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
