// Same seed, same bits: for any number of threads, and the very hash that Chromium must get too.
import { expect, test } from "vitest";
import { EXPECTED_HASH, trainedHash } from "./determinism.ts";

test.each([1, 2, 4, 2])("%d threads in Node", async (threads) => {
  expect(await trainedHash(threads)).toBe(EXPECTED_HASH);
});
