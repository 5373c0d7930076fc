// An engine: steps, two of them side by side, and what it refuses.
import { describe, expect, test } from "vitest";
import { add, createEngine, multiply, sum } from "#engine";
import { MemoryError, SettingError } from "#base";

const engine = await createEngine({ kernels: "reference" });

describe("createEngine", () => {
  test("says what runs", async () => {
    expect(engine).toMatchObject({
      kernelsName: "reference",
      module: "javascript",
      precision: "f32",
      threads: 1,
      note: null,
    });
    const exact = await createEngine({ kernels: "reference", precision: "f64" });
    expect(exact.precision).toBe("f64");
    expect(exact.tensor([0.1], []).item()).toBe(0.1);
    expect(engine.tensor([0.1], []).item()).toBe(Math.fround(0.1));
  });

  test.each([
    [{ kernels: "quick" }],
    [{ threads: 0 }],
    [{ threads: 1.5 }],
    [{ threads: 17 }],
    [{ memoryLimit: -1 }],
    [{ memoryLimit: Number.NaN }],
    [{ module: "sse" }],
    [{ speed: "high" }],
    [{ kernels: "fast", precision: "f64" }],
  ])("refuses %j", async (options) => {
    await expect(createEngine(options as object)).rejects.toThrow(SettingError);
  });

  test("its refusals answer three questions", async () => {
    await expect(createEngine({ precision: "f64" })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SettingError: createEngine: the fast kernels work in f32 only
        got   precision = "f64"
        fix   ask for createEngine({ kernels: "reference", precision: "f64" })]
    `);
    await expect(createEngine({ thread: 2 } as object)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SettingError: createEngine: nobody knows a setting "thread"
        got   thread = 2
        want  only kernels, precision, threads, module, memoryLimit
        fix   did you mean threads?]
    `);
  });
});

describe("a step", () => {
  test("returns what its function returned", () => {
    expect(engine.step(() => sum(engine.tensor([1, 2, 3], [3])).item())).toBe(6);
  });

  test("may hold other steps, which end before it", () => {
    engine.step(() => {
      const outer = engine.tensor([1], []);
      const inner = engine.step(() => {
        const within = add(outer, outer);
        expect(within.item()).toBe(2);
        return within;
      });
      expect(inner.alive).toBe(false);
      expect(outer.alive).toBe(true);
      expect(add(outer, outer).item()).toBe(2);
    });
  });

  test("ends although its function throws, and the error goes on", () => {
    const before = engine.scope;
    let made = engine.tensor([0], []);
    const failing = () =>
      engine.step(() => {
        made = engine.tensor([1], []);
        throw new RangeError("of the user");
      });
    expect(failing).toThrow(RangeError);
    expect(made.alive).toBe(false);
    expect(engine.scope).toBe(before);
  });

  test("refuses an asynchronous function, whose end it cannot see", () => {
    expect(() => engine.step(async () => 1)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: engine.step: the step's function is asynchronous, so its end cannot be seen
        got   body = "async function"
        want  a function that returns when its work is done
        fix   await the data first, then compute inside engine.step]
    `);
  });

  test("endStep ends the innermost step that is open, and what follows is a new one", () => {
    engine.step(() => {
      const outer = engine.tensor([1], []);
      engine.step(() => {
        const inner = engine.tensor([2], []);
        engine.endStep("the test ended it");
        expect(inner.alive).toBe(false);
        expect(outer.alive).toBe(true);
        expect(() => inner.data).toThrow("the test ended it");
        expect(engine.tensor([3], []).item()).toBe(3);
      });
      expect(outer.item()).toBe(1);
    });
  });

  test("ends what was made in it after an update, too", () => {
    const made = engine.step(() => {
      engine.endStep("an optimizer's update ended the step");
      return add(engine.tensor([1], []), engine.tensor([2], []));
    });
    expect(made.alive).toBe(false);
    expect(() => made.data).toThrow("the function given to engine.step returned");
  });

  test("leaves parameters and lasting tensors alone", () => {
    const { weight, mean } = engine.step(() => ({
      weight: engine.parameter([1, 2], [2]),
      mean: engine.lasting([3], [1]),
    }));
    expect([...weight.data, ...mean.data]).toEqual([1, 2, 3]);
  });
});

describe("two engines", () => {
  test("work side by side, each with its own steps", async () => {
    const other = await createEngine({ kernels: "reference", precision: "f64" });
    const mine = engine.tensor([1], []);
    const theirs = other.tensor([2], []);
    other.endStep("the other's step ended");
    expect(mine.item()).toBe(1);
    expect(theirs.alive).toBe(false);
  });

  test("do not mix", async () => {
    const other = await createEngine({ kernels: "reference", precision: "f64" });
    expect(() => add(engine.tensor([1], []), other.tensor([2], []))).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: add: the inputs belong to different engines
        got   inputs = "reference and reference"
        want  tensors of one engine
        fix   copy one over: engine.tensor(other.toArray(), other.shape)]
    `);
  });

  test("exchange numbers by copies", async () => {
    const other = await createEngine({ kernels: "reference", precision: "f64" });
    const theirs = other.tensor([2], []);
    expect(multiply(engine.tensor(theirs.toArray(), theirs.shape), engine.tensor([3], [])).item()).toBe(6);
  });
});

test("a closed engine's tensors are gone, lasting ones too", async () => {
  const closed = await createEngine({ kernels: "reference" });
  const weight = closed.parameter([1], [1]);
  const given = closed.tensor([1], [1]);
  closed.close();
  closed.close();
  expect(closed.closed).toBe(true);
  expect(() => given.data).toThrow(MemoryError);
  expect(() => weight.data).toThrowErrorMatchingInlineSnapshot(`
    [MemoryError: Tensor: the numbers of this [1] tensor are gone: the engine was closed
      want  a tensor of an engine that is open
      fix   read .toArray() or .item() before engine.close()]
  `);
});
