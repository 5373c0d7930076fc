// Same seed, same bits: the page gets the hash that Node gets, with one thread and with several.
import { expect, test } from "vitest";
import { createEngine } from "#engine";
import { EXPECTED_HASH, trainedHash } from "./determinism.ts";

test.each([1, 2, 4])("%d threads in Chromium", async (threads) => {
  expect(await trainedHash(threads)).toBe(EXPECTED_HASH);
});

test("a page that is cross-origin isolated really runs the threads", async () => {
  expect(crossOriginIsolated).toBe(true);
  const engine = await createEngine({ threads: 2 });
  expect(engine).toMatchObject({ threads: 2, note: null });
  engine.close();
});
