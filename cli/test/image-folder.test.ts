/** Folders of pictures from end to end: tiny PNGs, a folder a class, trained on, judged and predicted by processes. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildModel, createEngine, Rng, saveModel } from "inkling";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { inkling, lastJson } from "./command.ts";
import { temporaryFolder } from "./digits.ts";

const cwd = temporaryFolder();
const run = (...words: string[]) => inkling(words, { cwd });
const SIDE = 8;

/** A bar that lies or stands, somewhere, under noise; in red when asked. */
async function drawBar(path: string, { lying, seed, red = false }: { lying: boolean; seed: number; red?: boolean }) {
  const rng = new Rng(seed);
  const at = 1 + rng.integer(SIDE - 3);
  const grey = Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => {
    const across = lying ? Math.floor(pixel / SIDE) : pixel % SIDE;
    return across === at || across === at + 1 ? 180 + rng.integer(70) : rng.integer(60);
  });
  const pixels = red
    ? Uint8Array.from({ length: grey.length * 3 }, (_, index) => (index % 3 === 0 ? grey[index / 3] : 0))
    : grey;
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: red ? 3 : 1 } })
    .png()
    .toFile(path);
}

async function drawBars(folder: string, count: number, first = 0): Promise<string> {
  for (let index = 0; index < count; index++) {
    await drawBar(join(cwd, folder, "lying", `${index}.png`), { lying: true, seed: first + index });
    await drawBar(join(cwd, folder, "standing", `${index}.png`), { lying: false, seed: first + 1000 + index });
  }
  return folder;
}

const quick = ["--epochs", "40", "--batch-size", "16", "--set", "augmentation=[]"];

beforeAll(async () => {
  await drawBars("bars", 60);
  writeFileSync(join(cwd, "bars", "lying", ".hidden"), "not a picture");
  const trained = await run("train", "--data", "bars", ...quick, "--quiet");
  expect(trained.code, trained.stderr).toBe(0);
}, 60_000);

