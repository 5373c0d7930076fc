// A plan is the same step, recorded once: the same numbers as operation by operation, from fixed places.
import { PlanError, Rng } from "#base";
import {
  add,
  alike,
  apply,
  createEngine,
  crossEntropy,
  matmul,
  multiply,
  Plan,
  pixels,
  relu,
  reshape,
  sum,
} from "#engine";
import type { Engine, Op, Tensor } from "#engine";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { place } from "../../src/engine/plan/place.ts";

const numbers = (count: number, seed = 1) => {
  const rng = new Rng(seed);
  return Float32Array.from({ length: count }, () => rng.normal());
};

const engines: [string, () => Promise<Engine>][] = [
  ["on the reference kernels", () => createEngine({ kernels: "reference" })],
  ["on the fast kernels", () => createEngine({ threads: 2 })],
];

describe.each(engines)("a plan %s", (_name, create) => {
  test("computes what the operations compute, and the same gradients, step after step", async () => {
    const engine = await create();
    const weight = engine.parameter(numbers(6 * 5), [6, 5]);
    const bias = engine.parameter(numbers(5, 2), [5]);
    const pass = (x: Tensor, labels: Tensor) =>
      crossEntropy(add(multiply(matmul(x, weight), matmul(x, weight)), bias), labels);
    const { recording, result } = engine.record(() => {
      const x = engine.unplaced([3, 6]);
      const labels = engine.unplaced([3]);
      return { x, labels, loss: pass(x, labels) };
    });
    const gradients: Float32Array[] = [];
    const plan = new Plan(engine, recording, {
      loss: result.loss,
      outputs: [],
      update: (_kernels, found) =>
        [weight, bias].forEach((each) => gradients.push(found.get(each)?.data as Float32Array)),
    });
    for (const seed of [3, 4, 5]) {
      const [x, labels] = [numbers(18, seed), Float32Array.of(seed % 5, 1, 2)];
      result.x.data.set(x);
      result.labels.data.set(labels);
      gradients.length = 0;
      plan.forward();
      plan.backward();
      engine.step(() => {
        const loss = pass(engine.tensor(x, [3, 6]), engine.tensor(labels, [3]));
        loss.backward();
        expect(result.loss.item()).toBeCloseTo(loss.item(), 6);
        [weight, bias].forEach(({ grad }, index) => {
          expect([...gradients[index]]).toEqual([...(grad as Tensor).data].map((value) => expect.closeTo(value, 5)));
        });
      });
    }
    engine.close();
  });

  test("what follows a change of shape shares its gradient with what was there before", async () => {
    const engine = await create();
    const weight = engine.parameter(numbers(6), [6]);
    const { recording, result } = engine.record(() => {
      const square = reshape(weight, [2, 3]);
      return sum(add(multiply(square, square), reshape(multiply(weight, weight), [2, 3])));
    });
    let gradient: ArrayLike<number> = [];
    const update = (_: unknown, found: ReadonlyMap<Tensor, { data: ArrayLike<number> }>) =>
      (gradient = found.get(weight)?.data ?? []);
    const plan = new Plan(engine, recording, { loss: result, outputs: [], update });
    plan.forward();
    plan.backward();
    expect([...Array.from(gradient)]).toEqual([...weight.data].map((value) => expect.closeTo(4 * value, 5)));
    engine.close();
  });

  test("a product of a tensor with itself has both gradients", async () => {
    const engine = await create();
    const weight = engine.parameter(numbers(9), [3, 3]);
    const { recording, result } = engine.record(() => sum(matmul(weight, weight)));
    let gradient: ArrayLike<number> = [];
    const update = (_: unknown, found: ReadonlyMap<Tensor, { data: ArrayLike<number> }>) =>
      (gradient = found.get(weight)?.data ?? []);
    const plan = new Plan(engine, recording, { loss: result, outputs: [], update });
    plan.forward();
    plan.backward();
    engine.step(() => {
      sum(matmul(weight, weight)).backward();
      expect([...Array.from(gradient)]).toEqual(
        [...(weight.grad as Tensor).data].map((value) => expect.closeTo(value, 5)),
      );
    });
    engine.close();
  });

  test("zeros and pictures made along the way are constants of the plan", async () => {
    const engine = await create();
    const { recording, result } = engine.record(() => {
      const x = engine.unplaced([2]);
      const bytes = engine.pixels(Uint8Array.of(2, 4), [2], 0.5);
      return { x, y: relu(add(add(relu(x), engine.zeros([2])), bytes)) };
    });
    const plan = new Plan(engine, recording, { outputs: [result.y] });
    result.x.data.set([5, -5]);
    for (let run = 0; run < 3; run++) {
      plan.forward();
      expect([...result.y.data]).toEqual([6, 2]);
    }
    engine.close();
  });

  test("an output that is an input seen in another shape has a place", async () => {
    const engine = await create();
    const { recording, result } = engine.record(() => {
      const x = engine.unplaced([2, 2]);
      return { x, y: reshape(x, [4]) };
    });
    const plan = new Plan(engine, recording, { outputs: [result.y] });
    result.x.data.set([1, 2, 3, 4]);
    plan.forward();
    expect([...result.y.data]).toEqual([1, 2, 3, 4]);
    plan.release();
    expect(() => plan.forward()).toThrow(PlanError);
    engine.close();
  });

  test("an operation of the user's own runs in it as it stands", async () => {
    const engine = await create();
    const triple: Op = {
      name: "triple",
      shape: ([x]) => x.shape,
      forward: (kernels, [x], y) => kernels.accumulate(x.data, y.data, 3, [1, 1, 1, 4], [0, 0, 0, 1], [0, 0, 0, 1]),
      backward: (kernels, _x, _y, dy, [dx]) => {
        if (dx) kernels.accumulate(dy.data, dx.data, 3, [1, 1, 1, 4], [0, 0, 0, 1], [0, 0, 0, 1]);
      },
    };
    const { recording, result } = engine.record(() => {
      const x = engine.unplaced([4]);
      return { x, y: relu(apply(triple, [x])) };
    });
    const plan = new Plan(engine, recording, { outputs: [result.y] });
    for (const sign of [1, -1]) {
      result.x.data.set([1, -2, 3, -4].map((value) => sign * value));
      plan.forward();
      expect([...result.y.data]).toEqual(sign === 1 ? [3, 0, 9, 0] : [0, 6, 0, 12]);
    }
    engine.close();
  });
});

