// Programs: noted calls do what calls do, in order, as often as they are run.
import { afterAll, describe, expect, test } from "vitest";
import { createFastBackend, createReferenceBackend, flopsOf, reference } from "#kernels";
import type { Backend, Floats, Kernels } from "#kernels";
import { platform } from "#platform";

const backends: Record<string, Backend> = {
  "the reference backend, f64": createReferenceBackend({ precision: "f64" }),
  "the reference backend, f32": createReferenceBackend({ precision: "f32" }),
};
for (const threads of [1, 2, 4]) {
  backends[`the fast backend, ${threads} threads`] = await createFastBackend(platform, { threads, module: "simd" });
}
afterAll(() => Object.values(backends).forEach((backend) => backend.close()));

const M = 65;
const K = 40;
const N = 70;

/** A small network's step on arrays of its own: products large enough to be shared, a scalar sum, an update. */
function step(backend: Backend): { arrays: Floats[]; body: (kernels: Kernels) => void } {
  const [x, weight, y, active, dweight, norm] = [M * K, K * N, M * N, M * N, K * N, 1].map((length) =>
    backend.allocate(length),
  );
  x.forEach((_, i) => (x[i] = ((i * 7) % 13) / 13 - 0.5));
  weight.forEach((_, i) => (weight[i] = ((i * 5) % 11) / 11 - 0.5));
  const body = (kernels: Kernels) => {
    kernels.fill(y, 0);
    kernels.matmul(x, weight, y, M, K, N, 0);
    kernels.relu(y, active);
    kernels.fill(dweight, 0);
    kernels.matmulTransposeA(x, active, dweight, K, M, N, 0);
    kernels.squaredNorm(dweight, norm);
    kernels.clipNorm(dweight, norm, 1);
    kernels.sgd(weight, dweight, 0.1, 0);
  };
  return { arrays: [x, weight, y, active, dweight, norm], body };
}

describe.each(Object.keys(backends))("%s", (name) => {
  const backend = backends[name];

  test("noting computes nothing", () => {
    const { arrays, body } = step(backend);
    const before = arrays.map((array) => array.slice());
    backend.record(body);
    expect(arrays).toEqual(before);
  });

  test("noted calls do what the calls do, again and again", () => {
    const direct = step(backend);
    const noted = step(backend);
    const calls = backend.record(noted.body);
    for (let round = 0; round < 5; round++) {
      direct.body(backend.kernels);
      backend.run(calls);
      expect(noted.arrays).toEqual(direct.arrays);
    }
  });

  test("some of the calls may be run, and none", () => {
    const { arrays, body } = step(backend);
    const calls = backend.record(body);
    backend.run([]);
    backend.run(calls.slice(0, 3));
    expect(arrays[3].some((value) => value > 0)).toBe(true);
    expect(arrays[5][0]).toBe(0);
  });

  test("a call says what it is, what it touches and how much it computes", () => {
    const { arrays, body } = step(backend);
    const [, product, relu] = backend.record(body);
    const [x, weight, y] = arrays;
    expect(product.name).toBe("matmul");
    expect(flopsOf(product)).toBe(2 * M * K * N);
    expect(product.bytes).toBe(x.byteLength + weight.byteLength + y.byteLength);
    expect(product.arguments.slice(0, 3)).toEqual([x, weight, y]);
    expect(relu).toMatchObject({ name: "relu", bytes: 2 * y.byteLength });
    expect(flopsOf(relu)).toBe(M * N);
    const [twice] = backend.record((kernels) => kernels.sgd(x, x, 0.1, 0));
    expect(twice.bytes).toBe(x.byteLength); // one array in two places counts once
  });
});

describe("what a call computes", () => {
  const windows = {
    ...{ batch: 2, height: 6, width: 6, channels: 3, outHeight: 4, outWidth: 4 },
    ...{ windowHeight: 3, windowWidth: 3, strideY: 1, strideX: 1, top: 0, left: 0 },
  };
  const x = new Float32Array(2 * 6 * 6 * 3);
  const weight = new Float32Array(3 * 3 * 3 * 5);
  const y = new Float32Array(2 * 4 * 4 * 5);
  const flops = (body: (kernels: Kernels) => void) => flopsOf(backends["the reference backend, f32"].record(body)[0]);

  test("of a convolution is 2 · output pixels · taps · channels · filters, in all three directions", () => {
    const want = 2 * (2 * 4 * 4) * 9 * 3 * 5;
    expect(flops((kernels) => kernels.conv2d(x, weight, y, windows, 5, 0))).toBe(want);
    expect(flops((kernels) => kernels.conv2dBackwardInput(weight, y, x, windows, 5, 0))).toBe(want);
    expect(flops((kernels) => kernels.conv2dBackwardWeight(x, y, weight, windows, 5, 0))).toBe(want);
  });

  test("is nothing when numbers are only moved", () => {
    expect(flops((kernels) => kernels.copy(x, x))).toBe(0);
  });

  test("is counted for every kernel but those that only move numbers", () => {
    const moving = ["copy", "eraseImages", "fill", "gather", "packNonZeros", "permute", "place", "shiftImages"];
    // numbers that pass for any argument: an array, windows, and a length
    const anything = Object.assign(new Float32Array(4), windows);
    const uncounted = Object.keys(reference).filter((name) => {
      const call = (kernels: Kernels) =>
        (kernels[name as keyof Kernels] as (...given: unknown[]) => void)(
          ...Array.from({ length: 12 }, () => anything),
        );
      return flops(call) === 0;
    });
    expect(uncounted).toEqual(moving);
  });
});
