// A model in one file: it comes back as it was, and a file that claims too much is refused.
import { describe, expect, test } from "vitest";
import { FormatError, Rng } from "#base";
import type { TableEncoding } from "#base";
import { createEngine } from "#engine";
import { decodeSafetensors, encodeSafetensors, hashWeights, loadModel, readModelFile, saveModel } from "#formats";
import type { Safetensors, StoredTensor } from "#formats";
import { buildModel } from "#nn";
import type { Architecture, ModelCard } from "#nn";

const engine = await createEngine({ kernels: "reference" });
const architecture: Architecture = {
  input: [4],
  layers: [
    { type: "dense", units: 3, bias: false },
    { type: "batchNorm" },
    { type: "relu" },
    { type: "dense", units: 2 },
  ],
};
const create = (seed = 1, on = engine) => {
  const model = buildModel(on, architecture, { rng: new Rng(seed) });
  model.statistics.get("1.mean")?.data.set([0.25, -1, 3]);
  model.card = {
    task: "classification",
    classNames: ["no", "yes"],
    targetNames: [],
    targetUnits: [],
    preprocessing: { scale: 0.5, table: null },
    temperature: 1.25,
    recipe: { name: "test" },
    seed: 7,
    history: [{ epoch: 1 }],
    origin: { commit: "0123abc", module: null, weights: `sha256:${"0f".repeat(32)}` },
  };
  return model;
};
const bytes = saveModel(create());

/** A card that goes with this architecture: four numbers of a row in, two out. */
const house: ModelCard = {
  task: "regression",
  classNames: [],
  targetNames: ["price", "age"],
  targetUnits: [
    { mean: 5, deviation: 2 },
    { mean: -1, deviation: 0.5 },
  ],
  preprocessing: {
    scale: 1,
    table: {
      inputs: [
        { name: "area", kind: "number", mean: 80, deviation: 20 },
        { name: "town", kind: "category", values: ["A", "B", "C"] },
      ],
      target: { name: "price", kind: "number", mean: 5, deviation: 2 },
    },
  },
  temperature: 1,
  recipe: null,
  seed: null,
  history: [],
  origin: null,
};

describe("a round trip", () => {
  test("keeps weights, running statistics, architecture and card", async () => {
    const model = loadModel(engine, bytes);
    expect(await hashWeights(model)).toBe(await hashWeights(create()));
    expect(model.architecture).toEqual(architecture);
    expect(model.card).toEqual(create().card);
    expect(saveModel(model)).toEqual(bytes);
  });

  test("works between engines", async () => {
    const fast = await createEngine({ threads: 1 });
    expect(await hashWeights(loadModel(fast, bytes))).toBe(await hashWeights(create()));
    expect(saveModel(loadModel(fast, bytes))).toEqual(bytes);
    fast.close();
  });

  test("keeps the card of a regression on a table", () => {
    const model = create();
    model.card = house;
    const loaded = loadModel(engine, saveModel(model));
    expect(loaded.card).toEqual(house);
    const x = [1, -2, 0.5, 3];
    const [first, second] = model.outputs(x);
    expect(loaded.predictValues(x)).toEqual(Float32Array.of(first * 2 + 5, second * 0.5 - 1));
  });

  test("a file of before there were tasks is one of a classifier", () => {
    const before = changed(({ metadata }) => {
      for (const name of ["task", "targetNames", "targetUnits"]) delete metadata[name];
      metadata.preprocessing = '{"scale":0.5}';
    });
    expect(loadModel(engine, before).card).toEqual(create().card);
  });

  test("a file of before there was calibration has a temperature of 1", () => {
    const before = changed(({ metadata }) => delete metadata.temperature);
    expect(loadModel(engine, before).card).toEqual({ ...create().card, temperature: 1 });
  });

  test("a file that does not say what made it has no origin", () => {
    const before = changed(({ metadata }) => delete metadata.origin);
    expect(loadModel(engine, before).card).toEqual({ ...create().card, origin: null });
  });

  test("predicts the same", () => {
    const x = [1, -2, 0.5, 3, 0, 1, 2, 3];
    expect(loadModel(engine, bytes).predict(x)).toEqual(create().predict(x));
  });

  test("is an ordinary safetensors file, and can be read without an engine", () => {
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual([
      ...["0.weight", "1.scale", "1.shift", "1.mean", "1.variance"],
      ...["3.weight", "3.bias"],
    ]);
    const { architecture: read, card, tensors } = readModelFile(bytes);
    expect(read).toEqual(architecture);
    expect(card.classNames).toEqual(["no", "yes"]);
    expect(tensors.get("1.mean")?.data).toEqual(Float32Array.of(0.25, -1, 3));
  });
});

