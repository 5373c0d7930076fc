// Nobody frees anything, and memory stays as it is: steps end by themselves, and what was dropped is used again.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryError, Rng } from "#base";
import { add, createEngine, crossEntropy } from "#engine";
import type { Engine, Tensor } from "#engine";
import { buildModel } from "#nn";
import type { Model } from "#nn";
import { Optimizer } from "#optim";

const MEBIBYTE = 2 ** 20;
const layers = [
  { type: "dense", units: 8 },
  { type: "batchNorm" },
  { type: "relu" },
  { type: "dense", units: 3 },
] as const;
const rng = new Rng(1);
const inputs = Float32Array.from({ length: 8 * 6 }, () => rng.normal());
const labels = Float32Array.of(0, 1, 2, 0, 1, 2, 0, 1);

let engine: Engine;
let model: Model;
beforeEach(async () => {
  engine = await createEngine({ threads: 2 });
  model = buildModel(engine, { input: [6], layers }, { rng });
});
afterEach(() => engine.close());

/** Memory after some rounds, and after many more. */
function flat(rounds: number, round: () => void) {
  for (let warmUp = 0; warmUp < 20; warmUp++) round();
  const before = { ...engine.memory };
  for (let index = 0; index < rounds; index++) round();
  expect(engine.memory).toEqual(before);
}

describe("memory stays flat in a plain loop", () => {
  test("over 10,000 steps of training, which an optimizer's update ends", () => {
    const optimizer = new Optimizer(model.parameters, { type: "adamw", learningRate: 0.01 });
    let loss = Infinity;
    flat(10_000, () => {
      const result = crossEntropy(model.forward(inputs, { training: true }), labels);
      loss = result.item();
      result.backward();
      optimizer.update();
    });
    expect(loss).toBeLessThan(0.1);
  });

  test("over 10,000 predictions", () => {
    flat(10_000, () => model.predict(inputs));
  });

  test("over 10,000 steps of engine.step", () => {
    flat(10_000, () => engine.step(() => model.forward(inputs).toArray()));
  });

  test("over steps that fail", () => {
    flat(1000, () => {
      expect(() => engine.step(() => add(engine.zeros([100, 100]), engine.zeros([7] as number[])))).toThrow();
    });
  });
});

describe("code that never ends a step", () => {
  test("is told the three ways to end one", async () => {
    const small = await createEngine({ threads: 1, memoryLimit: 24 * MEBIBYTE });
    const x = small.lasting(0, [256, 1024]); // 1 MiB
    let made = 0;
    const forever = () => {
      for (;;) {
        add(x, x);
        made++;
      }
    };
    expect(forever).toThrow(MemoryError);
    expect(made).toBeGreaterThan(10);
    expect(forever).toThrow(/optimizer's update.*engine\.step.*model\.predict/s);
    try {
      add(x, x);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ askedBytes: MEBIBYTE, freeBytes: expect.any(Number) as number });
    }
    small.close();
  });

  test("goes on once the step has ended", async () => {
    const small = await createEngine({ threads: 1, memoryLimit: 24 * MEBIBYTE });
    const x = small.lasting(0, [256, 1024]);
    const many = () => Array.from({ length: 12 }, () => add(x, x));
    expect(() => [many(), many(), many()]).toThrow(MemoryError);
    small.endStep("the test ended it");
    for (let round = 0; round < 100; round++) expect(small.step(() => many().length)).toBe(12);
    small.close();
  });
});

describe("what lasts", () => {
  /** A turn of the event loop after a collection: only then does the engine hear of what nobody holds any more. */
  const collected = async () => {
    (globalThis.gc as () => void)();
    await new Promise((resolve) => setImmediate(resolve));
  };

  test("garbage collection can be asked for here", () => expect(globalThis.gc).toBeTypeOf("function"));

  test("1,000 models that were dropped leave memory as it was", async () => {
    const round = async () => {
      for (let index = 0; index < 50; index++) {
        const dropped = buildModel(engine, { input: [100], layers: [{ type: "dense", units: 100 }] }, { rng: null });
        dropped.predict(new Float32Array(100));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await collected();
    };
    await round();
    await round();
    const { total } = engine.memory;
    for (let rounds = 0; rounds < 20; rounds++) await round();
    expect(engine.memory.total).toBe(total);
    // fifty models are 2 MB; not all of the last ones need be gone yet
    expect(engine.memory.lasting).toBeLessThan(3 * 50 * 40_400);
  });

  test("models that are held keep their memory, and their numbers", async () => {
    const held: [Model, Float32Array][] = [];
    for (let index = 0; index < 50; index++) {
      const own = buildModel(engine, { input: [20], layers: [{ type: "dense", units: 20 }] }, { rng: new Rng(index) });
      buildModel(engine, { input: [20], layers: [{ type: "dense", units: 20 }] }, { rng: new Rng(1000 + index) });
      held.push([own, (own.parameters.get("0.weight") as Tensor).toArray() as Float32Array]);
      if (index % 10 === 9) await collected();
    }
    for (const [own, values] of held) expect(own.parameters.get("0.weight")?.data).toEqual(values);
    expect(engine.memory.lasting).toBeGreaterThan(50 * 20 * 21 * 4);
  });

  test("a model alone holds its layers' tensors, while only its predictions are asked for", async () => {
    const own = buildModel(engine, { input: [6], layers }, { rng: new Rng(5) });
    const before = own.predict(inputs);
    for (let index = 0; index < 20; index++) {
      await collected();
      engine.parameter(new Float32Array(64).fill(9), [64]); // would take the place of what was lost
    }
    expect(own.predict(inputs)).toEqual(before);
  });
});
