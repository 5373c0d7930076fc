// Random damage to files: whatever the bytes are, a parser reads them or refuses them in words, and never does worse.
import { describe, expect, test } from "vitest";
import { FormatError, InklingError, Rng } from "#base";
import { readCsv, readIdx } from "#data";
import { createEngine } from "#engine";
import { decodeSafetensors, encodeSafetensors, hashWeights, loadModel, readModelFile, saveModel } from "#formats";
import { buildModel } from "#nn";
import { readCheckpoint, train } from "#train";
import { patterns } from "../synthetic.ts";

const inputs = process.env.INKLING_COUNTS === "reduced" ? 20_000 : 200_000;
const engine = await createEngine({ kernels: "reference" });
const layers = [{ type: "flatten" }, { type: "dense", units: 4 }, { type: "batchNorm" }] as const;
const create = () => buildModel(engine, { input: [3, 3, 1], layers }, { rng: new Rng(1) });
const options = {
  data: patterns({ samples: 8, side: 3 }),
  batchSize: 4,
  epochs: 2,
  optimizer: { type: "adam", learningRate: 0.01 },
} as const;

const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const csv = new TextEncoder().encode('area,town,"price, £"\r\n84.5,"Wells\r\n""Somerset""",1e5\r\n,Bath,-2\r\n');
const modelFile = saveModel(create());
const checkpoint = await (async () => {
  const training = train(create(), { ...options, rng: new Rng(1), stopAfter: 3 });
  for await (const record of training) void record;
  return training.checkpoint();
})();

/** Bytes changed, cut off, put in or repeated at random places, up to four times. */
function damaged(bytes: Uint8Array, rng: Rng): Uint8Array {
  let result = [...bytes];
  for (let times = 1 + rng.integer(4); times > 0; times--) {
    const at = rng.integer(result.length + 1);
    const kind = rng.integer(5);
    if (kind === 0) result[at] = rng.integer(256);
    else if (kind === 1) result[at] ^= 1 << rng.integer(8);
    else if (kind === 2) result = result.slice(0, at);
    else if (kind === 3)
      result.splice(at, rng.integer(9), ...Array.from({ length: rng.integer(9) }, () => rng.integer(256)));
    else result.splice(at, 0, ...result.slice(at, at + rng.integer(40)));
    result = result.map((byte) => byte ?? 0);
  }
  return Uint8Array.from(result);
}

const hostile = [
  null,
  true,
  -1,
  0,
  1,
  0.5,
  1e308,
  2 ** 53,
  4294967296,
  "",
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { type: null },
];

/** A JSON value in which one part, somewhere, is another; or left out. */
function alter(value: unknown, rng: Rng): unknown {
  if (typeof value !== "object" || value === null || rng.integer(6) === 0) return hostile[rng.integer(hostile.length)];
  const entries = Object.entries(value);
  if (entries.length === 0) return hostile[rng.integer(hostile.length)];
  const which = rng.integer(entries.length);
  entries[which][1] = alter(entries[which][1], rng);
  if (Array.isArray(value)) return entries.map(([, entry]) => entry);
  return Object.fromEntries(rng.integer(10) === 0 ? entries.filter((_, index) => index !== which) : entries);
}

/** The file with one part of one JSON text of its metadata altered: valid as safetensors, false in what it says. */
function lying(bytes: Uint8Array, rng: Rng): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const texts = { ...metadata };
  const names = Object.keys(texts).filter((name) => name !== "format" && name !== "version");
  const name = names[rng.integer(names.length)];
  texts[name] = JSON.stringify(alter(JSON.parse(texts[name]), rng)) ?? "";
  const kept = new Map(tensors);
  if (rng.integer(5) === 0) kept.delete([...kept.keys()][rng.integer(kept.size)]);
  return encodeSafetensors({ tensors: kept, metadata: texts });
}

/** How many inputs were read and how many refused; anything but a refusal in our own words ends the test. */
function survey(count: number, name: string, read: (rng: Rng) => void): { read: number; refused: number } {
  const rng = new Rng(1).stream(name);
  const result = { read: 0, refused: 0 };
  for (let round = 0; round < count; round++) {
    const own = rng.stream(round);
    try {
      read(own);
      result.read++;
    } catch (error) {
      if (!(error instanceof InklingError)) throw new Error(`${name}, input ${round}`, { cause: error });
      expect(error).toBeInstanceOf(FormatError);
      expect(error.message.length).toBeLessThan(1000);
      result.refused++;
    }
  }
  return result;
}

describe(`${inputs} damaged files each`, () => {
  test("IDX: what is read is of the size that it says", () => {
    const result = survey(inputs, "idx", (rng) => {
      const { shape, values } = readIdx(damaged(idx, rng), { file: "damaged" });
      expect(values.length).toBe(shape.reduce((product, length) => product * length, 1));
    });
    expect(result.refused).toBeGreaterThan(inputs / 2);
    expect(result.read).toBeGreaterThan(inputs / 20);
  });

  test("CSV: what is read has a cell for each row and column", () => {
    const result = survey(inputs, "csv", (rng) => {
      const { columns, rows, lines } = readCsv(damaged(csv, rng), { file: "damaged" });
      expect([lines.length, ...columns.map(({ values }) => values.length)]).toEqual([rows, ...columns.map(() => rows)]);
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    });
    expect(result.refused).toBeGreaterThan(inputs / 5);
    expect(result.read).toBeGreaterThan(inputs / 20);
  });

  test("safetensors: what is read can be written again", () => {
    const result = survey(inputs, "safetensors", (rng) => {
      const content = decodeSafetensors(damaged(modelFile, rng), { file: "damaged" });
      expect(encodeSafetensors(content).length).toBeGreaterThan(0);
    });
    expect(result.refused).toBeGreaterThan(inputs / 2);
    expect(result.read).toBeGreaterThan(inputs / 100);
  });

  test("model files that lie about themselves", () => {
    const result = survey(inputs, "models", (rng) => {
      const file = lying(modelFile, rng);
      readModelFile(file);
      loadModel(engine, file);
    });
    expect(result.refused).toBeGreaterThan(inputs / 5);
    expect(result.read).toBeGreaterThan(inputs / 50);
  });

  test("checkpoints that lie about themselves: refused, or read, and a refusal changes nothing", async () => {
    const model = create();
    const before = await hashWeights(model);
    const pristine = [...model.tensors()].map(([, tensor]) => [tensor, tensor.toArray()] as const);
    let refusedUntouched = true;
    const result = survey(inputs, "checkpoints", (rng) => {
      const file = lying(checkpoint, rng);
      readCheckpoint(file);
      try {
        train(model, { ...options, rng: new Rng(1), checkpoint: file });
      } catch (error) {
        refusedUntouched &&= pristine.every(([tensor, values]) =>
          values.every((value, index) => tensor.data[index] === value),
        );
        throw error;
      }
      for (const [tensor, values] of pristine) tensor.data.set(values);
    });
    expect(refusedUntouched).toBe(true);
    expect(await hashWeights(model)).toBe(before);
    expect(result.refused).toBeGreaterThan(inputs / 5);
    expect(result.read).toBeGreaterThan(inputs / 50);
  });
});