describe("the hash", () => {
  test("sees one bit of a weight, and of a running average", async () => {
    const hash = await hashWeights(create());
    for (const name of ["0.weight", "1.mean", "3.bias"]) {
      const model = create();
      const data = new Map(model.tensors()).get(name)?.data as Float32Array;
      new Uint32Array(data.buffer, data.byteOffset, 1)[0] ^= 1;
      expect(await hashWeights(model), name).not.toBe(hash);
    }
    expect(await hashWeights(create())).toBe(hash);
  });

  test("does not see the card", async () => {
    const model = create();
    model.card = { ...model.card, seed: 8 };
    expect(await hashWeights(model)).toBe(await hashWeights(create()));
  });
});

/** The file with one thing changed. */
function changed(
  change: (content: { tensors: Map<string, StoredTensor>; metadata: Record<string, string> }) => void,
): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const content = { tensors: new Map(tensors), metadata: { ...metadata } };
  change(content);
  return encodeSafetensors(content satisfies Safetensors);
}
const withArchitecture = (value: unknown) =>
  changed(({ metadata }) => {
    metadata.architecture = JSON.stringify(value);
  });

describe("a hostile or foreign file is refused", () => {
  const load = (file: Uint8Array) => () => loadModel(engine, file, { file: "model.safetensors" });

  test("without a tensor", () => {
    expect(load(changed(({ tensors }) => tensors.delete("3.bias")))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: loadModel: tensor 3.bias does not fit the architecture (model.safetensors)
        got   nothing by this name
        want  F32 [2]
        fix   was this file made by another architecture, or an engine of another precision?]
    `);
  });

  test("with a tensor of another shape", () => {
    const tensor: StoredTensor = { dtype: "F32", shape: [3, 4], data: new Float32Array(12) };
    expect(load(changed(({ tensors }) => tensors.set("0.weight", tensor)))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: loadModel: tensor 0.weight does not fit the architecture (model.safetensors)
        got   F32 [3, 4]
        want  F32 [4, 3]
        fix   was this file made by another architecture, or an engine of another precision?]
    `);
  });

  test("with a tensor of another type", () => {
    const tensor: StoredTensor = { dtype: "F64", shape: [4, 3], data: new Float64Array(12) };
    expect(load(changed(({ tensors }) => tensors.set("0.weight", tensor)))).toThrow("does not fit the architecture");
  });

  test("with a tensor too many", () => {
    const tensor: StoredTensor = { dtype: "F32", shape: [1], data: new Float32Array(1) };
    expect(load(changed(({ tensors }) => tensors.set("9.weight", tensor)))).toThrowErrorMatchingInlineSnapshot(
      `[FormatError: loadModel: the file has tensors that the architecture does not: 9.weight (model.safetensors)]`,
    );
  });

  test("of another program", () => {
    const other = changed(({ metadata }) => {
      metadata.format = "pt";
      delete metadata.version;
    });
    expect(load(other)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: loadModel: this safetensors file is no Inkling model (model.safetensors)
        got   format "pt", version null
        want  format "inkling-model", version "1"]
    `);
  });

  test("of another version", () => {
    const other = changed(({ metadata }) => {
      metadata.version = "2";
    });
    expect(load(other)).toThrow('version "2"');
  });

  test("with an architecture that cannot be built", () => {
    expect(load(withArchitecture({ input: [4], layers: [{ type: "dense", units: -1 }] })))
      .toThrowErrorMatchingInlineSnapshot(`
        [FormatError: loadModel: the architecture in the file cannot be built: layers.0: dense: units cannot be -1 (model.safetensors)
          want  a model file written by saveModel]
      `);
  });

  test("with values that cannot be written down as text", () => {
    const layers = [{ type: "dense", units: { toString: 1, valueOf: 1 } }];
    expect(load(withArchitecture({ input: [4], layers }))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: loadModel: the architecture in the file cannot be built: layers.0: dense: units cannot be {"toString":1,"valueOf":1} (model.safetensors)
        want  a model file written by saveModel]
    `);
  });

  test.each([
    [
      "a million units",
      {
        input: [4],
        layers: [
          { type: "dense", units: 1e6 },
          { type: "dense", units: 1e6 },
        ],
      },
    ],
    ["more units than memory has bytes", { input: [4], layers: [{ type: "dense", units: 2 ** 52 }] }],
    [
      "an input of absurd size",
      { input: [2 ** 30, 2 ** 30], layers: [{ type: "flatten" }, { type: "dense", units: 2 }] },
    ],
  ])("with %s, on either engine", async (_, huge) => {
    expect(load(withArchitecture(huge))).toThrow(FormatError);
    const fast = await createEngine({ threads: 1 });
    expect(() => loadModel(fast, withArchitecture(huge))).toThrow(FormatError);
    expect(fast.memory.total).toBeLessThan(2 ** 26);
    fast.close();
  });

  test.each([
    ["no object", 7],
    ["null", null],
    ["a list", []],
    ["no input", { layers: [] }],
    ["an input of words", { input: ["4"], layers: [{ type: "relu" }] }],
    ["an input of 0", { input: [0], layers: [{ type: "relu" }] }],
    ["no layers", { input: [4], layers: [] }],
    ["a layer that is null", { input: [4], layers: [null] }],
    ["a layer that is a word", { input: [4], layers: ["relu"] }],
    ["a layer of Object's own", { input: [4], layers: [{ type: "constructor" }] }],
  ])("whose architecture is %s", (_, value) => {
    expect(load(withArchitecture(value))).toThrow(FormatError);
  });

  test.each([
    ...["architecture", "task", "classNames", "targetNames", "targetUnits"],
    "preprocessing",
    "temperature",
    "history",
    "seed",
    "recipe",
    "origin",
  ])("whose %s is no JSON", (name) => {
    const broken = changed(({ metadata }) => {
      metadata[name] = "{";
    });
    expect(load(broken)).toThrow(FormatError);
  });

  test.each([
    ["classNames", [1, 2]],
    ["preprocessing", { scale: "1" }],
    ["preprocessing", { scale: 1, table: {} }],
    ["preprocessing", { scale: 1, table: { inputs: [null], target: null } }],
    ["preprocessing", { scale: 1, table: { inputs: [], target: { name: "a", kind: "category", values: [1] } } }],
    [
      "preprocessing",
      { scale: 1, table: { inputs: [], target: { name: "a", kind: "number", mean: 0, deviation: 0 } } },
    ],
    ["preprocessing", { scale: 1, table: { inputs: [], target: { name: "a", kind: "constructor" } } }],
    ["task", "poetry"],
    ["task", 1],
    ["targetNames", "price"],
    ["targetUnits", {}],
    ["targetUnits", [[0, 1]]],
    ["targetUnits", [{ mean: 0, deviation: 0 }]],
    ["targetUnits", [{ mean: 0, deviation: -1 }]],
    ["targetUnits", [{ mean: null, deviation: 1 }]],
    ["targetUnits", [{ mean: 0, deviation: "1" }]],
    ["temperature", 0],
    ["temperature", -1],
    ["temperature", 1e-300],
    ["temperature", "hot"],
    ["history", {}],
    ["seed", 0.5],
    ["origin", {}],
    ["origin", { commit: null, module: "simd", weights: "sha256:0" }],
    ["origin", { commit: 5, module: null, weights: `sha256:${"0f".repeat(32)}` }],
  ])("whose %s is %j", (name, value) => {
    const broken = changed(({ metadata }) => {
      metadata[name] = JSON.stringify(value);
    });
    expect(load(broken)).toThrow(FormatError);
  });

  const table = (change: object) => ({
    ...house.preprocessing,
    table: { ...(house.preprocessing.table as TableEncoding), ...change },
  });
  test.each<[string, object]>([
    ["more target names than results", { targetNames: ["a", "b", "c"], targetUnits: [] }],
    ["more names than units", { targetUnits: [{ mean: 0, deviation: 1 }] }],
    ["classes and targets", { classNames: ["no", "yes"] }],
    ["targets of a classifier", { task: "classification" }],
    ["columns for more numbers than go in", { preprocessing: table({ inputs: [] }) }],
    [
      "a category to be predicted as a number",
      { preprocessing: table({ target: { name: "a", kind: "category", values: [] } }) },
    ],
  ])("whose card has %s", (_, change) => {
    const model = create();
    model.card = { ...house, ...change };
    expect(load(saveModel(model))).toThrow("the model's card contradicts itself");
  });

  test("whose card has a row of another length, in words", () => {
    const model = create();
    model.card = { ...house, preprocessing: table({ inputs: house.preprocessing.table?.inputs.slice(1) }) };
    expect(load(saveModel(model))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: loadModel: the model's card contradicts itself: it has 3 numbers from a row of its table (model.safetensors)
        got   3
        want  4]
    `);
  });

  test("whose unit would divide by nothing, in words", () => {
    const broken = changed(({ metadata }) => {
      metadata.targetUnits = '[{"mean":0,"deviation":0}]';
    });
    expect(load(broken)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: loadModel: the metadata's "targetUnits" is not what it should be (model.safetensors)
        got   [{"mean":0,"deviation":0}]
        want  a list of finite means and deviations above 0, or nothing]
    `);
  });

  test.each([0, 1, 7, 8, 100, bytes.length - 1])("cut off after %i bytes", (length) => {
    expect(load(bytes.subarray(0, length))).toThrow(FormatError);
  });

  test("its name is in the message", () => {
    expect(load(new Uint8Array(3))).toThrow("model.safetensors");
  });
});

