/**
 * Whatever is wrong, the command says so in three answers, ends with 1 or 2, and leaves nothing half-written behind.
 *
 * The suite may run as root, whom no permission stops. So the places that cannot be written are of other kinds: a file
 * where a folder should be, a limit on the size of files, a user who owns nothing.
 */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { inkling } from "./command.ts";
import type { Ended } from "./command.ts";
import { idxFiles, temporaryFolder, writeDigits } from "./digits.ts";

const root = temporaryFolder();
const digits = idxFiles({ training: 200, test: 50 });
const data = writeDigits(join(root, "digits"), digits);
let cwd = "";
let folders = 0;

beforeEach(() => {
  cwd = join(root, `test-${++folders}`);
  mkdirSync(cwd);
});

const quick = ["--data", data, "--validation", "50", "--batch-size", "50", "--epochs", "2"];
const train = (...words: string[]) => inkling(["train", "linear", ...quick, ...words], { cwd });

/** An error in our form, with its exit code, no stack, and nothing on stdout. */
function expectError(ended: Ended, code: number, ...parts: (string | RegExp)[]): void {
  for (const part of parts) expect(ended.stderr).toMatch(part);
  expect(ended.stderr).not.toMatch(/\n +at /);
  expect(ended.stderr).not.toContain("something unexpected");
  expect(ended.stdout).toBe("");
  expect(ended.code).toBe(code);
}

function expectNothingWritten(): void {
  expect(readdirSync(cwd)).toEqual([]);
}

describe("words on the command line", () => {
  it.each([
    [["trian"], /unknown command 'trian'\n {2}fix {3}did you mean train\?/],
    [["train", "mpl"], /there is no recipe "mpl"\n {2}want {2}one of .*mlp.*\n {2}fix {3}did you mean mlp\?/],
    [["train", "--epoch", "3"], /unknown option '--epoch'\n {2}fix {3}did you mean --epochs\?/],
    [["train", "--learning-rate", "NaN"], /--learning-rate <x>.*'NaN' is invalid\n {2}want {2}a number above 0/],
    [["train", "--learning-rate", "-1"], /want {2}a number above 0/],
    [["train", "--batch-size", "0"], /want {2}a whole number of at least 1/],
    [["train", "--epochs", "2.5"], /want {2}a whole number of at least 1/],
    [["train", "--seed", "abc"], /want {2}a whole number of at least 0/],
    [["train", "--threads", "0"], /at least 1 and at most 16/],
    [["train", "--module", "avx"], /want {2}auto, simd, relaxed-simd/],
    [
      ["train", "--set", "optimizer.weigthDecay=1"],
      /there is no "optimizer.weigthDecay"[^]*did you mean optimizer.weightDecay\?/,
    ],
    [["train", "--set", "epoch=1"], /there is no "epoch"[^]*did you mean epochs\?/],
    [["train", "--set", "architecture.layers.1.units=10000000"], /7840000000 weights are more than a layer can have/],
    [["train", "--set", "architecture.input=[1e15,1e15,1]"], /weights are more than a layer can have/],
    [["train", "--set", "architecture.layers.99.units=3"], /architecture.layers has no place 99\n {2}want {2}0 to 7/],
    [
      ["train", "--set", "optimizer.learningRate=NaN"],
      /optimizer.learningRate cannot be "NaN"\n {2}want {2}a number above 0/,
    ],
    [["train", "--set", "optimizer.type=adamm"], /optimizer.type cannot be "adamm"[^]*did you mean adam\?/],
    [["train", "--set", "epochs"], /"epochs" sets nothing\n {2}want {2}path=value/],
    [["recipe", "mlp", "--set", "toString=null"], /there is no "toString"/],
    [["recipe", "mlp", "--set", "__proto__.hasOwnProperty=null"], /there is no "__proto__"/],
    [["constructor"], /unknown command 'constructor'\n {2}fix {3}inkling --help/],
    [["predict"], /nothing is named to be read/],
  ])("%j", async (words, message) => {
    expectError(await inkling(words, { cwd }), 2, message);
    expectNothingWritten();
  });
});

