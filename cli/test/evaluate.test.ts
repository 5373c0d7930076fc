/** `inkling evaluate`, `predict`, `info` and `recipe` as processes, on models trained once for all of them. */
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { inkling, lastJson } from "./command.ts";
import { idxFiles, pixelsOf, temporaryFolder, writeDigits } from "./digits.ts";

const cwd = temporaryFolder();
const data = writeDigits(join(cwd, "digits"), idxFiles());
const run = (...words: string[]) => inkling(words, { cwd });

beforeAll(async () => {
  const quick = ["--data", data, "--validation", "100", "--batch-size", "50", "--quiet"];
  // a recipe without random shifts: the patterns of these tests are told apart by their place
  const still = ["--set", "augmentation=[]", "--epochs", "6"];
  const first = await run("train", "mlp", ...quick, ...still);
  expect(first.code, first.stderr).toBe(0);
  await run("train", "linear", ...quick, "--epochs", "1");
  await run("train", "linear", ...quick, "--epochs", "1", "--refuse", "0", "--out", join("runs", "never"));
  await run("train", "linear", ...quick, "--steps", "3", "--seed", "9", "--out", join("runs", "without-model"));
  // the order of the runs is that of their models' times
  const later = new Date(Date.now() + 10_000);
  utimesSync(join(cwd, "runs", "mlp-1-1", "model.safetensors"), later, later);
}, 60_000);

interface EvaluationJson {
  samples: number;
  accuracy: number;
  wrong: number;
  interval: [number, number];
  confusion: number[][];
  perClass: object[];
  calibrationError: number;
  loss: number;
}

