/** The works of bench/: each can be loaded in a fresh build, and says what it is. How long they take is not asked here. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";

const works = new URL("../../bench/works/", import.meta.url);

test.each(readdirSync(works))("%s", async (file) => {
  const work = (await import(new URL(file, works).href)) as Record<string, unknown>;
  expect(work).toMatchObject({ title: expect.any(String), run: expect.any(Function), format: expect.any(Function) });
});
