// The same seed gives the same weights, to the last bit, however many threads share the work.
import { expect, test } from "vitest";
import {
  AUGMENTED_SIMD_HASH,
  augmentedHash,
  PICTURES_SIMD_HASH,
  picturesHash,
  SIMD_HASH,
  trainedHash,
} from "./determinism.ts";

test.each([1, 2, 4])("with %i threads in Node", async (threads) => {
  const result = await trainedHash({ threads, module: "simd" });
  expect(result).toMatchObject({ threads, module: "simd", hash: SIMD_HASH });
  expect(result.accuracy).toBeGreaterThan(0.8); // it did learn: the hash is not one of numbers that stood still
});

test.each([1, 2, 4])("a network that sees pictures, with %i threads in Node", async (threads) => {
  const result = await picturesHash({ threads, module: "simd" });
  expect(result).toMatchObject({ threads, module: "simd", hash: PICTURES_SIMD_HASH });
  expect(result.accuracy).toBeGreaterThan(0.5);
});

test.each([1, 2, 4])("pictures changed in every way, with %i threads in Node", async (threads) => {
  const result = await augmentedHash({ threads, module: "simd" });
  expect(result).toMatchObject({ threads, module: "simd", hash: AUGMENTED_SIMD_HASH });
  expect(result.accuracy).toBeGreaterThan(0.2); // patterns so changed are hard to know; a tenth would be chance
});
