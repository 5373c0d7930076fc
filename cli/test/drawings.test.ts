/** Drawings from end to end: strokes in a file and photos in folders, judged and predicted by processes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildModel, createEngine, Rng, saveModel } from "inkling";
import { prepareStrokes } from "inkling/digits";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { inkling, lastJson } from "./command.ts";
import { temporaryFolder } from "./digits.ts";

const cwd = temporaryFolder();
const run = (...words: string[]) => inkling(words, { cwd });
const classNames = [..."0123456789"];

/** Ten drawings that look like nothing but themselves: spokes of a wheel. */
const spoke = (digit: number) => {
  const angle = (digit * Math.PI) / 10;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return [[-x, -y, x, y, 0.5 * x - 0.4 * y, 0.5 * y + 0.4 * x]];
};
const line = (label: number, more: object = {}) => JSON.stringify({ label, ...more, strokes: spoke(label) });

interface Judged {
  samples: number;
  accuracy: number;
  wrong: number;
  interval: [number, number];
  rejected: number;
  blank: number;
  preparation: boolean;
  confusion: number[][];
  errors: { source: string; label: string; said: string; probability: number }[];
}

beforeAll(async () => {
  // a network that compares a picture with each of the ten drawings
  const engine = await createEngine({ threads: 1 });
  const architecture = { input: [28, 28, 1], layers: [{ type: "flatten" }, { type: "dense", units: 10 }] } as const;
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  const weight = [...model.parameters.values()].find(({ shape }) => shape.length === 2);
  const drawn = classNames.map((_, digit) => prepareStrokes(spoke(digit)).image);
  const size = (image: Uint8Array) => Math.hypot(...image);
  weight?.data.set(
    Array.from({ length: 7840 }, (_, at) => (10 * drawn[at % 10][Math.floor(at / 10)]) / size(drawn[at % 10])),
  );
  writeFileSync(join(cwd, "model.safetensors"), saveModel(model));
  engine.close();
});

const model = ["--model", "model.safetensors"];

describe("evaluate --strokes", () => {
  it("counts every line, blank ones too, and names the errors", async () => {
    const lines = [...classNames.keys()].map((digit) => line(digit, { writer: "ada" }));
    const wrong = JSON.stringify({ label: 3, strokes: spoke(8) });
    const blank = JSON.stringify({ label: 4, strokes: [] });
    writeFileSync(join(cwd, "mine.jsonl"), `${[...lines, "", wrong, blank].join("\n")}\n`);
    const ended = await run("evaluate", "--strokes", "mine.jsonl", ...model, "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const judged = lastJson(ended) as unknown as Judged;
    expect(judged).toMatchObject({ samples: 12, rejected: 1, blank: 1, preparation: true });
    expect(judged.accuracy).toBeCloseTo((12 - judged.wrong) / 12, 6);
    expect(judged.interval[0]).toBeLessThan(judged.accuracy);
    expect(judged.errors).toHaveLength(judged.wrong);
    expect(judged.errors[0]).toMatchObject({ source: "mine.jsonl line 12", label: "3", said: "8" });
    expect(judged.confusion[3][8]).toBe(1);

    const shown = await run("evaluate", "--strokes", "mine.jsonl", ...model);
    expect(shown.stdout).toMatch(/3 as 8 +\d+\.\d % sure +mine\.jsonl line 12/);
    expect(shown.stdout).toContain("1 drawing without ink");
    expect(Math.max(...shown.stdout.split("\n").map((each) => each.length))).toBeLessThanOrEqual(80);
  });

  it("without preparation, strokes fill the picture", async () => {
    writeFileSync(join(cwd, "plain.jsonl"), [line(0), line(5)].join("\n"));
    const ended = await run("evaluate", "--strokes", "plain.jsonl", ...model, "--no-preparation", "--json");
    expect(lastJson(ended)).toMatchObject({ samples: 2, preparation: false });
  });

  it.each([
    ["no JSON", '{"label":1', /a line is no JSON \(bad\.jsonl, line 2\)/],
    ["no label", '{"strokes":[]}', /line 2 of bad\.jsonl does not say which digit it is[^]*want[^]*fix/],
    ["half a point", '{"label":1,"strokes":[[1]]}', /evaluate: stroke 0 is none \(bad\.jsonl, line 2\)/],
  ])("names the line that holds %s", async (_, bad, message) => {
    writeFileSync(join(cwd, "bad.jsonl"), `${line(1)}\n${bad}\n`);
    const ended = await run("evaluate", "--strokes", "bad.jsonl", ...model);
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([1, "", expect.stringMatching(message)]);
  });

  it("refuses an empty file, a missing one, and two things to judge", async () => {
    writeFileSync(join(cwd, "empty.jsonl"), "\n\n");
    const empty = await run("evaluate", "--strokes", "empty.jsonl", ...model);
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("empty.jsonl holds no drawings")]);
    const missing = await run("evaluate", "--strokes", "nowhere.jsonl", ...model);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("there is nothing at nowhere.jsonl")]);
    const both = await run("evaluate", "--strokes", "a", "--images", "b", ...model);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("--strokes and --images name different")]);
    const alone = await run("evaluate", "--no-preparation", ...model);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining("with --strokes or --images")]);
  });
});