describe("evaluate", () => {
  it("prints one JSON object, and says on stderr which model it took: the newest", async () => {
    const ended = await run("evaluate", "--data", data, "--json");
    expect(ended.stderr).toBe(`model: ${join("runs", "mlp-1-1", "model.safetensors")}\n`);
    const result = lastJson(ended) as unknown as EvaluationJson;
    expect(Object.keys(result)).toEqual([
      "task",
      "samples",
      "accuracy",
      "wrong",
      "interval",
      "confusion",
      "perClass",
      "binary",
      "calibrationError",
      "uncalibratedError",
      "reliability",
      "loss",
      "refusal",
      "temperature",
    ]);
    expect(result.samples).toBe(100);
    expect(result.wrong).toBe(Math.round(100 * (1 - result.accuracy)));
    expect(result.confusion.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual(Array(10).fill(10));
    expect(result.confusion.reduce((sum, row, label) => sum + row[label], 0)).toBe(100 - result.wrong);
    expect(result.interval[0]).toBeLessThan(result.accuracy);
    expect(result.accuracy).toBeGreaterThan(0.9);
  });

  it("takes a folder or a file by --model, and only the two test files", async () => {
    const { "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels } = idxFiles();
    const files = { "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels };
    const only = writeDigits(join(cwd, "only"), files);
    const [folder, file] = await Promise.all([
      run("evaluate", "--json", "--data", only, "--model", join("runs", "linear-1-1")),
      run("evaluate", "--json", "--data", only, "--model", join("runs", "linear-1-1", "model.safetensors")),
    ]);
    expect(folder.stderr).toBe("");
    expect(folder.stdout).toBe(file.stdout);
  });

  it("agrees with what training said", async () => {
    const words = ["--data", data, "--validation", "100", "--epochs", "1", "--json", "--out", "judged"];
    const trained = await run("train", "linear", ...words);
    const judged = await run("evaluate", "--json", "--data", data, "--model", "judged");
    expect(lastJson(judged).accuracy).toBe(lastJson(trained).testAccuracy);
  });

  it("lets several models vote, and looks from several sides", async () => {
    const models = ["--model", join("runs", "mlp-1-1"), "--model", join("runs", "linear-1-1")];
    const [alone, both, views] = await Promise.all([
      run("evaluate", "--json", "--data", data, "--model", join("runs", "linear-1-1")),
      run("evaluate", "--json", "--data", data, ...models),
      run("evaluate", "--data", data, ...models, "--views", "5"),
    ]);
    expect(both.stderr).toBe("");
    expect(lastJson(both).samples).toBe(100);
    expect(lastJson(both).loss).not.toBe(lastJson(alone).loss);
    const name = (recipe: string) => join("runs", `${recipe}-1-1`, "model.safetensors");
    expect(views.stdout).toContain(`${name("mlp")} + ${name("linear")}`);
    expect(views.stdout).toMatch(/accuracy +\d+/);
  });

  it("shows a person the matrix, within 80 columns", async () => {
    const { stdout } = await run("evaluate", "--data", data);
    expect(stdout).toMatch(/accuracy +\d+\.\d\d % {3}95 % interval/);
    expect(stdout).toContain("100 digits of digits\n");
    expect(stdout).toMatch(/digit {3}read as\n +0 +1 +2 +3 +4 +5 +6 +7 +8 +9/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("names the run that has no model yet", async () => {
    const folder = join("runs", "half");
    mkdirSync(join(cwd, folder));
    writeFileSync(join(cwd, folder, "config.json"), readFileSync(join(cwd, "runs", "mlp-1-1", "config.json")));
    const ended = await run("evaluate", "--model", folder);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/has no model yet[^]*inkling train --resume runs.half/);
  });
});

interface PredictionsJson {
  classes: string[];
  predictions: {
    source: string;
    label: string;
    probability: number;
    probabilities: number[];
    rejected: boolean | null;
    reason: "blank" | "unknown" | null;
  }[];
}

describe("predict", () => {
  const grey = (pixels: Uint8Array) => sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });
  const seven = pixelsOf(7, 99);

  it("reads PNG, JPEG and WebP, large or small, dark or light, in the order given", async () => {
    const large = { width: 420, height: 420, kernel: "nearest" } as const;
    await grey(seven).png().toFile(join(cwd, "small.png"));
    await grey(seven).negate().resize(large).jpeg({ quality: 95 }).toFile(join(cwd, "photo.jpg"));
    await grey(pixelsOf(3, 99)).resize(large).webp({ lossless: true }).toFile(join(cwd, "other.webp"));
    const ended = await run("predict", "small.png", "photo.jpg", "other.webp", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const { classes, predictions } = lastJson(ended) as unknown as PredictionsJson;
    expect(classes).toEqual([..."0123456789"]);
    expect(predictions.map(({ source }) => source)).toEqual(["small.png", "photo.jpg", "other.webp"]);
    for (const { label, probability, probabilities, reason } of predictions) {
      expect(probabilities).toHaveLength(10);
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(probability).toBe(Math.max(...probabilities));
      expect(label).toBe(String(probabilities.indexOf(probability)));
      expect(reason).not.toBe("blank");
    }
    // the same digit on dark and on light paper, large and small, is prepared to the same picture
    expect(predictions[1].label).toBe(predictions[0].label);
  });

  it("shows the ten probabilities and what the network sees", async () => {
    await grey(seven).png().toFile(join(cwd, "seven.png"));
    const { stdout } = await run("predict", "seven.png");
    const lines = stdout.split("\n");
    expect(lines.filter((line) => /^ {2}.{28} {4}\d {2}.* +\d+\.\d %$/.test(line))).toHaveLength(10);
    expect(stdout).toContain("what the network sees");
    expect(stdout).toMatch(/[@%#*]{3}/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("refuses what is no digit, and says why", async () => {
    await sharp({ create: { width: 50, height: 50, channels: 3, background: "white" } })
      .png()
      .toFile(join(cwd, "paper.png"));
    const noise = Uint8Array.from({ length: 784 }, (_, pixel) => ((pixel * 7919) % 3 === 0 ? 255 : 0));
    await grey(noise).png().toFile(join(cwd, "noise.png"));
    await grey(seven).png().toFile(join(cwd, "seven.png"));
    const judge = async (...words: string[]) => {
      const ended = await run("predict", "--json", ...words);
      const { predictions } = lastJson(ended) as unknown as PredictionsJson;
      return predictions.map(({ rejected, reason }) => [rejected, reason]);
    };
    expect(await judge("paper.png")).toEqual([[true, "blank"]]);
    // as it is: what the preparation makes of a pattern all over the picture is another question
    const [other, digit] = await judge("noise.png", "seven.png", "--no-preparation");
    expect(other).toEqual([true, "unknown"]);
    expect(digit[1]).toBe(digit[0] === true ? "unknown" : null);
    expect(await judge("paper.png", "noise.png", "seven.png", "--model", join("runs", "never"))).toEqual([
      [true, "blank"],
      [null, null],
      [null, null],
    ]);
    const { stdout } = await run("predict", "noise.png", "--no-preparation");
    expect(stdout).toContain("nothing it knows");
    expect((await run("evaluate", "--data", data)).stdout).toMatch(/refused +\d+\.\d\d %/);
  });

  it("says that no ink stands out in a blank picture, and shows no digit", async () => {
    await sharp({ create: { width: 50, height: 50, channels: 3, background: "white" } })
      .png()
      .toFile(join(cwd, "blank.png"));
    const ended = await run("predict", "blank.png");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("no ink stands out from the paper");
    expect(ended.stdout).toBe("");
  });

  it.each([
    ["empty.png", () => new Uint8Array(), /empty.png is empty\n {2}got {3}0 bytes\n {2}want/],
    ["text.png", () => Buffer.from("hello, I am no picture"), /text.png is not a picture\n {2}got {3}22 bytes/],
    ["half.png", () => readFileSync(join(cwd, "whole.png")).subarray(0, 300), /half.png cannot be decoded/],
  ])("refuses %s", async (name, content, message) => {
    await grey(seven).resize(200, 200).png().toFile(join(cwd, "whole.png"));
    writeFileSync(join(cwd, name), content());
    const ended = await run("predict", "whole.png", name, "--json");
    expect(ended.stderr).toMatch(message);
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
  });

  it("refuses a folder and a missing file", async () => {
    const folder = await run("predict", "digits");
    expect([folder.code, folder.stderr]).toEqual([1, expect.stringContaining("digits is a folder, not a file")]);
    const missing = await run("predict", "nowhere.png");
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("there is nothing at nowhere.png")]);
  });

  it("refuses a picture that claims to be enormous", async () => {
    const png = await grey(seven).png().toBuffer();
    png.writeUInt32BE(60_000, 16); // width and height in the header
    png.writeUInt32BE(60_000, 20);
    writeFileSync(join(cwd, "bomb.png"), png);
    const ended = await run("predict", "bomb.png");
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining("bomb.png cannot be decoded")]);
  });
});

describe("info", () => {
  it("tells of a run, a model file and a checkpoint", async () => {
    const folder = join("runs", "mlp-1-1");
    const [byFolder, byModel, byCheckpoint] = await Promise.all([
      run("info", folder, "--json"),
      run("info", join(folder, "model.safetensors"), "--json"),
      run("info", join(folder, "checkpoint.safetensors"), "--json"),
    ]);
    const facts = [byFolder, byModel, byCheckpoint].map((ended) => lastJson(ended));
    expect(facts.map(({ kind, parameters, seed, step }) => [kind, parameters, seed, step])).toEqual([
      ["run", 235_530, 1, 60],
      ["model", 235_530, 1, null],
      ["checkpoint", 235_530, 1, 60],
    ]);
    expect(facts[0].weights).toBe(facts[1].weights);
    expect((facts[0].history as unknown[]).length).toBe(6);
    expect((facts[1].history as unknown[]).length).toBe(6);
  });

  it("shows the architecture as a table and the history as lines", async () => {
    const { stdout, stderr } = await run("info");
    expect(stderr).toBe(`run: ${join("runs", "mlp-1-1")}\n`);
    expect(stdout).toMatch(/1 {2}dense +\[256\] +200,704/);
    expect(stdout).toMatch(/optimizer {2}adamw, learningRate 0.006/);
    expect(stdout).toMatch(/validation +[▁▂▃▄▅▆▇█]{6} {2}\d+\.\d\d %/);
  });
});

describe("a newer run without a model", () => {
  it("is shown by info, and named by what passes over it", async () => {
    const folder = join("runs", "half");
    const later = new Date(Date.now() + 60_000);
    mkdirSync(join(cwd, folder), { recursive: true });
    for (const name of ["config.json", "metrics.jsonl", "checkpoint.safetensors"]) {
      const copy = join(cwd, folder, name);
      writeFileSync(copy, readFileSync(join(cwd, "runs", "mlp-1-1", name)));
      utimesSync(copy, later, later);
    }
    const info = await run("info");
    expect(info.stderr).toBe(`run: ${folder}\n`);
    expect(info.stdout).toMatch(/state +not finished; to go on: npx inkling train --resume runs.half\n/);
    expect(info.stdout).toMatch(/step +60\n/);
    const judged = await run("evaluate", "--data", data, "--json");
    expect(judged.code).toBe(0);
    expect(judged.stderr).toMatch(
      /^model: runs.mlp-1-1.model\.safetensors\nruns.half is newer, but has no model yet; to finish it: npx inkling train --resume runs.half\n$/,
    );
    rmSync(join(cwd, folder), { recursive: true });
  });
});

describe("recipe", () => {
  it("prints what `train` accepts, with the schema that editors read", async () => {
    const { stdout } = await run("recipe", "mlp");
    const { $schema, ...recipe } = JSON.parse(stdout) as { $schema: string } & Record<string, unknown>;
    const schema = JSON.parse(readFileSync(new URL($schema), "utf8")) as { properties: object; required: string[] };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(recipe)));
    expect(schema.required).toContain("architecture");
    const printed = await run("recipe", "--schema");
    expect(JSON.parse(printed.stdout)).toEqual(schema);
  });

  it("lists all of them", async () => {
    const { stdout } = await run("recipe");
    expect(stdout).toMatch(/^linear +784-10/m);
    expect(stdout).toMatch(/^mlp +784-256-128-10/m);
    expect(stdout).toMatch(/^table +64-64/m);
  });
});

describe("help", () => {
  it("lists commands and options, and a version", async () => {
    expect((await run("--help")).stdout).toMatch(/train \[options\] +train a network on digits, a table or pictures/);
    expect((await run("train", "--help")).stdout).toMatch(/--learning-rate <x>/);
    expect((await run("help", "train")).stdout).toMatch(/--learning-rate <x>/);
    expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run("--help")).code).toBe(0);
  });
});