describe("configurations", () => {
  const recipe = { name: "mine", architecture: {}, optimizer: {}, schedule: {}, batchSize: 10, epochs: 1 };
  const layers = (...list: object[]) => ({
    ...recipe,
    architecture: { input: [28, 28, 1], layers: list },
    optimizer: { type: "sgd", learningRate: 0.1 },
    schedule: { type: "constant" },
  });
  const good = layers({ type: "flatten" }, { type: "dense", units: 10 });

  it.each([
    ["an unknown key", { ...good, epocs: 3 }, /there is no "epocs"[^]*did you mean epochs\?/],
    [
      "a deeper unknown key",
      layers({ type: "dense", unit: 3 }),
      /there is no "architecture.layers.0.unit"|units is missing/,
    ],
    [
      "an unknown layer",
      layers({ type: "dens", units: 3 }),
      /architecture.layers.0.type cannot be "dens"[^]*did you mean dense\?/,
    ],
    ["a missing part", { ...good, optimizer: undefined }, /optimizer is missing/],
    [
      "a negative rate",
      { ...good, optimizer: { type: "sgd", learningRate: -1 } },
      /optimizer.learningRate cannot be -1/,
    ],
    [
      "a batch of nothing",
      { ...good, batchSize: 0 },
      /batchSize cannot be 0\n {2}want {2}a whole number of at least 1\n/,
    ],
    ["a name that is a number", { ...good, name: 7 }, /name cannot be 7\n {2}want {2}a text: Letters, digits/],
    [
      "a word for a number",
      { ...good, epochs: "many" },
      /epochs cannot be "many"\n {2}want {2}a whole number of at least 1\n/,
    ],
    ["a list for an object", { ...good, schedule: [] }, /schedule.* cannot be|schedule.*missing/],
  ])("%s", async (_, value, message) => {
    writeFileSync(join(root, "mine.json"), JSON.stringify(value));
    expectError(
      await inkling(["train", join(root, "mine.json"), ...quick.slice(0, 4)], { cwd }),
      2,
      message,
      /want|fix/,
    );
    expectNothingWritten();
  });

  it.each([
    ["dense on a picture", layers({ type: "dense", units: 10 }), /flatten/],
    ["too few outputs", layers({ type: "flatten" }, { type: "dense", units: 3 }), /10 classes|one logit per class/],
  ])("an impossible architecture: %s", async (_, value, message) => {
    writeFileSync(join(root, "mine.json"), JSON.stringify(value));
    expectError(await inkling(["train", join(root, "mine.json"), ...quick.slice(0, 4)], { cwd }), 2, message);
    expectNothingWritten();
  });

  it("a file that is no JSON, and one that is not there", async () => {
    writeFileSync(join(root, "broken.json"), '{"name": ');
    expectError(await inkling(["train", join(root, "broken.json")], { cwd }), 2, /this is not JSON/);
    expectError(await inkling(["train", "nowhere.json"], { cwd }), 1, /there is nothing at nowhere.json/);
    expectNothingWritten();
  });
});

describe("data", () => {
  const bad = (name: string, files: Record<string, Uint8Array>) =>
    writeDigits(join(root, name), { ...digits, ...files });
  const images = digits["train-images-idx3-ubyte"];
  const wrongMagic = Uint8Array.from(images);
  wrongMagic[2] = 13;

  it.each([
    ["a truncated file", { "train-images-idx3-ubyte": images.subarray(0, 5000) }, /ends too early/],
    ["a wrong magic number", { "train-images-idx3-ubyte": wrongMagic }, /not unsigned bytes/],
    [
      "counts that differ",
      { "t10k-labels-idx1-ubyte": digits["train-labels-idx1-ubyte"] },
      /50 pictures but 200 labels/,
    ],
    ["an empty file", { "train-labels-idx1-ubyte": new Uint8Array() }, /is empty/],
  ])("%s", async (name, files, message) => {
    expectError(await train("--data", bad(name, files)), 1, message, /want|fix/);
    expectNothingWritten();
  });

  it("a folder that is not there, one without the files, and a file instead", async () => {
    expectError(await train("--data", join(root, "nowhere")), 1, /there is nothing at .*nowhere/);
    expectError(await train("--data", cwd), 1, /holds no data/, /got {3}an empty folder/);
    expectError(await train("--data", join(data, "t10k-labels-idx1-ubyte")), 1, /names a file that is no table/);
    expectNothingWritten();
  });

  it("more validation digits than there are digits", async () => {
    expectError(await train("--validation", "200"), 2, /200 samples for validation leave none of 200/);
    expectNothingWritten();
  });
});

