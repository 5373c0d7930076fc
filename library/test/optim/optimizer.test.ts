// Update rules against steps worked out by hand; decay, clipping, and what is refused.
import { describe, expect, test } from "vitest";
import { InklingError, SettingError } from "#base";
import { createEngine, multiply, sum } from "#engine";
import type { Parameter } from "#engine";
import { clipGradients, Optimizer, optimizerTypes } from "#optim";
import type { OptimizerDescription } from "#optim";

const engine = await createEngine({ kernels: "reference", precision: "f64" });
const named = (...parameters: Parameter[]) => new Map(parameters.map((parameter, index) => [`${index}`, parameter]));

/** Where one weight, starting at 1, is after each of several steps with the gradient `slope`. */
function path(description: OptimizerDescription, slopes: number[]): number[] {
  const weight = engine.parameter([1], [1]);
  const optimizer = new Optimizer(named(weight), description);
  return slopes.map((slope) => {
    sum(multiply(weight, engine.tensor([slope], [1]))).backward();
    optimizer.update();
    return weight.data[0];
  });
}

const close = (got: number[], expected: number[]) =>
  expected.forEach((value, index) => expect(got[index]).toBeCloseTo(value, 12));

describe("update rules, by hand", () => {
  test("sgd: w − η·g", () => {
    close(path({ type: "sgd", learningRate: 0.1 }, [2, -1]), [0.8, 0.9]);
  });

  test("momentum: v = μ·v + g, w − η·v", () => {
    close(path({ type: "momentum", learningRate: 0.1, momentum: 0.5 }, [2, 2]), [0.8, 0.5]); // v = 2, 3
  });

  test("nesterov: w − η·(g + μ·v)", () => {
    close(path({ type: "nesterov", learningRate: 0.1, momentum: 0.5 }, [2, 2]), [0.7, 0.35]); // v = 2, 3; 2 + 1, 2 + 1.5
  });

  test("adam: the first step has the length η, whatever the gradient's size", () => {
    for (const slope of [1e-3, 1, 1e3]) {
      expect(path({ type: "adam", learningRate: 0.1, epsilon: 1e-12 }, [slope])[0]).toBeCloseTo(0.9, 6);
    }
  });

  test("adam: two steps", () => {
    const description = { type: "adam", learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1 } as const;
    // step 1: m̂ = 2 and v̂ = 4 whatever the betas; step 2: m̂ = m / (1 − 0.5²), v̂ = v / (1 − 0.75²)
    const m = 0.5 * 1 + 0.5 * 1; // 0.5·(0.5·2) + 0.5·1
    const v = 0.75 * 1 + 0.25 * 1; // 0.75·(0.25·4) + 0.25·1
    const first = 1 - (0.1 * 2) / 3;
    const second = first - (0.1 * (m / 0.75)) / (Math.sqrt(v / 0.4375) + 1);
    close(path(description, [2, 1]), [first, second]);
  });

  test("adamw: decays first, by η·λ of the weight, outside of the gradient", () => {
    const settings = { learningRate: 0.1, epsilon: 1e-12 };
    const [plain] = path({ type: "adam", ...settings }, [2]);
    const [decayed] = path({ type: "adamw", ...settings, weightDecay: 0.5 }, [2]);
    expect(plain - decayed).toBeCloseTo(0.1 * 0.5 * 1, 12);
  });

  test("adamw decays by 0.01 when nothing is said", () => {
    const [decayed] = path({ type: "adamw", learningRate: 0.1, epsilon: 1e-12 }, [2]);
    expect(decayed).toBeCloseTo(0.9 - 0.001, 9);
  });

  test("rmsProp: two steps, the velocity outside of the mean square", () => {
    const description = { type: "rmsProp", learningRate: 0.1, decay: 0.75, epsilon: 1, momentum: 0.5 } as const;
    // v = 0.25·4 = 1, then 0.75·1 + 0.25·1 = 1; u = 2 / (1 + 1) = 1, then 0.5·1 + 1 / (1 + 1) = 1
    close(path(description, [2, 1]), [0.9, 0.8]);
  });

  test("rmsProp: without momentum and with all defaults the first step has ten times the length η, whatever the gradient", () => {
    for (const slope of [1e-3, 1, 1e3]) {
      expect(path({ type: "rmsProp", learningRate: 0.01 }, [slope])[0]).toBeCloseTo(0.9, 4);
    }
  });

  test("sgd with decay: w·(1 − η·λ) − η·g", () => {
    close(path({ type: "sgd", learningRate: 0.1, weightDecay: 0.5 }, [2]), [0.95 - 0.2]);
  });
});

test("weights decay, biases do not", () => {
  const weight = engine.parameter([1], [1]);
  const bias = engine.parameter([1], [1], { decays: false });
  const zero = engine.lasting(0, [1]);
  for (const type of ["sgd", "momentum", "nesterov", "adamw", "rmsProp"] as const) {
    weight.data[0] = bias.data[0] = 1;
    const optimizer = new Optimizer(named(weight, bias), { type, learningRate: 0.5, weightDecay: 0.1 });
    sum(multiply(weight, multiply(bias, zero))).backward(); // both gradients are 0: what moves is decay
    optimizer.update();
    expect([weight.data[0], bias.data[0]]).toEqual([0.95, 1]);
  }
});

