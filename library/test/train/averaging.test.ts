// Averages of the weights: what they are, who looks at them, and that a checkpoint keeps both.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { decodeSafetensors } from "#formats";
import type { LayerDescription } from "#nn";
import { evaluate, train } from "#train";
import type { TrainOptions } from "#train";
import { build, finish, numbersOf, parted, planes } from "./tasks.ts";

const layers: LayerDescription[] = [
  { type: "dense", units: 6, bias: false },
  { type: "batchNorm" },
  { type: "tanh" },
  { type: "dense", units: 2 },
];
const data = parted(planes(), 48);
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  data,
  batchSize: 12, // four steps an epoch
  epochs: 3,
  optimizer: { type: "sgd", learningRate: 0.2 },
  averaging: { decay: 0.3 },
  rng: new Rng(1),
  ...changes,
});
const exact = () => build(layers, { precision: "f64" });

/** The weights that learn, after each step of a training without averages. */
async function path(changes: Partial<TrainOptions> = {}) {
  const model = await exact();
  const steps: Map<string, number[]>[] = [numbersOf(model)];
  for await (const record of train(model, options({ averaging: undefined, reportEvery: 1, ...changes }))) {
    if (record.kind === "progress") steps.push(numbersOf(model));
  }
  return steps;
}

/** The average after so many steps, worked out from the path: young at first, then of the decay that was asked for. */
function averageOf(steps: Map<string, number[]>[], decay: number): Map<string, number[]> {
  const [start, ...rest] = steps;
  const average = new Map([...start].map(([name, values]) => [name, [...values]]));
  for (const [index, weights] of rest.entries()) {
    const step = index + 1;
    const kept = Math.min(decay, (1 + step) / (10 + step));
    for (const [name, values] of average) {
      weights.get(name)?.forEach((value, at) => (values[at] = kept * values[at] + (1 - kept) * value));
    }
  }
  return average;
}

function expectClose(got: ReadonlyMap<string, ArrayLike<number>>, want: Map<string, number[]>): void {
  for (const [name, values] of want) {
    values.forEach((value, index) => expect(got.get(name)?.[index], `${name}[${index}]`).toBeCloseTo(value, 6));
  }
}

test("at the end the model holds the average, statistics and all, as worked out by hand", async () => {
  const { model } = await finish(await exact(), options());
  expectClose(numbersOf(model), averageOf(await path(), 0.3));
  expect([...numbersOf(model).keys()]).toContain("1.mean");
});

test("learning goes on with the weights themselves: the path is the same", async () => {
  const model = await exact();
  const steps = [numbersOf(model)];
  for await (const record of train(model, options({ reportEvery: 1 }))) {
    if (record.kind === "progress") steps.push(numbersOf(model));
  }
  expect(steps).toEqual(await path());
});

test("validation looks at the averages, and leaves the weights as they were", async () => {
  const steps = await path();
  const judge = await exact();
  const model = await exact();
  for await (const record of train(model, options())) {
    if (record.kind !== "epoch") continue;
    const average = averageOf(steps.slice(0, record.step + 1), 0.3);
    for (const [name, tensor] of judge.tensors()) tensor.data.set(average.get(name) ?? []);
    expect(record.validationLoss).toBeCloseTo((await evaluate(judge, data.validation)).loss, 6);
    expect(numbersOf(model)).toEqual(steps[record.step]);
  }
});

test("with early stopping it ends with the best averages", async () => {
  const best = async (changes: Partial<TrainOptions>) => {
    const { epochs, model } = await finish(await exact(), options(changes));
    const losses = epochs.map(({ validationLoss }) => Number(validationLoss));
    return { model, epoch: losses.indexOf(Math.min(...losses)) + 1, epochs: epochs.length };
  };
  // a learning rate so large that it gets worse again
  const wild = { optimizer: { type: "sgd", learningRate: 1.2 }, epochs: 12 } as const;
  const { model, epoch, epochs } = await best({ ...wild, earlyStopping: { patience: 3 } });
  expect(epoch).toBeLessThan(epochs);
  expectClose(numbersOf(model), averageOf((await path(wild)).slice(0, 4 * epoch + 1), 0.3));
});

describe("a checkpoint", () => {
  test("has weights and averages in places of their own, before the end and after it", async () => {
    const steps = await path();
    const model = await exact();
    const training = train(model, options({ reportEvery: 1 }));
    for await (const record of training) {
      const { tensors } = decodeSafetensors(training.checkpoint());
      const numbers = new Map([...tensors].map(([name, { data: values }]) => [name, [...values]]));
      const averages = new Map(
        [...numbers]
          .filter(([name]) => name.startsWith("average."))
          .map(([name, values]) => [name.slice("average.".length), values]),
      );
      expect([...averages.keys()]).toEqual([...model.tensors()].map(([name]) => name));
      expectClose(averages, averageOf(steps.slice(0, record.step + 1), 0.3));
      expectClose(numbers, steps[record.step]);
    }
  });

  test("taken after the end changes nothing about the model", async () => {
    const { model } = await finish(await exact(), options()); // `finish` takes one
    expectClose(numbersOf(model), averageOf(await path(), 0.3));
  });

  test("resumes exactly, wherever it was taken", async () => {
    const whole = await finish(await exact(), options());
    for (const stopAfter of [1, 3, 4, 5, 11, 12]) {
      const first = await finish(await exact(), options({ stopAfter }));
      const model = await build(layers, { precision: "f64", seed: 77 });
      const second = await finish(model, options({ checkpoint: first.checkpoint }));
      expect(numbersOf(second.model), `after step ${stopAfter}`).toEqual(numbersOf(whole.model));
      expect(second.checkpoint).toEqual(whole.checkpoint);
    }
  });

  test("of a training without averages is refused", async () => {
    const { checkpoint } = await finish(await exact(), options({ averaging: undefined, stopAfter: 2 }));
    const model = await exact();
    expect(() => train(model, options({ checkpoint }))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: resume: the checkpoint belongs to a training with another averaging
        got   null
        want  {"decay":0.3}
        fix   resume with the settings that the run began with, or start a new run]
    `);
  });
});

test("a training that is stopped leaves the averages in the model", async () => {
  const { model } = await finish(await exact(), options({ stopAfter: 5 }));
  expectClose(numbersOf(model), averageOf((await path()).slice(0, 6), 0.3));
});
