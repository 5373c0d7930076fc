// `inkling info --plan`: what the machine does in a step, of a recipe that nobody has trained yet.
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { inkling } from "./command.ts";

const run = (...words: string[]) => inkling(words, { cwd: tmpdir() });

interface Entry {
  phase: string;
  name: string;
  output: number[];
  calls: { name: string; flops: number; bytes: number }[];
  milliseconds: number;
}

describe("info --plan", () => {
  it("lists the calls of a recipe with shapes, arithmetic, memory and times", async () => {
    const { code, stdout } = await run("info", "keras-convnet", "--plan", "--json", "--threads", "1");
    expect(code).toBe(0);
    const { kind, plans } = JSON.parse(stdout) as {
      kind: string;
      plans: {
        batchSize: number;
        training: { entries: Entry[]; arenaBytes: number };
        prediction: { entries: Entry[] };
      };
    };
    expect([kind, plans.batchSize]).toEqual(["recipe", 128]);
    const { entries, arenaBytes } = plans.training;
    expect(arenaBytes).toBeGreaterThan(128 * 13 * 13 * 32 * 4);
    const [, convolution] = entries.filter(({ name }) => name === "convolutionPool");
    expect(convolution).toMatchObject({ phase: "forward", output: [128, 5, 5, 64] });
    expect(convolution.calls.map(({ name }) => name)).toEqual(["winogradWeights", "winogradPool"]);
    expect(entries.at(-1)).toMatchObject({ phase: "update", name: "update" });
    expect(entries.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
    expect(plans.prediction.entries.map(({ phase }) => phase)).not.toContain("backward");
  });

  it("draws both plans as tables, of what has room in 80 columns", async () => {
    const { code, stdout } = await run("info", "mlp-plain", "--plan", "--threads", "1");
    expect(code).toBe(0);
    expect(stdout).toMatch(/a step of training, 64 samples\n.*phase +operation +shapes +MFLOP +µs\n/);
    expect(stdout).toMatch(/forward +packPixels +64 → 64×784 +0\.050/);
    expect(stdout).toMatch(/sparseDense +64×784 64×784 64 784×128 128 → 64×128/);
    expect(stdout).toMatch(/the prediction of one sample\n/);
    expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(stdout).toMatch(/arena: \d/);
    expect(stdout).toMatch(/medians of \d+ runs on made-up samples, each call by itself; 1 thread, /);
  });

  it("without it nothing is measured", async () => {
    const { stdout } = await run("info", "mlp-plain", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ kind: "recipe", plans: null });
  });
});
