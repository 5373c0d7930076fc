// The layers of a recipe over other samples.
import { describe, expect, test } from "vitest";
import { createEngine } from "#engine";
import { buildModel, fitArchitecture } from "#nn";
import type { Architecture } from "#nn";

const engine = await createEngine({ kernels: "reference" });
const digits: Architecture = {
  input: [28, 28, 1],
  layers: [
    { type: "flatten" },
    { type: "dense", units: 32, bias: false },
    { type: "batchNorm" },
    { type: "dense", units: 10 },
  ],
};

describe("an architecture fitted to other samples", () => {
  test("has their shape and as many outputs as asked, and is the same in between", () => {
    const fitted = fitArchitecture(digits, { input: [12, 9, 3], outputs: 4 });
    expect(fitted).toEqual({ input: [12, 9, 3], layers: [...digits.layers.slice(0, 3), { type: "dense", units: 4 }] });
    expect(buildModel(engine, fitted, { rng: null }).outputShape).toEqual([4]);
  });

  test("leaves the one that it was made from as it is", () => {
    const before = structuredClone(digits);
    fitArchitecture(digits, { input: [5], outputs: 1 });
    expect(digits).toEqual(before);
  });

  test("has its new units ahead of an activation at the end", () => {
    const layers = [{ type: "dense", units: 7 }, { type: "dropout", rate: 0.1 }, { type: "softmax" }] as const;
    expect(fitArchitecture({ input: [2], layers }, { input: [3], outputs: 5 }).layers[0]).toEqual({
      type: "dense",
      units: 5,
    });
  });

  test("must have a dense layer at its end", () => {
    const fit = (layers: Architecture["layers"]) => () =>
      fitArchitecture({ input: [4], layers }, { input: [4], outputs: 2 });
    expect(fit([{ type: "dense", units: 3 }, { type: "batchNorm" }, { type: "relu" }]))
      .toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fitArchitecture: no dense layer stands at the end
        got   architecture.layers = ["dense","batchNorm","relu"]
        want  a dense layer that can be given 2 units, with nothing but activations behind it
        fix   add { "type": "dense", "units": 2 }]
    `);
    expect(fit([{ type: "relu" }])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fitArchitecture: no dense layer stands at the end
        got   architecture.layers = ["relu"]
        want  a dense layer that can be given 2 units, with nothing but activations behind it
        fix   add { "type": "dense", "units": 2 }]
    `);
  });
});