describe("places that cannot be written", () => {
  it("a file where the run's folder should be, or above it", async () => {
    writeFileSync(join(cwd, "file"), "precious");
    expectError(await train("--out", "file"), 1, /a file stands where a folder is expected: file/);
    expectError(await train("--out", join("file", "run")), 1, /a file stands where a folder is expected/);
    expect(readdirSync(cwd)).toEqual(["file"]);
    expect(readFileSync(join(cwd, "file"), "utf8")).toBe("precious");
  });

  it("a file where runs/ should be", async () => {
    writeFileSync(join(cwd, "runs"), "precious");
    expectError(await train(), 1, /a file stands where a folder is expected: runs/);
    expect(readFileSync(join(cwd, "runs"), "utf8")).toBe("precious");
  });

  it("a folder that holds something else, or a run", async () => {
    mkdirSync(join(cwd, "taken"));
    writeFileSync(join(cwd, "taken", "letter"), "precious");
    expectError(await train("--out", "taken"), 2, /taken is not empty/, /got {3}letter/);
    expect(readdirSync(join(cwd, "taken"))).toEqual(["letter"]);

    expect((await train("--out", "run", "--quiet", "--steps", "1")).code).toBe(0);
    const before = readFileSync(join(cwd, "run", "checkpoint.safetensors"));
    expectError(await train("--out", "run"), 2, /run already holds a run/, /--resume run/);
    expect(readFileSync(join(cwd, "run", "checkpoint.safetensors")).equals(before)).toBe(true);
  });

  it.skipIf(process.platform === "win32")("no room for the configuration: no folder is left", async () => {
    const ended = await inkling(["train", "linear", ...quick, "--out", join("deep", "run")], {
      cwd,
      under: 'ulimit -f 1 && exec "$@"',
    });
    expectError(ended, 1, /would grow larger than files may be here/, /fix/);
    expectNothingWritten();
  });

  it.skipIf(process.platform === "win32")("no room for a checkpoint: the one before it stays", async () => {
    await train("--out", "run", "--quiet", "--steps", "2");
    const before = readFileSync(join(cwd, "run", "checkpoint.safetensors"));
    const ended = await inkling(["train", "--resume", "run"], { cwd, under: 'ulimit -f 64 && exec "$@"' });
    expect(ended.stderr).toMatch(/checkpoint.safetensors would grow larger than files may be here/);
    expect(ended.stderr).toMatch(/kept {2}the checkpoint of step 2/);
    expect(ended.code).toBe(1);
    expect(readdirSync(join(cwd, "run")).filter((name) => name.endsWith("-tmp"))).toEqual([]);
    expect(readFileSync(join(cwd, "run", "checkpoint.safetensors")).equals(before)).toBe(true);
    expect((await inkling(["train", "--resume", "run", "--quiet"], { cwd })).code).toBe(0);
  });

  it.skipIf(process.getuid?.() !== 0)("a folder that belongs to somebody else", async () => {
    chmodSync(root, 0o755); // the data may be read
    const ended = await inkling(["train", "linear", ...quick], { cwd, uid: 65_534 });
    expectError(ended, 1, /no permission for runs/, /fix/);
    expectNothingWritten();
  });
});