describe("what cannot be recorded", () => {
  test("is refused where numbers are asked for", async () => {
    const engine = await createEngine({ kernels: "reference" });
    const ask = () => engine.record(() => relu(engine.unplaced([2])).data);
    expect(ask).toThrow(PlanError);
    expect(ask).toThrow(/this \[2\] tensor is recorded and not computed/);
    expect(engine.recording).toBeNull();
  });

  test("is told by what it does at another step", async () => {
    const engine = await createEngine({ kernels: "reference" });
    let factor = 1;
    const at = () => engine.record(() => multiply(engine.unplaced([2]), engine.tensor([factor++], [1]))).recording;
    const scaled: Op<{ by: number }> = {
      name: "scaled",
      shape: ([x]) => x.shape,
      forward: () => undefined,
      backward: () => undefined,
    };
    const other = () => engine.record(() => apply(scaled, [engine.unplaced([2])], { by: factor++ })).recording;
    expect(alike(at(), engine.record(() => relu(engine.unplaced([2]))).recording)).toBe(false);
    expect(alike(other(), other())).toBe(false);
    const still = () => engine.record(() => apply(scaled, [engine.unplaced([2])], { by: 1 })).recording;
    expect(alike(still(), still())).toBe(true);
  });
});

test("bytes come in as numbers, picture by picture", async () => {
  const engine = await createEngine();
  const images = engine.lastingBytes(4);
  const samples = engine.lasting(0, [1]);
  const { recording, result } = engine.record(() => pixels(samples, { images, sample: [2], scale: 0.5 }));
  const plan = new Plan(engine, recording, { outputs: [result] });
  images.set([2, 0, 255, 1]);
  plan.forward();
  expect([...result.data]).toEqual([1, 0]);
  samples.data[0] = 1;
  plan.forward();
  expect([...result.data]).toEqual([127.5, 0.5]);
  engine.close();
});