describe("evaluate --images", () => {
  const draw = (digit: number, side: number) => {
    const [x0, y0, x1, y1, x2, y2] = spoke(digit)[0].map((value) => side / 2 + value * side * 0.3);
    const path = `M${x0} ${y0}L${x1} ${y1}L${x2} ${y2}`;
    const pen = side * 0.07;
    return sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side}" height="${side}" fill="#eed"/>` +
          `<path d="${path}" fill="none" stroke="#226" stroke-width="${pen}" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
      ),
    );
  };

  it("reads pictures of any size from folders named after digits", async () => {
    for (const digit of [0, 3, 7]) {
      mkdirSync(join(cwd, "photos", String(digit)), { recursive: true });
      await draw(digit, 120)
        .png()
        .toFile(join(cwd, "photos", String(digit), "small.png"));
      await draw(digit, 700)
        .jpeg()
        .toFile(join(cwd, "photos", String(digit), "large.jpg"));
    }
    const ended = await run("evaluate", "--images", "photos", ...model, "--json");
    expect(ended.code, ended.stderr).toBe(0);
    expect(lastJson(ended)).toMatchObject({ samples: 6, accuracy: 1, rejected: 0, errors: [] });
    const plain = lastJson(await run("evaluate", "--images", "photos", ...model, "--no-preparation", "--json"));
    expect(plain.accuracy).toBeLessThan(1);
  });

  it("refuses folders of other names", async () => {
    mkdirSync(join(cwd, "animals", "cat"), { recursive: true });
    await draw(1, 60)
      .png()
      .toFile(join(cwd, "animals", "cat", "1.png"));
    const ended = await run("evaluate", "--images", "animals", ...model);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/cat in animals is no digit\n +want/)]);
  });
});

describe("predict --strokes", () => {
  it("says what each line is, labelled or not", async () => {
    writeFileSync(join(cwd, "new.jsonl"), `${line(6)}\n${JSON.stringify({ strokes: spoke(2) })}\n`);
    const ended = await run("predict", "--strokes", "new.jsonl", ...model, "--json");
    const { predictions } = lastJson(ended) as { predictions: { source: string; label: string }[] };
    expect(predictions.map(({ source, label }) => [source, label])).toEqual([
      ["new.jsonl line 1", "6"],
      ["new.jsonl line 2", "2"],
    ]);
    const shown = await run("predict", "--strokes", "new.jsonl", ...model);
    expect(shown.stdout).toContain("new.jsonl line 2   what the network sees");
  });
  it("wants something to read", async () => {
    const ended = await run("predict", ...model);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining("files, or --strokes FILE")]);
  });
});
