// Chromium computes the very bits that Node computes; in its relaxed build, others, but again the same for all threads.
import { expect, test } from "vitest";
import {
  AUGMENTED_SIMD_HASH,
  augmentedHash,
  PICTURES_SIMD_HASH,
  picturesHash,
  SIMD_HASH,
  trainedHash,
} from "./determinism.ts";

test("threads run: the page is cross-origin isolated", () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
});

test.each([1, 2])("with %i threads in Chromium", async (threads) => {
  expect(await trainedHash({ threads, module: "simd" })).toMatchObject({ threads, module: "simd", hash: SIMD_HASH });
});

test("a network that sees pictures, in Chromium", async () => {
  expect(await picturesHash({ threads: 2, module: "simd" })).toMatchObject({ threads: 2, hash: PICTURES_SIMD_HASH });
});

test("pictures changed in every way, in Chromium", async () => {
  expect(await augmentedHash({ threads: 2, module: "simd" })).toMatchObject({ threads: 2, hash: AUGMENTED_SIMD_HASH });
});

test("the relaxed build gives the same weights for 1 and 2 threads", async () => {
  const [alone, shared] = [
    await trainedHash({ threads: 1, module: "relaxed-simd" }),
    await trainedHash({ threads: 2, module: "relaxed-simd" }),
  ];
  expect(alone.module).toMatch(/^relaxed-simd/);
  expect(shared.hash).toBe(alone.hash);
});