test("a description says what is done, on which shapes, at what price", async () => {
  const engine = await createEngine();
  const weight = engine.parameter(numbers(12), [4, 3]);
  const { recording, result } = engine.record(() => sum(matmul(engine.unplaced([2, 4]), weight)));
  const plan = new Plan(engine, recording, { loss: result, outputs: [] });
  let time = 0;
  plan.measure(() => time++, 3);
  const { entries, arenaBytes } = plan.describe();
  const product = entries.find(({ name }) => name === "matmul");
  expect(product).toMatchObject({
    phase: "forward",
    inputs: [
      [2, 4],
      [4, 3],
    ],
    output: [2, 3],
    milliseconds: 1,
  });
  expect(product?.calls.map(({ name, flops }) => [name, flops])).toContainEqual(["matmul", 2 * 2 * 4 * 3]);
  expect(entries.map(({ phase }) => phase)).toEqual(expect.arrayContaining(["forward", "backward"]));
  expect(arenaBytes).toBeGreaterThan(4 * (8 + 6));
  engine.close();
});

test("two arrays whose lives overlap never share a place, and those whose do not may", () => {
  const tenant = fc.record({ length: fc.integer({ min: 1, max: 90 }), first: fc.nat(9), span: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(tenant, { maxLength: 12 }), (drawn) => {
      const tenants = drawn.map(({ length, first, span }) => ({ length, first, last: first + span }));
      const { offsets, length } = place(tenants);
      tenants.forEach((a, i) => {
        expect(offsets[i] % 16).toBe(0);
        expect(offsets[i] + a.length).toBeLessThanOrEqual(length);
        tenants.slice(0, i).forEach((b, j) => {
          if (a.first > b.last || b.first > a.last) return;
          expect(offsets[i] >= offsets[j] + b.length || offsets[j] >= offsets[i] + a.length).toBe(true);
        });
      });
    }),
  );
  const relay = place([
    { length: 32, first: 0, last: 1 },
    { length: 32, first: 1, last: 2 },
    { length: 32, first: 2, last: 3 },
  ]);
  expect(relay.length).toBe(64);
});

test("a plan that was released can do nothing any more, for its memory is another's", async () => {
  const engine = await createEngine({ threads: 1 });
  const weight = engine.parameter(numbers(4), [2, 2]);
  const { recording, result } = engine.record(() => sum(matmul(engine.tensor([1, 2, 3, 4], [2, 2]), weight)));
  const plan = new Plan(engine, recording, { loss: result, outputs: [] });
  plan.release();
  const others = Array.from({ length: 20 }, () => engine.lasting(7, [64]));
  for (const use of [
    () => plan.forward(),
    () => plan.backward(),
    () => plan.measure(() => 0, 1),
    () => plan.describe(),
  ]) {
    expect(use).toThrow(/the plan was released/);
  }
  expect(others.every(({ data }) => data.every((value) => value === 7))).toBe(true);
  engine.close();
});

describe("tensors that are gathered", () => {
  test("keep their numbers, lie in order, and stay as long as any of them is held", async () => {
    const engine = await createEngine({ threads: 1 });
    const given = [numbers(5), numbers(33, 2), numbers(1, 3)];
    const tensors = given.map((values) => engine.lasting(values, [values.length]));
    engine.gather([tensors[2], tensors[0], tensors[1]]);
    expect(tensors.map(({ data }) => [...data])).toEqual(given.map((values) => [...values]));
    const places = tensors.map(({ data }) => data.byteOffset);
    expect(places[0] - places[2]).toBe(64);
    expect(places[1] - places[0]).toBe(64);
    expect(new Set(tensors.map(({ data }) => data.buffer)).size).toBe(1);
    const [, held] = tensors.splice(0);
    for (let round = 0; round < 5; round++) {
      (globalThis as { gc?: () => void }).gc?.();
      await new Promise((resolve) => setTimeout(resolve, 5));
      engine.lasting(NaN, [64]);
    }
    expect([...held.data]).toEqual([...given[1]]);
    engine.close();
  });
});

test("an op by hand finds an empty memory, whatever lay there", async () => {
  const engine = await createEngine({ threads: 1 });
  const remembering: Op = {
    name: "remembering",
    callsKernels: true,
    shape: ([x]) => x.shape,
    memory: ([x]) => [x.shape],
    forward: (_kernels, [x], y, _settings, _saved, [memory]) =>
      y.data.forEach((_, index) => (y.data[index] = x.data[index] + memory.data[index])),
    backward() {},
  };
  const x = engine.parameter([1, 2, 3], [3]);
  for (let round = 0; round < 2; round++) {
    engine.step(() => {
      for (let filled = 0; filled < 4; filled++) engine.tensor(Array<number>(64).fill(5), [64]);
    });
    engine.step(() => expect([...apply(remembering, [x]).data]).toEqual([1, 2, 3]));
  }
  engine.close();
});
