/** Networks that come with Inkling, by their names wherever a model is asked for, and the ensemble. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildModel, createEngine, Rng, saveModel } from "inkling";
import { describe, expect, it } from "vitest";
import { inkling, lastJson } from "./command.ts";
import { idxFiles, temporaryFolder, writeDigits } from "./digits.ts";

const cwd = temporaryFolder();
const run = (...words: string[]) => inkling(words, { cwd });
/** A seven, and a zero, as a pen may leave them. */
const seven = [[0, 0, 60, 0, 20, 100]];
const zero = [[30, 0, 8, 20, 0, 55, 10, 92, 30, 100, 52, 88, 60, 50, 52, 12, 30, 0]];
const file = join(cwd, "mine.jsonl");
writeFileSync(file, [[7, seven] as const, [0, zero] as const].map(lineOf).join(""));

function lineOf([label, strokes]: readonly [number, number[][]]): string {
  return `${JSON.stringify({ label, strokes })}\n`;
}

describe("where nothing has been trained", () => {
  it("predict and evaluate ask cnn, and say so", async () => {
    const predicted = await run("predict", "--strokes", "mine.jsonl", "--json");
    expect(predicted.code, predicted.stderr).toBe(0);
    expect(predicted.stderr).toMatch(/model: cnn, which comes with Inkling/);
    const { predictions } = lastJson(predicted) as { predictions: object[] };
    expect(predictions).toMatchObject([
      { label: "7", rejected: false },
      { label: "0", rejected: false },
    ]);
    const judged = await run("evaluate", "--strokes", "mine.jsonl", "--json");
    expect(judged.stderr).toMatch(/model: cnn, which comes with Inkling/);
    expect(lastJson(judged)).toMatchObject({ samples: 2, accuracy: 1, rejected: 0 });
  });
});

describe("--model NAME", () => {
  it("takes the network of this name, or several that vote", async () => {
    for (const model of [["tiny"], ["mlp"], ["mlp", "cnn", "tiny"]]) {
      const words = model.flatMap((name) => ["--model", name]);
      const ended = await run("evaluate", "--strokes", "mine.jsonl", "--json", ...words);
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stderr).not.toMatch(/comes with/);
      expect(lastJson(ended)).toMatchObject({ samples: 2, accuracy: 1 });
    }
  });

  it("means what lies here by that name, if something does", async () => {
    const engine = await createEngine({ threads: 1 });
    const architecture = { input: [28, 28, 1], layers: [{ type: "flatten" }, { type: "dense", units: 10 }] } as const;
    mkdirSync(join(cwd, "mlp"));
    writeFileSync(
      join(cwd, "mlp", "model.safetensors"),
      saveModel(buildModel(engine, architecture, { rng: new Rng(1) })),
    );
    engine.close();
    const ended = await run("info", join("mlp", "model.safetensors"), "--json");
    expect(lastJson(ended)).toMatchObject({ kind: "model", parameters: 7850 });
    const judged = await run("evaluate", "--model", "mlp", "--strokes", "mine.jsonl");
    expect(judged.stdout).toContain(join("mlp", "model.safetensors"));
  });

  it("answers a name that nobody knows with those there are", async () => {
    const ended = await run("evaluate", "--model", "cmn");
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/there is nothing at cmn\n.*mlp, cnn, tiny/);
  });
});

describe("info", () => {
  it("says of a network that comes with Inkling what made it, and how far to trust it", async () => {
    const facts = lastJson(await run("info", "tiny", "--json"));
    expect(facts).toMatchObject({ kind: "shipped", seed: 1, parameters: 8642, origin: { module: "simd" } });
    expect(facts.temperature).not.toBe(1);
    expect((facts.origin as { weights: string }).weights).toBe(facts.weights);
    expect((facts.refusal as { units: number }).units).toBeGreaterThan(0);
    const { stdout } = await run("info", "tiny");
    expect(stdout).toMatch(/shipped +tiny/);
    expect(stdout).toMatch(/calibrated +its logits are divided by \d\.\d{3}/);
    expect(stdout).toMatch(/refuses +what is no digit, by a head of \d+ units/);
    expect(stdout).toMatch(/made by +simd at commit [0-9a-f]{12}/);
  });
});

describe("the ensemble", () => {
  it("is listed, and refused by train, which makes one network", async () => {
    expect((await run("recipe")).stdout).toMatch(/^ensemble +five of `best`/m);
    expect(JSON.parse((await run("recipe", "ensemble")).stdout)).toMatchObject({
      member: "best",
      seeds: [1, 2, 3, 4, 5],
    });
    const ended = await run("train", "ensemble");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/5 networks of the recipe best that vote/);
    expect(ended.stderr).toMatch(/inkling reproduce ensemble/);
  });

  it("is reproduced member by member, and has a row of its own once all are there", async () => {
    const data = writeDigits(join(cwd, "digits"), idxFiles());
    const small = ["epochs=1", ...[0, 3, 7, 10, 13].map((layer) => `architecture.layers.${layer}.filters=2`)];
    const quick = ["--data", data, "--validation", "100", ...small.flatMap((value) => ["--set", value])];
    const ended = await run("reproduce", "ensemble", ...quick, "--out", "kept", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const { recipe, seeds, votingAccuracy } = lastJson(ended);
    expect({ recipe, seeds }).toEqual({ recipe: "ensemble", seeds: 5 });
    const table = (await run("reproduce", "--table", "--out", "kept")).stdout;
    expect(table).toMatch(/^\| `best` \|/m);
    const vote = `**${(100 * (votingAccuracy as number)).toFixed(2)} %** (the vote of 5 \`best\`)`;
    expect(table.split("\n").find((row) => row.startsWith("| `ensemble` |"))).toContain(vote);
  });
});
