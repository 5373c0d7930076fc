/** `inkling reproduce` as a process: several seeds, what is kept of them, and what is not done twice. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { loadModel, createEngine, hashWeights } from "inkling";
import { describe, expect, it } from "vitest";
import { inkling, lastJson } from "./command.ts";
import { idxFiles, temporaryFolder, writeDigits } from "./digits.ts";

const cwd = temporaryFolder();
const data = writeDigits(join(cwd, "digits"), idxFiles());
const quick = ["--data", data, "--validation", "100", "--set", "epochs=1", "--module", "simd"];
const run = (...words: string[]) => inkling(["reproduce", "linear", ...quick, ...words], { cwd });
const linesOf = (folder: string) =>
  readFileSync(join(cwd, folder, "linear.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown> & { weights: string; basis: string; logitStep: number });

describe("reproduce", () => {
  it("trains each seed as `train` does, and says what came of all", async () => {
    const ended = await run("--seeds", "2", "--out", "kept", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const [first, second] = linesOf("kept");
    const accuracies = [first, second].map(({ testAccuracy }) => testAccuracy as number);
    expect(lastJson(ended)).toMatchObject({
      recipe: "linear",
      seeds: 2,
      parameters: 7850,
      trainingSamples: 500,
      testAccuracy: {
        mean: (accuracies[0] + accuracies[1]) / 2,
        minimum: Math.min(...accuracies),
        maximum: Math.max(...accuracies),
      },
    });
    expect(first).toMatchObject({ seed: 1, module: "simd", trainingSamples: 500, testSamples: 100, parameters: 7850 });
    const words = ["train", "linear", "--data", data, "--validation", "100", "--epochs", "1", "--module", "simd"];
    const alone = lastJson(await inkling([...words, "--seed", "2", "--json"], { cwd }));
    expect(second).toMatchObject({ weights: alone.weights, testAccuracy: alone.testAccuracy });
  });

  it("keeps what each network said: the vote and the accuracy can be computed from it", () => {
    const [first] = linesOf("kept");
    const bytes = new Int8Array(gunzipSync(readFileSync(join(cwd, "kept", "linear-1-simd.int8.gz"))));
    expect(bytes.length).toBe(1000 + 100);
    expect(Math.max(...bytes.subarray(0, 1000).map(Math.abs))).toBe(127);
    expect([...bytes.subarray(1000)]).toEqual(Array.from({ length: 100 }, (_, sample) => sample % 10));
    let right = 0;
    for (let sample = 0; sample < 100; sample++) {
      const row = bytes.subarray(sample * 10, sample * 10 + 10);
      if (row.indexOf(Math.max(...row)) === sample % 10) right++;
    }
    // a byte may make two close logits equal
    expect(Math.abs(right / 100 - (first.testAccuracy as number))).toBeLessThanOrEqual(0.01);
  });

  it("trains no seed twice, and goes on where it was broken off", async () => {
    const before = linesOf("kept");
    const ended = await run("--seeds", "3", "--out", "kept");
    expect(ended.code, ended.stderr).toBe(0);
    expect(linesOf("kept").slice(0, 2)).toEqual(before); // seconds and all
    expect(linesOf("kept").map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(ended.stdout).toMatch(/3 voting/);
  });

  it("trains anew what rests on another recipe, and says so", async () => {
    const before = linesOf("kept");
    const ended = await run("--seeds", "1", "--out", "kept", "--set", "optimizer.learningRate=0.1");
    expect(ended.stderr).toMatch(/3 results .* another recipe, other data or an older engine/);
    const after = linesOf("kept");
    expect(after[0].weights).not.toBe(before[0].weights);
    expect(after.slice(1)).toEqual(before.slice(1));
  });

  it("prints what is kept as a table, without the data", async () => {
    await run("--seeds", "2", "--out", "shown");
    const lines = linesOf("shown");
    const ended = await inkling(["reproduce", "--table", "--out", "shown"], { cwd });
    const mean = (lines.reduce((sum, line) => sum + (line.testAccuracy as number), 0) / 2) * 100;
    expect(ended.stdout.split("\n").length).toBe(4);
    expect(ended.stdout).toContain(`| \`linear\` | 7,850 | 500 | **${mean.toFixed(2)} %**`);
    expect(ended.stdout).toContain(lines[0].weights.slice(0, 15));
    const none = await inkling(["reproduce", "--table", "--out", "nowhere"], { cwd });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(await inkling(["reproduce"], { cwd })).toMatchObject({ code: 2, stdout: "" });
  });

  it("writes the network of seed 1 where it is told to", async () => {
    const ended = await run("--seeds", "1", "--out", "other", "--weights", "weights");
    expect(ended.code, ended.stderr).toBe(0);
    const engine = await createEngine({ threads: 1 });
    const model = loadModel(engine, readFileSync(join(cwd, "weights", "linear.safetensors")));
    expect(await hashWeights(model)).toBe(linesOf("other")[0].weights);
    expect(model.card.origin?.weights).toBe(linesOf("other")[0].weights);
    engine.close();

    // seconds and all: the network that is there is not trained again
    const [before] = linesOf("other");
    const again = await run("--seeds", "1", "--out", "other", "--weights", "weights");
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).not.toMatch(/epoch/);
    expect(linesOf("other")).toEqual([before]);
    // a file that is not that network is made anew
    writeFileSync(join(cwd, "weights", "linear.safetensors"), "something else");
    const anew = await run("--seeds", "1", "--out", "other", "--weights", "weights");
    expect(anew.stderr).toMatch(/epoch 1 of 1/);
    expect(readFileSync(join(cwd, "weights", "linear.safetensors")).length).toBeGreaterThan(4 * 7850);
  });

  it("refuses a recipe that is not for digits, and a file of results that is none", async () => {
    const table = await inkling(["reproduce", "table", "--data", data], { cwd });
    expect(table).toMatchObject({ code: 2, stdout: "" });
    expect(table.stderr).toMatch(/not one for pictures/);
    writeFileSync(join(cwd, "linear.jsonl"), '{"seed": 1}\n');
    const broken = await run("--out", ".");
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/line 1 of .*linear\.jsonl is not the result of a seed/);
    expect(readFileSync(join(cwd, "linear.jsonl"), "utf8")).toBe('{"seed": 1}\n');
  });

  it("leaves nothing half done when it is stopped", async () => {
    const words = ["reproduce", "mlp", ...quick.slice(0, 4), "--set", "epochs=1000", "--out", "stopped"];
    let pressed = false;
    const ended = await inkling(words, {
      cwd,
      watch(child, text) {
        if (pressed || !text().includes("epoch 2 of 1000")) return;
        pressed = true;
        child.kill("SIGINT");
      },
    });
    expect(ended.code).toBe(130);
    expect(ended.stderr).toMatch(/the same command goes on/);
    expect(existsSync(join(cwd, "stopped", "mlp.jsonl"))).toBe(false);
  }, 60_000);
});
