/** Training as its user meets it: a process, a run's folder, JSON on stdout, and exact resuming. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { bareText } from "../src/colors.ts";
import type { EpochLine } from "../src/runs.ts";
import { inkling, lastJson } from "./command.ts";
import type { Ended } from "./command.ts";
import { idxFiles, temporaryFolder, writeDigits } from "./digits.ts";

const root = temporaryFolder();
const data = writeDigits(join(root, "digits"), idxFiles());
let cwd = "";
let folders = 0;

beforeEach(() => {
  cwd = join(root, `test-${++folders}`);
  mkdirSync(cwd);
});

// 500 digits in batches of 50: ten steps an epoch
const quick = ["--data", data, "--validation", "100", "--batch-size", "50", "--epochs", "3"];
const train = (...words: string[]) => inkling(["train", "mlp", ...quick, ...words], { cwd });
const resume = (folder: string, ...words: string[]) => inkling(["train", "--resume", folder, ...words], { cwd });
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(cwd, ...path), "utf8")) as Record<string, unknown>;
const metrics = (folder: string) =>
  readFileSync(join(cwd, folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as EpochLine);

/** The last line of `train --json`. */
const result = (ended: Ended) => lastJson(ended) as unknown as Result;

interface Result {
  steps: number;
  weights: string;
  temperature: number;
  testAccuracy: number | null;
  validationAccuracy: number | null;
  threads: number;
  module: string;
  run: string;
}

