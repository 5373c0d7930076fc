// The examples in docstrings run, and say what they claim: a line `expression; // value` must have that value.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as base from "#base";
import * as dataDoor from "#data";
import * as engineDoor from "#engine";
import * as nn from "#nn";
import * as optim from "#optim";
import { augmented, calibrate, evaluate, learningRateRange, train } from "#train";
import { fashionMnist, mnist, prepareDigit, prepareStrokes, pretrained } from "../src/digits/index.ts";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes("assembly"))
  .map((file) => file.replaceAll("\\", "/"));

/** All examples, each with the place where it stands. */
const examples = files.flatMap((file) => {
  const text = readFileSync(source + file, "utf8");
  return [...text.matchAll(/@example\n((?:\s*\* (?!@).*\n)+)/g)].map(([, body], index) => ({
    place: `${file} #${index + 1}`,
    code: body.replaceAll(/^\s*\* ?/gm, "").trim(),
  }));
});

const scope: Record<string, unknown> = {};
beforeAll(async () => {
  const engine = await engineDoor.createEngine({ threads: 1 });
  const rng = new base.Rng(1);
  const layers = [{ type: "flatten" }, { type: "dense", units: 10 }] as const;
  const model = nn.buildModel(engine, { input: [28, 28, 1], layers }, { rng });
  const count = 20;
  const data = dataDoor.createDataset({
    inputs: Uint8Array.from({ length: count * 784 }, (_, i) => i % 256),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    inputShape: [28, 28, 1],
    classNames: [..."0123456789"],
  });
  Object.assign(scope, base, engineDoor, nn, optim, dataDoor, {
    ...{ engine, rng, model, data, fashionMnist, mnist, prepareDigit, prepareStrokes, pretrained, train, evaluate },
    ...{ augmented, calibrate, learningRateRange },
    images: engine.zeros([32, 784]).keep(),
    optimizer: { type: "sgd", learningRate: 0.01 },
    canvasPixels: new Uint8ClampedArray(280 * 280 * 4),
    readFile: (name: string) => Promise.resolve(idxFile(name)),
    console: { log: () => undefined },
  });
});
afterAll(() => (scope.engine as engineDoor.Engine).close());

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(12);
});

test.each(examples)("$place", async ({ code, place }) => {
  // exp, log and tanh are functions of numbers in base and of tensors above it
  const names = place.startsWith("base/") ? { ...scope, ...base } : scope;
  const body = code
    .split("\n")
    .map((line) => {
      const claim = /^(?!const |let |for |import )(.+); \/\/ (.+)$/.exec(line);
      return claim ? `check(${claim[1]}, ${JSON.stringify(claim[2])});` : line;
    })
    .join("\n");
  const run = new Function("scope", "check", `with (scope) { return (async () => { ${body} })(); }`) as (
    ...values: unknown[]
  ) => Promise<void>;
  await run(names, check);
});

/** Compares a value with what a comment says: JSON-like text, perhaps with an explanation behind a colon. */
function check(value: unknown, claim: string): void {
  const expected = new Function(`return (${claim.startsWith("{") ? claim : claim.split(": ")[0]})`)() as unknown;
  const plain: unknown = JSON.parse(
    JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? [...(part as Uint8Array)] : part)),
  );
  if (typeof expected !== "number") return expect(plain).toEqual(expected);
  if (Number.isNaN(expected)) return expect(value).toBeNaN();
  const digits = claim.split(": ")[0].split(".")[1]?.length ?? 0;
  expect(value).toBeCloseTo(expected, Math.min(digits, 15));
}

/** Twenty small pictures, or their labels, as an IDX file. */
function idxFile(name: string): Uint8Array {
  const count = name.includes("/train") ? 5020 : 20;
  const images = name.includes("images");
  const head = [0, 0, 8, images ? 3 : 1, 0, 0, count >> 8, count & 255, ...(images ? [0, 0, 0, 28, 0, 0, 0, 28] : [])];
  const size = images ? count * 784 : count;
  return Uint8Array.from([...head, ...Array.from({ length: size }, (_, i) => (images ? i % 256 : i % 10))]);
}