describe("an update", () => {
  test("ends the step and forgets the gradients", () => {
    const weight = engine.parameter([1], [1]);
    const optimizer = new Optimizer(named(weight), { type: "sgd", learningRate: 0.1 });
    const loss = sum(weight);
    loss.backward();
    optimizer.update();
    expect(loss.alive).toBe(false);
    expect(() => loss.item()).toThrow("an optimizer's update ended the step");
    expect(weight.grad).toBeNull();
    expect(optimizer.step).toBe(1);
  });

  test("takes this step's learning rate from a schedule", () => {
    const weight = engine.parameter([1], [1]);
    const optimizer = new Optimizer(named(weight), { type: "sgd", learningRate: 0.1 });
    sum(weight).backward();
    optimizer.update({ learningRate: 0.5 });
    expect(weight.data[0]).toBe(0.5);
  });

  test("leaves alone what had no part in the loss", () => {
    const [used, idle] = [engine.parameter([1], [1]), engine.parameter([1], [1])];
    const optimizer = new Optimizer(named(used, idle), { type: "adamw", learningRate: 0.1 });
    sum(used).backward();
    optimizer.update();
    expect(used.data[0]).not.toBe(1);
    expect(idle.data[0]).toBe(1);
  });

  test("does not use the gradient of a step that has ended", () => {
    const weight = engine.parameter([1], [1]);
    const optimizer = new Optimizer(named(weight), { type: "sgd", learningRate: 0.1 });
    engine.step(() => sum(weight).backward());
    expect(() => optimizer.update()).toThrowErrorMatchingInlineSnapshot(`
      [InklingError: optimizer.update: no parameter has a gradient
        want  loss.backward() in the same step, before the update]
    `);
    expect(weight.data[0]).toBe(1);
  });
});

describe("what is refused", () => {
  const weight = engine.parameter([1], [1]);
  const create = (description: object) => () => new Optimizer(named(weight), description as OptimizerDescription);

  test("an unknown optimizer", () => {
    expect(create({ type: "adma", learningRate: 0.1 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: optimizer: nobody knows an optimizer "adma"
        got   optimizer.type = "adma"
        want  one of sgd, momentum, nesterov, adam, adamw, rmsProp]
    `);
  });

  test("a learning rate that is no number", () => {
    expect(create({ type: "sgd", learningRate: Number.NaN })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: sgd: learningRate cannot be NaN
        got   learningRate = NaN
        want  a number above 0]
    `);
  });

  test.each(optimizerTypes.flatMap((type) => [-0.1, 0, Infinity, undefined].map((rate) => [type, rate] as const)))(
    "%s with a learning rate of %s",
    (type, learningRate) => expect(create({ type, learningRate })).toThrow(SettingError),
  );

  test.each([
    { type: "sgd", learningRate: 0.1, momentum: 0.9 },
    { type: "momentum", learningRate: 0.1, momentum: 1 },
    { type: "adam", learningRate: 0.1, weightDecay: 0.1 },
    { type: "adamw", learningRate: 0.1, weightDecay: -1 },
    { type: "adamw", learningRate: 0.1, beta1: 1 },
    { type: "adam", learningRate: 0.1, epsilon: 0 },
    { type: "rmsProp", learningRate: 0.1, decay: 1 },
    { type: "rmsProp", learningRate: 0.1, momentum: 1 },
    { type: "rmsProp", learningRate: 0.1, beta2: 0.9 },
    { type: "sgd", lr: 0.1 },
  ])("%j", (description) => {
    expect(create(description)).toThrow(SettingError);
  });
});

describe("clipping", () => {
  const gradients = (...values: number[]) =>
    values.map((value) => {
      const parameter = engine.parameter([1], [1]);
      sum(multiply(parameter, engine.tensor([value], [1]))).backward();
      return parameter;
    });
  const read = (parameters: Parameter[]) => parameters.map(({ grad }) => grad?.item());

  test("shortens all gradients together to the limit and keeps their direction", () => {
    const parameters = gradients(3, 4);
    expect(clipGradients(parameters, 1)?.item()).toBe(25); // the square of the length before
    const [a, b] = read(parameters) as number[];
    expect(a).toBeCloseTo(0.6, 12);
    expect(b).toBeCloseTo(0.8, 12);
  });

  test("leaves short ones as they are", () => {
    const parameters = gradients(3, 4);
    clipGradients(parameters, 5.001);
    expect(read(parameters)).toEqual([3, 4]);
  });

  test("without gradients does nothing", () => {
    expect(clipGradients([engine.parameter([1], [1])], 1)).toBeNull();
  });

  test("passes over the gradients of a step that has ended", () => {
    const old = engine.step(() => gradients(100))[0];
    const parameters = [old, ...gradients(3, 4)];
    expect(clipGradients(parameters, 1)?.item()).toBe(25);
  });

  test.each([0, -1, Number.NaN, Infinity])("refuses a limit of %s", (limit) => {
    expect(() => clipGradients([], limit)).toThrow(InklingError);
  });
});