describe("a run", () => {
  it("prints a JSON line per epoch and the result last, and keeps everything in its folder", async () => {
    const ended = await train("--json", "--seed", "7");
    expect(ended.code, ended.stderr).toBe(0);
    const lines = ended.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(Object.keys(JSON.parse(lines[0]) as object)).toEqual([
      "epoch",
      "step",
      "loss",
      "accuracy",
      "meanAbsoluteError",
      "validationLoss",
      "validationAccuracy",
      "validationMeanAbsoluteError",
      "learningRate",
      "samples",
      "seconds",
      "imagesPerSecond",
    ]);
    expect(lastJson(ended)).toEqual({
      recipe: "mlp",
      task: "classification",
      seed: 7,
      epochs: 3,
      steps: 30,
      parameters: 235_530,
      seconds: expect.any(Number) as number,
      trainSeconds: expect.any(Number) as number,
      imagesPerSecond: expect.any(Number) as number,
      temperature: expect.any(Number) as number,
      validationAccuracy: expect.any(Number) as number,
      validationMeanAbsoluteError: null,
      testAccuracy: expect.any(Number) as number,
      testMeanAbsoluteError: null,
      testDetermination: null,
      weights: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      module: expect.stringMatching(/simd/) as string,
      threads: expect.any(Number) as number,
      run: join("runs", "mlp-7-1"),
    });
    expect(readdirSync(join(cwd, "runs", "mlp-7-1")).toSorted()).toEqual([
      "checkpoint.safetensors",
      "config.json",
      "metrics.jsonl",
      "model.safetensors",
    ]);
    expect(metrics("runs/mlp-7-1").map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(ended.stderr).toBe("");
  });

  it("learns: patterns under noise are told apart", async () => {
    const { testAccuracy, validationAccuracy } = result(await train("--json"));
    expect(testAccuracy).toBeGreaterThan(0.9);
    expect(validationAccuracy).toBeGreaterThan(0.9);
  });

  it("fits a temperature to the validation digits, and none without them", async () => {
    const [fitted, unfitted] = await Promise.all([
      train("--json", "--out", "fitted", "--epochs", "1"), // while it still errs
      train("--json", "--out", "unfitted", "--validation", "0"),
    ]);
    const { temperature } = result(fitted);
    expect(temperature).not.toBe(1);
    expect(result(unfitted).temperature).toBe(1);
    const judged = lastJson(await inkling(["evaluate", "--json", "--data", data, "--model", "fitted"], { cwd }));
    expect(judged.temperature).toBe(temperature);
    expect(judged.uncalibratedError).not.toBe(judged.calibrationError);
  });

  it("--find-learning-rate tries all rates, says one, and makes no run", async () => {
    const [json, text] = await Promise.all([
      train("--find-learning-rate", "--json"),
      train("--find-learning-rate", "--threads", "1"),
    ]);
    const { points, suggestion } = lastJson(json) as unknown as { points: object[]; suggestion: number };
    expect(points.length).toBeGreaterThan(50);
    expect(points[0]).toEqual({
      learningRate: expect.closeTo(1e-6, 9) as number,
      loss: expect.any(Number) as number,
      smoothed: expect.any(Number) as number,
    });
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(1);
    expect(text.stdout).toContain(`suggested  ${Number(suggestion.toPrecision(2))}`);
    expect(Math.max(...text.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(readdirSync(cwd)).toEqual([]);
    const resumed = await resume("nowhere", "--find-learning-rate");
    expect([resumed.code, resumed.stderr]).toEqual([
      2,
      expect.stringContaining("--find-learning-rate cannot be given"),
    ]);
  });

  it("has the same weights twice, for 1 and 2 threads, and others for another seed", async () => {
    const results = await Promise.all([
      train("--json", "--threads", "1", "--out", "one"),
      train("--json", "--threads", "2", "--out", "two"),
      train("--json", "--threads", "1", "--out", "other", "--seed", "2"),
    ]);
    const [one, two, other] = results.map((ended) => result(ended));
    expect([one.threads, two.threads]).toEqual([1, 2]);
    expect(two.weights).toBe(one.weights);
    expect(other.weights).not.toBe(one.weights);
  });

  it("takes the next free number under runs/, and an empty folder by --out", async () => {
    mkdirSync(join(cwd, "runs", "mlp-1-1"), { recursive: true });
    mkdirSync(join(cwd, "mine"));
    expect(result(await train("--json", "--steps", "1")).run).toBe(join("runs", "mlp-1-2"));
    expect(result(await train("--json", "--steps", "1", "--out", "mine")).run).toBe("mine");
  });

  it("shows the result to a person: accuracy, folder, digits, next commands", async () => {
    const { stdout, stderr } = await train();
    expect(stdout).toMatch(/\d+\.\d\d % of 100 test digits read right {3}95 % interval/);
    expect(stdout).toContain(join("runs", "mlp-1-1"));
    expect(stdout).toContain("read right\n");
    expect(stdout).toContain("npx inkling evaluate");
    expect(stderr).toMatch(/epoch 3\/3 {3}loss/);
    expect(stdout + stderr).not.toContain("\x1b");
  });

  it("prints one line with --quiet", async () => {
    const { stdout, stderr } = await train("--quiet");
    expect(stdout).toMatch(/^runs.mlp-1-1 {2}test \d+\.\d\d %\n$/);
    expect(stderr).toBe("");
  });

  it("colours what goes into a pipe only under FORCE_COLOR", async () => {
    const colored = await inkling(["train", "mlp", ...quick], { cwd, env: { FORCE_COLOR: "3" } });
    expect(colored.stdout).toContain("\x1b[38;2;");
  });
});

describe("on a terminal", () => {
  // stderr believes that it is a screen of 80 columns with all colours
  const screen = `
    Object.assign(process.stderr, { isTTY: true, columns: 80, getColorDepth: () => 24 });
  `;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(screen)}` };

  it("draws a live block over itself, prints epochs above it, and gives the cursor back", async () => {
    const { stderr, stdout } = await inkling(["train", "mlp", ...quick], { cwd, env });
    expect(stderr.split("\x1b[?2026h").length).toBeGreaterThan(5);
    const frames = stderr.split("\x1b[?2026l").map(bareText);
    for (const line of frames.flatMap((frame) => frame.split("\n"))) expect(line.length).toBeLessThan(80);
    expect(frames.filter((frame) => /^\r? *epoch 2\/3 {3}loss/.test(frame))).toHaveLength(1);
    expect(frames.at(-2)).toMatch(/epoch 3\/3 {2}━+ +100 %/);
    expect(stderr.lastIndexOf("\x1b[?25h")).toBeGreaterThan(stderr.lastIndexOf("\x1b[?25l"));
    expect(stdout).not.toContain("\x1b[?");
  });

  it("colours nothing under NO_COLOR", async () => {
    const words = ["train", "mlp", ...quick, "--steps", "2"];
    const bold = "\x1b[1m";
    expect((await inkling(words, { cwd, env })).stderr).toContain(bold);
    expect((await inkling(words, { cwd, env: { ...env, NO_COLOR: "1" } })).stderr).not.toContain(bold);
  });

  it("draws nothing with --quiet, nor on a dumb terminal", async () => {
    const words = ["train", "mlp", ...quick, "--steps", "2"];
    const quiet = await inkling([...words, "--quiet"], { cwd, env });
    const dumb = await inkling(words, { cwd, env: { ...env, TERM: "dumb" } });
    expect(quiet.stderr).toBe("");
    expect(dumb.stderr).not.toContain("\x1b[?");
  });
});

describe("the real digits", () => {
  it("are found without being named, and read to nine in ten after one epoch of `linear`", async () => {
    const ended = await inkling(["train", "linear", "--epochs", "1", "--json"], { cwd });
    expect(ended.code, ended.stderr).toBe(0);
    const only = result(ended);
    expect(only).toMatchObject({ steps: 430, parameters: 7850 });
    expect(only.testAccuracy).toBeGreaterThan(0.9);
    const judged = lastJson(await inkling(["evaluate", "--json"], { cwd }));
    expect(judged).toMatchObject({ samples: 10_000, accuracy: only.testAccuracy });
  });
});

describe("what it trains on", () => {
  it("holds nothing back with --validation 0", async () => {
    const ended = await train("--json", "--validation", "0");
    const only = result(ended);
    expect(only.validationAccuracy).toBeNull();
    expect(only.steps).toBe(36); // 600 digits, not 500
  });

  it("does not open the test files with --no-test", async () => {
    const { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels } = idxFiles();
    const training = { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels };
    const folder = writeDigits(join(cwd, "digits"), training);
    const words = ["--data", folder, "--json", "--steps", "1"];
    expect((await train(...words)).code).toBe(1);
    const ended = await train(...words, "--no-test");
    expect(ended.code, ended.stderr).toBe(0);
    expect(result(ended).testAccuracy).toBeNull();
  });

  it("calls the classes of Fashion-MNIST by their names, when the folder says what it is", async () => {
    const folder = writeDigits(join(cwd, "fashion-mnist"), idxFiles());
    const words = ["--data", folder, "--validation", "100", "--batch-size", "50", "--epochs", "1"];
    const { stdout } = await inkling(["train", "mlp", ...words], { cwd });
    expect(stdout).toMatch(/test pictures right/);
    expect(stdout).toContain("Ankle boot");
    const judged = await inkling(["evaluate", "--data", folder], { cwd });
    expect(judged.stdout).toMatch(/class {3}taken for\n +1 +2 +3 +4 +5 +6 +7 +8 +9 +10/);
    expect(judged.stdout).toMatch(/ 1 T-shirt\/top/);
    expect(Math.max(...judged.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("reads packed files", async () => {
    const folder = writeDigits(join(cwd, "packed"), idxFiles(), { gz: true });
    const [packed, plain] = await Promise.all([train("--json", "--data", folder), train("--json")]);
    expect(result(packed).weights).toBe(result(plain).weights);
  });
});

describe("what may be changed", () => {
  it("changes the pictures as it is told, goes on so, and says so afterwards", async () => {
    const changes = [
      { type: "affine", degrees: 10 },
      { type: "elastic", amplitude: 0.65 },
      { type: "stroke", thinner: 0.3 },
    ];
    const words = ["--json", "--seed", "1", "--threads", "1", "--set", `augmentation=${JSON.stringify(changes)}`];
    const whole = await train(...words, "--out", "whole");
    expect(whole.code, whole.stderr).toBe(0);
    await train(...words, "--steps", "15", "--out", "half");
    const resumed = await resume("half", "--json");
    expect(result(resumed).weights).toBe(result(whole).weights);
    const told = await inkling(["info", "whole"], { cwd });
    expect(told.stdout).toContain("augmented  affine, degrees 10; elastic, amplitude 0.65; stroke, thinner 0.3");
    const refused = await train("--set", "augmentation.0.pixels=two");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/augmentation\.0\.pixels cannot be "two"/);
  });

  it("takes settings by --set, and a CONFIG.json that `inkling recipe` printed", async () => {
    const printed = await inkling(["recipe", "mlp", "--set", "optimizer.weightDecay=0.5"], { cwd });
    writeFileSync(join(cwd, "mine.json"), printed.stdout);
    const rest = [...quick, "--json", "--steps", "5"];
    const bySet = await inkling(["train", "mlp", "--set", "optimizer.weightDecay=0.5", ...rest], { cwd });
    const byFile = await inkling(["train", "mine.json", ...rest], { cwd });
    const unchanged = await inkling(["train", "mlp", ...rest], { cwd });
    expect(result(byFile).weights).toBe(result(bySet).weights);
    expect(result(unchanged).weights).not.toBe(result(bySet).weights);
  });

  it("takes another optimizer by its type alone: what the new one does not know goes", async () => {
    const words = ["--set", "optimizer.type=momentum", "--set", "optimizer.momentum=0.8", "--set", "clipNorm=1"];
    const ended = await train("--steps", "1", "--quiet", ...words);
    expect(ended.code, ended.stderr).toBe(0);
    expect(readJson("runs", "mlp-1-1", "config.json").recipe).toMatchObject({
      clipNorm: 1,
      optimizer: { type: "momentum", learningRate: 0.006, momentum: 0.8, weightDecay: 0.01 },
    });
  });

  it("writes the options into config.json", async () => {
    await train("--steps", "1", "--learning-rate", "0.002", "--seed", "5", "--no-test", "--quiet");
    const { recipe, ...rest } = readJson("runs", "mlp-5-1", "config.json");
    expect(recipe).toMatchObject({ epochs: 3, batchSize: 50, optimizer: { learningRate: 0.002 } });
    expect(rest).toEqual({
      seed: 5,
      validation: 100,
      test: false,
      data,
      kernels: "fast",
      module: "auto",
      changes: [],
    });
  });

  it("runs on the readable kernels with --engine reference", async () => {
    const only = result(await train("--json", "--steps", "2", "--engine", "reference"));
    expect(only).toMatchObject({ module: "javascript", threads: 1, steps: 2 });
  });

  it("runs the relaxed module when asked, on Node 20 too", async () => {
    const only = result(await train("--json", "--steps", "2", "--module", "relaxed-simd"));
    expect(only.module).toMatch(/^relaxed-simd/);
  });

  it("widens vectors with --turbo, to the same result, or says which Node can", async () => {
    const plain = result(await train("--json", "--steps", "2"));
    const turbo = await train("--json", "--steps", "2", "--turbo");
    if (Number.parseInt(process.versions.node, 10) >= 24) {
      expect(turbo.stderr).toContain("--turbo is experimental");
      expect(result(turbo).weights).toBe(plain.weights);
    } else {
      expect(turbo.code).toBe(1);
      expect(turbo.stderr).toMatch(
        /^--turbo: this Node cannot join vectors\n {2}got {3}Node .*, V8 .*\n {2}want {2}Node 24, or later\n {2}fix/,
      );
    }
  });
});

describe("resuming", () => {
  it("stopped by --steps in mid-epoch and resumed, it equals the uninterrupted run, metrics included", async () => {
    const whole = result(await train("--json", "--out", "whole"));
    const first = result(await train("--json", "--steps", "14", "--out", "parts"));
    expect(first.steps).toBe(14);
    expect(first.weights).not.toBe(whole.weights);
    const second = result(await resume("parts", "--json", "--steps", "23"));
    const third = result(await resume("parts", "--json"));
    expect([second.steps, third.steps]).toEqual([23, 30]);
    expect(third.weights).toBe(whole.weights);
    const timeless = (folder: string) =>
      metrics(folder).map((line) => ({ ...line, seconds: null, imagesPerSecond: null }));
    expect(timeless("parts")).toEqual(timeless("whole"));
  });

  it("killed before its first checkpoint, it begins again from config.json", async () => {
    const whole = result(await train("--json", "--out", "whole"));
    await train("--quiet", "--out", "killed");
    for (const file of ["checkpoint.safetensors", "model.safetensors"]) rmSync(join(cwd, "killed", file));
    expect(metrics("killed")).toHaveLength(3);
    const ended = await resume("killed", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    expect(result(ended)).toMatchObject({ steps: 30, weights: whole.weights });
    expect(metrics("killed")).toHaveLength(3);
  });

  it("killed by SIGKILL, it goes on from its last checkpoint to the same weights", async () => {
    const long = ["--epochs", "12", "--save-every", "0.001", "--json"];
    const whole = result(await train(...long, "--out", "whole"));
    const killed = await inkling(["train", "mlp", ...quick, ...long, "--out", "killed"], {
      cwd,
      watch: (child, text) => {
        if (text().includes('"epoch":2')) child.kill("SIGKILL");
      },
    });
    expect(killed.code).toBeNull();
    expect(existsSync(join(cwd, "killed", "model.safetensors"))).toBe(false);
    // what a kill in the middle of a write may leave behind
    writeFileSync(join(cwd, "killed", "checkpoint.safetensors.1.inkling-tmp"), "half");
    const ended = await resume("killed", "--json");
    expect(result(ended).weights).toBe(whole.weights);
    expect(readdirSync(join(cwd, "killed")).filter((name) => name.endsWith("-tmp"))).toEqual([]);
  });

  it("killed between the line of an epoch and its checkpoint, it has that line once", async () => {
    const kill = `
      import { promises } from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const { rename } = promises;
      promises.rename = async (from, to) => {
        await rename(from, to);
        if (to.endsWith("metrics.jsonl")) process.kill(process.pid, "SIGKILL");
      };
      syncBuiltinESMExports();
    `;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(kill)}` };
    // saved after every report, the last of which comes ahead of the epoch's end
    await inkling(["train", "mlp", ...quick, "--save-every", "0.000001", "--out", "run"], { cwd, env });
    expect(metrics("run")).toHaveLength(1);
    expect(lastJson(await inkling(["info", "run", "--json"], { cwd })).step).toBe(10);
    expect((await resume("run", "--quiet")).code).toBe(0);
    expect(metrics("run").map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it("saves within an epoch too, every so many seconds", async () => {
    const checkpoint = join(cwd, "run", "checkpoint.safetensors");
    let timer: NodeJS.Timeout | undefined;
    await inkling(["train", "linear", "--save-every", "0.001", "--out", "run"], {
      cwd,
      watch: (child) => {
        timer ??= setInterval(() => existsSync(checkpoint) && child.kill("SIGKILL"), 2);
      },
    });
    clearInterval(timer);
    const { step } = lastJson(await inkling(["info", "run", "--json"], { cwd }));
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(430); // where the first epoch ends
  });

  it("a broken last line of metrics does not spoil the rest", async () => {
    await train("--quiet", "--steps", "20", "--out", "run");
    const file = join(cwd, "run", "metrics.jsonl");
    writeFileSync(file, `${readFileSync(file, "utf8")}{"epoch":3,"st`);
    expect((await resume("run", "--quiet")).code).toBe(0);
    expect(metrics("run").map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it("--learning-rate is a new peak from the next step on, and is recorded", async () => {
    const words = ["--json", "--steps", "15", "--set", "schedule.type=constant", "--set", "schedule.warmup=0"];
    await train(...words, "--out", "run");
    const changed = result(await resume("run", "--json", "--learning-rate", "0.001", "--steps", "20"));
    expect(readJson("run", "config.json").changes).toEqual([{ step: 15, learningRate: 0.001 }]);
    expect(metrics("run").map(({ learningRate }) => learningRate)).toEqual([0.006, 0.001]);
    // and it stays when the run is resumed once more without it
    const rest = result(await resume("run", "--json"));
    expect(metrics("run").at(-1)?.learningRate).toBe(0.001);
    expect(rest.weights).not.toBe(changed.weights);
  });

  it("with early stopping, stopped and resumed, it ends at the same epoch with the weights of the best", async () => {
    const words = ["--json", "--set", "earlyStopping.patience=1", "--epochs", "12", "--learning-rate", "0.02"];
    const whole = result(await train(...words, "--out", "whole"));
    expect(whole.steps).toBeLessThan(120);
    const best = metrics("whole").toSorted((a, b) => (a.validationLoss as number) - (b.validationLoss as number))[0];
    expect(best.step).toBeLessThan(whole.steps);
    expect(whole.validationAccuracy).toBe(best.validationAccuracy);
    await train(...words, "--steps", "13", "--out", "parts");
    expect(result(await resume("parts", "--json"))).toMatchObject({ steps: whole.steps, weights: whole.weights });
    expect(lastJson(await resume("parts", "--json"))).toMatchObject({ steps: whole.steps, finished: true });
  });

  it("a finished run stays as it is, and its test digits are not looked at again", async () => {
    const folder = writeDigits(join(cwd, "digits"), idxFiles());
    await train("--data", folder, "--quiet", "--out", "run");
    const model = readFileSync(join(cwd, "run", "model.safetensors"));
    rmSync(folder, { recursive: true }); // nothing of it is read
    const ended = await resume("run");
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(ended.stdout).toMatchInlineSnapshot(`
      "run is finished: 30 steps made, the model is written
        npx inkling evaluate --model run   judges it
      "
    `);
    expect(lastJson(await resume("run", "--json"))).toEqual({
      ...{ recipe: "mlp", seed: 1, epochs: 3, steps: 30 },
      ...{ run: "run", finished: true },
    });
    expect(readFileSync(join(cwd, "run", "model.safetensors")).equals(model)).toBe(true);
  });
});

describe("Ctrl-C", () => {
  const long = ["--data", data, "--validation", "100", "--batch-size", "2", "--epochs", "400"];

  it("saves a checkpoint, says how to resume, and ends with 130", async () => {
    let sent = false;
    const ended = await inkling(["train", "mlp", ...long, "--out", "run"], {
      cwd,
      watch: (child, text) => {
        if (sent || !text().includes("epoch   2/400")) return;
        sent = true;
        setTimeout(() => child.kill("SIGINT"), 30); // by then the next epoch has begun
      },
    });
    expect(ended.code).toBe(130);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(
      /stopped after step [\d,]+ of 100,000; go on with:\n {2}npx inkling train --resume run\n$/,
    );
    const step = Number(/step ([\d,]+)/.exec(ended.stderr)?.[1].replaceAll(",", ""));
    expect(lastJson(await inkling(["info", "run", "--json"], { cwd })).step).toBe(step);
    const more = result(await resume("run", "--json", "--steps", String(step + 7)));
    const whole = result(await inkling(["train", "mlp", ...long, "--json", "--steps", String(step + 7)], { cwd }));
    expect(more.weights).toBe(whole.weights);
  });

  it("a second one ends at once", async () => {
    let sent = 0;
    const ended = await inkling(["train", "mlp", ...long], {
      cwd,
      watch: (child, text) => {
        if (sent === 0 && text().includes("epoch   1/400")) {
          sent = 1;
          child.kill("SIGINT");
          child.kill("SIGTERM");
        }
      },
    });
    expect(ended.code).toBe(130);
    expect(ended.stderr).not.toContain("stopped after step");
  });
});