describe("a folder of pictures", () => {
  it("is learnt, a sub-folder a class", async () => {
    const judged = lastJson(await run("evaluate", "--json"));
    expect(judged).toMatchObject({ task: "classification", samples: 24 });
    expect(judged.accuracy).toBeGreaterThan(0.9);
    const { recipe, data } = JSON.parse(readFileSync(join(cwd, "runs", "cnn-1-1", "config.json"), "utf8")) as {
      recipe: { data: string; architecture: { input: number[] } };
      data: string;
    };
    expect([recipe.data, recipe.architecture.input, data]).toEqual(["images", [8, 8, 1], join(cwd, "bars")]);
    expect(lastJson(await run("info", "--json"))).toMatchObject({ classNames: ["lying", "standing"] });
  });

  it("is resumed to the same bits", async () => {
    const whole = lastJson(await run("train", "--data", "bars", ...quick, "--json", "--out", "whole"));
    await run("train", "--data", "bars", ...quick, "--quiet", "--steps", "33", "--out", "parts");
    expect(lastJson(await run("train", "--resume", "parts", "--json")).weights).toBe(whole.weights);
  });

  it("may be another one in evaluate, and single pictures of any size in predict", async () => {
    await drawBars("others", 10, 500);
    const judged = lastJson(await run("evaluate", "--json", "--data", "others", "--model", join("runs", "cnn-1-1")));
    expect(judged.samples).toBe(20);
    const shown = await run("evaluate", "--data", "others", "--model", join("runs", "cnn-1-1"));
    expect(shown.stdout).toContain("20 pictures of others\n");
    expect(judged.accuracy).toBeGreaterThan(0.8);
    const large = join(cwd, "large.png");
    await sharp(join(cwd, "others", "lying", "3.png"))
      .resize(64, 64, { kernel: "nearest" })
      .toFile(large);
    const words = ["predict", "large.png", join("others", "lying", "3.png"), "--model", join("runs", "cnn-1-1")];
    const { predictions } = lastJson(await run(...words, "--json")) as { predictions: { label: string }[] };
    expect(predictions).toHaveLength(2);
    expect(predictions[0].label).toBe(predictions[1].label);
    expect((await run(...words)).stdout).toMatch(/lying +[▏▎▍▌▋▊▉█]* +\d+\.\d %/);
  });

  it("has three channels when one picture has colours", async () => {
    await drawBars("coloured", 6);
    await drawBar(join(cwd, "coloured", "lying", "red.png"), { lying: true, seed: 1, red: true });
    await run("train", "--data", "coloured", "--quiet", "--steps", "1", "--out", "colour-run");
    const { architecture } = lastJson(await run("info", "colour-run", "--json")) as {
      architecture: { input: number[] };
    };
    expect(architecture.input).toEqual([8, 8, 3]);
  });

  it("says what it passed over, and that few steps are few", async () => {
    await drawBars("mixed", 6);
    writeFileSync(join(cwd, "mixed", "lying", "notes.txt"), "lying bars");
    // a link that leads nowhere
    symlinkSync(join(cwd, "nowhere"), join(cwd, "mixed", "asleep"), "junction");
    const { stderr } = await run("train", "--data", "mixed", "--out", "mixed-run");
    const folder = join(cwd, "mixed");
    expect(stderr).toContain(`2 things in ${folder} left out, such as ${join(folder, "asleep")}`);
    expect(stderr).toContain(
      "fitted to 9 training pictures: batches of 16 instead of 128 and 60 epochs instead of 12, 60 steps in all (--batch-size and --epochs say otherwise)",
    );
    const few = await run("train", "--data", "mixed", "--epochs", "5", "--out", "few-run");
    expect(few.stderr).toMatch(/5 steps in all are few to learn from; for more passes: --epochs 200/);
  });

  it("is learnt without a recipe, with batches and epochs that fit its few pictures", async () => {
    const ended = await run("train", "--data", "bars", "--json", "--out", "fitted");
    expect(ended.code, ended.stderr).toBe(0);
    // 84 to learn from: 6 steps an epoch, and at most 60 epochs
    expect(lastJson(ended)).toMatchObject({ recipe: "cnn", epochs: 60, steps: 360 });
    expect(lastJson(ended).testAccuracy).toBeGreaterThan(0.9);
    const said = lastJson(await run("train", "--data", "bars", "--json", "--epochs", "2", "--batch-size", "42"));
    expect(said).toMatchObject({ epochs: 2, steps: 4 });
    const bySet = await run("train", "--data", "bars", "--json", "--set", "epochs=1", "--set", "batchSize=84");
    expect(lastJson(bySet)).toMatchObject({ epochs: 1, steps: 1 });
  });

  it("of which the pictures are too small to be convolved gets mlp", async () => {
    for (const name of ["a", "b"]) {
      for (let index = 0; index < 4; index++) {
        mkdirSync(join(cwd, "tiny", name), { recursive: true });
        await sharp({ create: { width: 5, height: 7, channels: 3, background: { r: index, g: 9, b: 9 } } })
          .png()
          .toFile(join(cwd, "tiny", name, `${index}.png`));
      }
    }
    expect(lastJson(await run("train", "--data", "tiny", "--json", "--steps", "1")).recipe).toBe("mlp");
  });
});

describe("a model whose pictures nobody has room for", () => {
  it.each([
    ["60000×60000", [60_000, 60_000, 1]],
    ["2000000 wide", [10, 2_000_000, 1]],
    ["of five channels", [8, 8, 5]],
    ["no pictures", [64]],
  ])("is refused by its name before anything is brought to that size: %s", async (name, input) => {
    const engine = await createEngine({ kernels: "reference" });
    const layers = input.length === 1 ? [] : [{ type: "globalAveragePool2d" } as const];
    const model = buildModel(engine, { input, layers: [...layers, { type: "dense", units: 2 }] }, { rng: new Rng(1) });
    model.card = { ...model.card, classNames: ["lying", "standing"], recipe: { data: "images" } };
    const file = `${name}.safetensors`;
    writeFileSync(join(cwd, file), saveModel(model));
    const { code, stderr } = await run("predict", join("bars", "lying", "1.png"), "--model", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^predict: ${name}.safetensors takes other pictures\n  got   input `));
    expect(stderr).not.toContain("1.png");
  });
});
