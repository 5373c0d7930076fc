// A model learns to refuse: strangers are told from samples, and the share of samples that is refused is the one asked for.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { decodeSafetensors, encodeSafetensors, hashWeights, loadModel, readModelFile, saveModel } from "#formats";
import { AveragedViews, buildModel, Ensemble, wilsonInterval } from "#nn";
import type { LayerDescription, Model } from "#nn";
import { evaluate, fitRefusal, train } from "#train";
import { patterns } from "../synthetic.ts";
import { collect } from "./tasks.ts";

const engine = await createEngine({ kernels: "reference" });
const layers: LayerDescription[] = [
  { type: "flatten" },
  { type: "dense", units: 16 },
  { type: "relu" },
  { type: "dense", units: 4 },
];
const known = patterns({ samples: 200 });
const validation = patterns({ samples: 400, seed: 2 });
const unseen = patterns({ samples: 200, seed: 3 });
/** Noise alone, without a pattern. */
const strangers = (seed: number, count = 200): Uint8Array => {
  const rng = new Rng(seed);
  return Uint8Array.from({ length: 36 * count }, () => rng.integer(256));
};
const part = (values: Float32Array | null) => [...(values ?? [])].filter((value) => value > 0).length;

async function trained(on = engine): Promise<Model> {
  const model = buildModel(on, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
  const optimizer = { type: "adam", learningRate: 0.01 } as const;
  await collect(train(model, { data: known, batchSize: 20, epochs: 5, optimizer, rng: new Rng(1) }));
  return model;
}

describe("a model that has learnt to refuse", async () => {
  const model = await trained();
  const before = model.predict(unseen.inputs);
  const hash = await hashWeights(model);
  const refusal = await fitRefusal(model, { known, strangers: strangers(1), validation, share: 0.05, rng: new Rng(1) });
  const after = model.predict(unseen.inputs);

  test("refuses strangers that it has not seen", () => {
    expect(part(model.predict(strangers(7)).strangeness)).toBeGreaterThan(160);
  });

  test("refuses so few of the validation samples that the part allowed is the upper end of their interval", () => {
    const refused = part(model.predict(validation.inputs).strangeness);
    expect(refused).toBe(11);
    expect(wilsonInterval(refused, 400)[1]).toBeLessThanOrEqual(0.05);
    expect(wilsonInterval(refused + 1, 400)[1]).toBeGreaterThan(0.05);
    expect(part(after.strangeness)).toBeLessThanOrEqual(0.05 * 200);
  });

  test("answers what it answered, by the same weights", async () => {
    expect(before.strangeness).toBeNull();
    expect({ ...after, strangeness: null }).toEqual(before);
    expect(await hashWeights(model)).toBe(hash);
  });

  test("says so in an evaluation: how many it refused, and how good it is on the others", async () => {
    const { refusal: judged, accuracy } = await evaluate(model, unseen);
    expect(judged?.refused).toBe(part(after.strangeness));
    const answered = [...unseen.labels.keys()].filter((sample) => (after.strangeness?.[sample] ?? 0) <= 0);
    const right = answered.filter((sample) => after.predictions[sample] === unseen.labels[sample]);
    expect(judged?.accuracy).toBe(right.length / answered.length);
    expect(accuracy).toBe(1 - [...unseen.labels].filter((label, at) => label !== after.predictions[at]).length / 200);
  });

  test("keeps it in its file, tensors and threshold", () => {
    const bytes = saveModel(model);
    const loaded = loadModel(engine, bytes);
    expect(loaded.predict(unseen.inputs)).toEqual(after);
    expect(saveModel(loaded)).toEqual(bytes);
    expect(readModelFile(bytes).refusal).toEqual({ units: 30, threshold: refusal.threshold });
  });

  test("goes between engines, and plans say what single operations say", async () => {
    const fast = await createEngine({ threads: 1 });
    const elsewhere = loadModel(fast, saveModel(model)).predict(unseen.inputs);
    elsewhere.strangeness?.forEach((value, sample) => expect(value).toBeCloseTo(after.strangeness?.[sample] ?? 0, 3));
    fast.close();
  });

  test("has a threshold that can be set: higher refuses less", () => {
    const own = refusal.threshold;
    refusal.threshold = own + 100;
    expect(part(model.predict(strangers(7)).strangeness)).toBe(0);
    refusal.threshold = own;
    expect(model.predict(unseen.inputs)).toEqual(after);
  });

  test("votes with others by the mean; one that cannot refuse spoils it", async () => {
    const other = await trained();
    const both = new Ensemble([model, model]).predict(unseen.inputs).strangeness;
    both?.forEach((value, sample) => expect(value).toBeCloseTo(after.strangeness?.[sample] ?? 0, 4));
    expect(new AveragedViews(model).predict(unseen.inputs).strangeness).toHaveLength(200);
    expect(new Ensemble([model, other]).predict(unseen.inputs).strangeness).toBeNull();
    expect(new Ensemble([other, model]).predict(unseen.inputs).strangeness).toBeNull();
  });
});

test("the same generator gives the same refusal", async () => {
  const fit = async () => {
    const model = await trained();
    await fitRefusal(model, { known, strangers: strangers(1), validation, units: 4, rng: new Rng(5) });
    return saveModel(model);
  };
  expect(await fit()).toEqual(await fit());
});

test("training on, or taking it away, ends it", async () => {
  const model = await trained();
  const options = { known, strangers: strangers(1), validation, units: 4, rng: new Rng(5) };
  await fitRefusal(model, options);
  expect(model.predict(unseen.inputs).strangeness).not.toBeNull();
  model.refusal = null;
  expect(model.predict(unseen.inputs).strangeness).toBeNull();
  await fitRefusal(model, options);
  const optimizer = { type: "adam", learningRate: 0.01 } as const;
  await collect(train(model, { data: known, batchSize: 20, epochs: 1, optimizer, rng: new Rng(1) }));
  expect(model.refusal).toBeNull();
});

test("of too few validation samples to tell, none is refused", async () => {
  const model = await trained();
  const few = patterns({ samples: 30, seed: 2 });
  await fitRefusal(model, { known, strangers: strangers(1), validation: few, share: 0.1, units: 4, rng: new Rng(5) });
  expect(wilsonInterval(0, 30)[1]).toBeGreaterThan(0.1);
  expect(part(model.predict(few.inputs).strangeness)).toBe(0);
});

test("the head looks at what the dense layer ahead of the last one is given, where there is one", async () => {
  const model = await trained();
  const options = { known, strangers: strangers(1), validation, units: 4, rng: new Rng(5) };
  const { head } = await fitRefusal(model, options);
  expect(head.architecture.input).toEqual([36 + 16 + 4]); // pixels, hidden units, ln p
  const single = buildModel(engine, { input: [6, 6, 1], layers: [layers[0], layers[3]] }, { rng: new Rng(1) });
  expect((await fitRefusal(single, options)).head.architecture.input).toEqual([36 + 4]);
});

test("no strangers, parts of strangers and impossible shares are refused", async () => {
  const model = await trained();
  const rng = new Rng(1);
  const fit = (change: object) => fitRefusal(model, { known, strangers: strangers(1), validation, rng, ...change });
  await expect(fit({ strangers: new Uint8Array() })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SettingError: fitRefusal: there are no strangers
      got   strangers = []
      want  samples of no class, of as many kinds as can be had]
  `);
  await expect(fit({ strangers: new Uint8Array(40) })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: fitRefusal: the strangers are no whole samples
      got   strangers [40] and sample [6, 6, 1]
      want  strangers of 36 numbers each]
  `);
  await expect(fit({ share: 1 })).rejects.toThrow("share cannot be 1");
  await expect(fit({ validation: patterns({ samples: 4, side: 5 }) })).rejects.toThrow("25 numbers each");
});

describe("a file with a refusal that is none is refused", async () => {
  const model = await trained();
  await fitRefusal(model, { known, strangers: strangers(1), validation, units: 4, rng: new Rng(5) });
  const { tensors, metadata } = decodeSafetensors(saveModel(model));
  const load = (change: Record<string, string>) => () =>
    loadModel(engine, encodeSafetensors({ tensors, metadata: { ...metadata, ...change } }));

  test.each([
    ["more units than weights", '{"units":5,"threshold":0}', "tensor refusal.0.weight does not fit"],
    ["far more", '{"units":1000000000,"threshold":0}', "refusal"],
    ["no units", '{"units":0,"threshold":0}', "units cannot be 0"],
    ["no threshold", '{"units":4,"threshold":null}', 'metadata\'s "refusal" is not what it should be'],
    ["none at all", "null", "tensors that the architecture does not"],
  ])("%s", (_, refusal, message) => {
    expect(load({ refusal })).toThrow(message);
  });
});