describe("an architecture that is larger than its weights", () => {
  const claim = (layers: unknown[]) =>
    encodeSafetensors({
      tensors: new Map(),
      metadata: {
        format: "inkling-model",
        version: "1",
        architecture: JSON.stringify({ input: [784], layers }),
        classNames: "[]",
        preprocessing: '{"scale":1}',
        recipe: "null",
        seed: "null",
        history: "[]",
      },
    });

  test("is refused before any memory is taken for it", async () => {
    const fast = await createEngine({ threads: 1 });
    const { total } = fast.memory;
    expect(() => loadModel(fast, claim([{ type: "dense", units: 300_000 }]))).toThrow("does not fit the architecture");
    expect(() => loadModel(fast, claim([{ type: "dense", units: 1e15 }]))).toThrow(/does not fit|cannot be built/);
    expect(fast.memory.total).toBe(total);
    fast.close();
  });

  test("is refused when it has more layers than can be built in a moment", () => {
    const layers = Array.from({ length: 200_000 }, () => ({ type: "batchNorm" }));
    expect(() => loadModel(engine, claim(layers))).toThrow("it has more than 10000 layers");
    expect(() => loadModel(engine, claim([{ type: "residual", layers }]))).toThrow("it has more than 10000 layers");
  });

  test("is refused when blocks lie too deep within blocks", () => {
    let nested: object = { type: "relu" };
    for (let level = 0; level < 2000; level++) nested = { type: "residual", layers: [nested] };
    expect(() => loadModel(engine, claim([nested]))).toThrow("blocks lie too deep within blocks");
  });
});