describe("runs and models", () => {
  it("resuming what is no run, with settings of another run, or to a step that is past", async () => {
    expectError(await inkling(["train", "--resume", "nowhere"], { cwd }), 1, /nowhere is not the folder of a run/);
    await train("--out", "run", "--quiet", "--steps", "3");
    const resume = (...words: string[]) => inkling(["train", "--resume", "run", ...words], { cwd });
    expectError(await resume("--seed", "2"), 2, /--seed cannot be given with --resume/);
    expectError(await resume("--steps", "2"), 2, /has made 3 steps already/);
    expectError(await inkling(["train", "mlp", "--resume", "run"], { cwd }), 2, /the recipe cannot be given/);
  });

  it("a checkpoint of another architecture, and one that is broken", async () => {
    await train("--out", "run", "--quiet", "--steps", "1");
    await inkling(["train", "mlp", ...quick, "--out", "other", "--quiet", "--steps", "1"], { cwd });
    const checkpoint = join(cwd, "run", "checkpoint.safetensors");
    copyFileSync(join(cwd, "other", "checkpoint.safetensors"), checkpoint);
    const metrics = readFileSync(join(cwd, "run", "config.json"));
    expectError(await inkling(["train", "--resume", "run"], { cwd }), 1, /another architecture/, /fix/);
    writeFileSync(checkpoint, readFileSync(checkpoint).subarray(0, 1000));
    expectError(await inkling(["train", "--resume", "run"], { cwd }), 1, /checkpoint.safetensors/);
    expect(readFileSync(join(cwd, "run", "config.json")).equals(metrics)).toBe(true);
  });

  it("a model that is none, a run without one, no run at all", async () => {
    expectError(await inkling(["info"], { cwd }), 1, /there is no run in runs\/ yet/);
    expectError(
      await inkling(["evaluate", "--model", "nowhere"], { cwd }),
      1,
      /there is nothing at nowhere/,
      /mlp, cnn, tiny/,
    );
    writeFileSync(join(cwd, "text"), "not a model, but long enough to be looked at");
    expectError(await inkling(["evaluate", "--model", "text", "--data", data], { cwd }), 1, /text/);
    expectError(await inkling(["info", "text"], { cwd }), 1, /text/);
    expectError(await inkling(["evaluate", "--model", data], { cwd }), 1, /holds no model/);
  });
});

describe("a loss that is no longer finite", () => {
  it("stops with the step, the layer and a hint, and keeps the last good checkpoint", async () => {
    const wild = ["--set", 'optimizer={"type":"sgd","learningRate":1e38}', "--set", 'schedule={"type":"constant"}'];
    await train("--out", "run", "--quiet", "--steps", "3", "--set", 'schedule={"type":"constant"}');
    const before = readFileSync(join(cwd, "run", "checkpoint.safetensors"));
    const late = await inkling(["train", "--resume", "run", "--learning-rate", "1e38"], { cwd });
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(/train: the (loss became|weights of layer)/);
    expect(late.stderr).toMatch(/step \d/);
    expect(late.stderr).toMatch(/layer 1 \(dense\)/);
    expect(late.stderr).toMatch(/fix {3}lower the learning rate/);
    expect(late.stderr).toMatch(/kept {2}the checkpoint of step 3: run.checkpoint.safetensors/);
    expect(readFileSync(join(cwd, "run", "checkpoint.safetensors")).equals(before)).toBe(true);

    const early = await train("--out", "wild", ...wild);
    expect(early.code).toBe(1);
    expect(early.stderr).toMatch(/kept {2}no checkpoint yet/);
    expect(readdirSync(join(cwd, "wild")).toSorted()).toEqual(["config.json"]);
  });

  it("is seen in the weights as well: the last step may have spoilt them", async () => {
    const wild = 'optimizer={"type":"sgd","learningRate":1e38,"weightDecay":1000}';
    const ended = await train("--out", "wild", "--steps", "1", "--set", wild);
    expectError(
      ended,
      1,
      /the weights of layer 1 \(dense\) are no longer finite at step 1/,
      /kept {2}no checkpoint yet/,
    );
    expect(readdirSync(join(cwd, "wild"))).toEqual(["config.json"]);
  });

  it("is seen on the validation digits, before a checkpoint of such weights replaces a good one", async () => {
    await train("--out", "run", "--quiet", "--steps", "2");
    const before = readFileSync(join(cwd, "run", "checkpoint.safetensors"));
    const ended = await inkling(["train", "--resume", "run", "--learning-rate", "1e38", "--steps", "3"], { cwd });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/kept {2}the checkpoint of step 2/);
    expect(readFileSync(join(cwd, "run", "checkpoint.safetensors")).equals(before)).toBe(true);
  });
});

describe("output that cannot be written", () => {
  it.skipIf(process.platform !== "linux")("is an error like any other", async () => {
    const ended = await inkling(["recipe"], { cwd, under: 'exec "$@" > /dev/full' });
    expectError(ended, 1, /the disk is full: the output/, /fix/);
  });
});

describe("--debug", () => {
  it("adds the stack", async () => {
    const { stderr } = await train("--data", join(root, "nowhere"), "--debug");
    expect(stderr).toMatch(/\n +at /);
  });
});
