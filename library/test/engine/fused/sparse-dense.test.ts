/** The fused sparse layer against finite differences, and against the dense layer that it stands for. */
import { sizeOf } from "#base";
import { add, createEngine, matmul, relu as reluOf } from "#engine";
import type { Engine, Tensor, View } from "#engine";
import { describe, expect, test } from "vitest";
import { sparseDenseOp } from "../../../src/engine/fused/sparse-dense.ts";
import { apply } from "../../../src/engine/apply.ts";
import { gradientError } from "../../gradients.ts";

const ROWS = 5;
const COLUMNS = 13;

/** Numbers of both signs, of which a third are not 0. */
const sparse = (length: number) => Array.from({ length }, (_, i) => ((i * 7) % 3 === 0 ? Math.sin(1 + i) : 0));
const dense = (length: number) => Array.from({ length }, (_, i) => Math.cos(1 + 2 * i));

/** x as lists. */
function listsOf(x: number[], rows: number, columns: number): [number[], number[], number[]] {
  const positions = x.map(() => NaN);
  const values = x.map(() => NaN);
  const counts = Array.from({ length: rows }, () => 0);
  for (const [at, value] of x.entries()) {
    if (value === 0) continue;
    const row = Math.floor(at / columns);
    const to = row * columns + counts[row]++;
    positions[to] = at % columns;
    values[to] = value;
  }
  return [positions, values, counts];
}

describe("sparseDense", () => {
  test.each([
    { relu: true, bias: true },
    { relu: false, bias: true },
    { relu: false, bias: false },
  ])("has the slope that it claims: %o", async ({ relu, bias }) => {
    const [positions, values, counts] = listsOf(sparse(ROWS * COLUMNS), ROWS, COLUMNS);
    const { error, place } = await gradientError({
      op: sparseDenseOp,
      inputs: [
        { shape: [ROWS, COLUMNS], values: positions },
        { shape: [ROWS, COLUMNS], values },
        { shape: [ROWS], values: counts },
        [COLUMNS, 3],
        ...(bias ? [[3]] : []),
      ],
      settings: { relu },
      constants: [0, 1, 2],
    });
    expect(error, place).toBeLessThan(1e-7);
  });

  const run = async (engine: Engine, [rows, columns, units]: number[], relu: boolean) => {
    const x = sparse(rows * columns);
    const [positions, values, counts] = listsOf(x, rows, columns);
    return engine.step(() => {
      const answers = [true, false].map((fused) => {
        const weight = engine.parameter(dense(columns * units), [columns, units]);
        const bias = engine.parameter(dense(units), [units]);
        let y: Tensor;
        if (fused) {
          const lists = [
            engine.tensor(positions, [rows, columns]),
            engine.tensor(values, [rows, columns]),
            engine.tensor(counts, [rows]),
          ];
          y = apply(sparseDenseOp, [...lists, weight, bias], { relu });
        } else {
          const z: Tensor = add(matmul(engine.tensor(x, [rows, columns]) as Tensor, weight as Tensor), bias as Tensor);
          y = relu ? reluOf(z) : z;
        }
        const output = [...y.data];
        y.backward(engine.tensor(dense(rows * units), [rows, units]));
        return [output, [...(weight.grad as Tensor).data], [...(bias.grad as Tensor).data]];
      });
      return answers;
    });
  };

  test("is the dense layer, on reference kernels in f64", async () => {
    const engine = await createEngine({ kernels: "reference", precision: "f64" });
    for (const relu of [true, false]) {
      const [fused, separate] = await run(engine, [ROWS, COLUMNS, 7], relu);
      for (const [part, numbers] of fused.entries())
        for (const [at, value] of numbers.entries()) expect(value).toBeCloseTo(separate[part][at], 12);
    }
  });

  test("is the dense layer bit by bit, on fast kernels, where sums are one chain", async () => {
    const engine = await createEngine({ threads: 1 });
    for (const relu of [true, false])
      for (const shape of [
        [ROWS, COLUMNS, 7],
        [40, 100, 33],
        [300, 20, 36], // more samples than a block has: the gradient's sums are cut alike
        [3, 784, 10], // up to four rows
      ]) {
        const [fused, separate] = await run(engine, shape, relu);
        expect(fused.slice(0, -1)).toEqual(separate.slice(0, -1));
        const [dbias, want] = [fused, separate].map((parts) => parts[parts.length - 1]);
        for (const [at, value] of dbias.entries()) expect(value).toBeCloseTo(want[at], 4); // summed by slices of the batch
      }
    engine.close();
  });

  test("writes fresh gradients and adds to others", async () => {
    const engine = await createEngine({ kernels: "reference", precision: "f64" });
    const view = (shape: number[], values: number[]): View => ({ shape, data: Float64Array.from(values) });
    const lists = listsOf(sparse(ROWS * COLUMNS), ROWS, COLUMNS);
    const inputs = [
      ...[[ROWS, COLUMNS], [ROWS, COLUMNS], [ROWS]].map((shape, index) => view(shape, lists[index])),
      view([COLUMNS, 3], dense(3 * COLUMNS)),
      view([3], dense(3)),
    ];
    const y = view([ROWS, 3], Array<number>(3 * ROWS).fill(NaN));
    sparseDenseOp.forward(engine.kernels, inputs, y, { relu: true }, [], []);
    const gradients = (fresh: boolean) => {
      const dxs = [
        null,
        null,
        null,
        ...[[COLUMNS, 3], [3]].map((shape) => {
          const before = Array<number>(sizeOf(shape)).fill(fresh ? NaN : 1);
          return { ...view(shape, before), fresh };
        }),
      ];
      sparseDenseOp.backward(engine.kernels, inputs, y, view([ROWS, 3], dense(3 * ROWS)), dxs, { relu: true }, [], []);
      return dxs.slice(3).flatMap((dx) => [...(dx?.data ?? [])]);
    };
    const added = gradients(false);
    for (const [at, value] of gradients(true).entries()) expect(added[at]).toBeCloseTo(value + 1, 12);
  });

  test("refuses lists and weights that do not belong together", () => {
    const view = (shape: number[]): View => ({ shape, data: new Float64Array(0) });
    const inputs = [view([5, 13]), view([5, 13]), view([5]), view([12, 3]), view([3])];
    expect(() => sparseDenseOp.shape(inputs, { relu: true })).toThrow("lists, weight and bias do not belong together");
  });
});
