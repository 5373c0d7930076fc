/** Tables from end to end: a CSV file is trained on, judged and predicted by processes, and resumed to the same bits. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inkling, lastJson } from "./command.ts";
import type { Ended } from "./command.ts";
import { temporaryFolder } from "./digits.ts";
import { flowers, houses, spiral, writeLines } from "./tables.ts";

const root = temporaryFolder();
let cwd = "";
let folders = 0;

beforeEach(() => {
  cwd = join(root, `test-${++folders}`);
  mkdirSync(cwd);
});

const houseFile = writeLines(join(root, "houses.csv"), houses(500));
const flowerFile = writeLines(join(root, "flowers.csv"), flowers(300));
const run = (...words: string[]) => inkling(words, { cwd });
const train = (...words: string[]) => run("train", ...words);
const prices = ["--data", houseFile, "--target", "price", "--omit", "id", "--epochs", "30"];
const widest = ({ stdout }: Ended) => Math.max(...stdout.split("\n").map((line) => line.length));
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(cwd, ...path), "utf8")) as Record<string, unknown>;

describe("numbers", () => {
  it("are learnt: the test rows are predicted, and every figure is given", async () => {
    const ended = await train(...prices, "--json");
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toBe("");
    const result = lastJson(ended);
    expect(result).toMatchObject({
      recipe: "table",
      task: "regression",
      steps: 30 * Math.ceil(350 / 32),
      validationAccuracy: null,
      testAccuracy: null,
      run: join("runs", "table-1-1"),
    });
    expect(result.testDetermination).toBeGreaterThan(0.98);
    expect(result.testMeanAbsoluteError).toBeLessThan(9);
    expect(result.validationMeanAbsoluteError).toBeLessThan(9);
    const epoch = JSON.parse(ended.stdout.split("\n")[0]) as Record<string, unknown>;
    expect(epoch).toMatchObject({ epoch: 1, accuracy: null, validationAccuracy: null });
    expect(epoch.validationMeanAbsoluteError).toBeGreaterThan(10);
  });

  it("leave all that is needed to go on in config.json: file, columns, fitted recipe", async () => {
    await train(...prices, "--steps", "1", "--quiet");
    const { recipe, data, table, validation } = readJson("runs", "table-1-1", "config.json");
    expect({ data, table, validation }).toEqual({
      data: houseFile,
      table: { target: "price", omit: ["id"], categories: [], task: null },
      validation: null,
    });
    expect(recipe).toMatchObject({ name: "table", data: "table", architecture: { input: [5] } });
  });

  it("stopped in mid-epoch and resumed, have the bits of the uninterrupted run", async () => {
    const whole = lastJson(await train(...prices, "--json", "--out", "whole"));
    await train(...prices, "--steps", "117", "--quiet", "--out", "parts");
    const rest = lastJson(await train("--resume", "parts", "--json", "--threads", "1"));
    expect(rest).toMatchObject({ weights: whole.weights, testMeanAbsoluteError: whole.testMeanAbsoluteError });
  });

  it("are shown to a person: a cloud around the diagonal, and rows beside it", async () => {
    const { stdout, stderr } = await train(...prices);
    expect(stdout).toMatch(/±\d+\.\d\d mean error of price on 100 test rows {3}R² 0\.9\d+/);
    expect(stdout).toMatch(/│[ ⠀-⣿]+ {4}from small to large/);
    expect(stdout).toContain("missed by most");
    expect(stdout).toContain("npx inkling predict FILE.csv");
    expect(stdout.replaceAll("\\", "/")).toMatch(
      / npx inkling train mine\.json --data \S+houses\.csv --target price --omit id\n$/m,
    );
    expect(stderr).toMatch(
      /epoch 30\/30 {3}loss 0\.\d+ {3}train ±\d+\.\d\d {3}validation ±\d+\.\d\d {3}[\d,]+ rows\/s/,
    );
    expect(widest({ stdout } as Ended)).toBeLessThanOrEqual(80);
  });

  it("are judged on the rows that were held out, or on those of another file", async () => {
    const trained = lastJson(await train(...prices, "--json"));
    const own = lastJson(await run("evaluate", "--json"));
    expect(own).toMatchObject({
      task: "regression",
      samples: 100,
      meanAbsoluteError: trained.testMeanAbsoluteError,
      determination: trained.testDetermination,
    });
    expect(own).not.toHaveProperty("predictions");
    const other = writeLines(join(cwd, "other.csv"), [houses(1)[0], ...houses(500).slice(-40)]);
    expect(lastJson(await run("evaluate", "--json", "--data", other)).samples).toBe(40);
    const shown = await run("evaluate");
    expect(shown.stdout).toContain("100 test rows\n");
    expect((await run("evaluate", "--data", other)).stdout).toMatch(/ 40 rows of other\.csv\n/);
    expect(shown.stdout).toMatch(/off by +±\d+\.\d\d +in the mean, in units of price/);
    expect(widest(shown)).toBeLessThanOrEqual(80);
  });

  it("are predicted, one a row, for rows without the answer", async () => {
    await train(...prices, "--quiet");
    const lines = houses(4).map((line) => line.split(",").slice(1, 4).join(","));
    writeLines(join(cwd, "new.csv"), lines);
    const { predictions } = lastJson(await run("predict", "new.csv", "--json")) as {
      predictions: { source: string; line: number; value: number }[];
    };
    expect(predictions.map(({ source, line }) => [source, line])).toEqual(
      [2, 3, 4, 5].map((line) => ["new.csv", line]),
    );
    const prices4 = houses(4)
      .slice(1)
      .map((line) => Number(line.split(",")[4]));
    predictions.forEach(({ value }, row) => expect(Math.abs(value - prices4[row])).toBeLessThan(40));
    expect((await run("predict", "new.csv")).stdout).toMatch(
      /line +area +rooms +town +price\n +2 +\d+\.?\d* +[1-5] +(Ash|Birch|Cedar) +\d+\.\d\n/,
    );
  });

  it("may have gaps: their rows are left out with --missing drop, and predictions keep their lines", async () => {
    const holed = houses(60).map((line, row) => (row % 10 === 3 ? line.replace(/^(h\d+),[^,]+/, "$1,NA") : line));
    writeLines(join(cwd, "holed.csv"), holed);
    const words = ["--data", "holed.csv", "--target", "price", "--omit", "id", "--steps", "2"];
    const refused = await train(...words);
    expect(refused.stderr).toMatch(
      /6 cells are missing .*\n.*"NA" in place of a number\n.*\n.*--missing drop; or the column: --omit area/,
    );
    const trained = await train(...words, "--missing", "drop");
    expect(trained.stderr).toContain("6 rows are left out of 60, for a cell is missing: area 6");
    expect(readJson("runs", "table-1-1", "config.json").table).toMatchObject({ missing: "drop" });
    writeLines(
      join(cwd, "new.csv"),
      holed.slice(0, 6).map((line) => line.replace(/Ash|Birch|Cedar/, "Rome")),
    );
    const refusedToo = await run("predict", "new.csv");
    expect(refusedToo.stderr).toContain("predict: a cell is missing (new.csv, line 4");
    const ended = await run("predict", "new.csv", "--missing", "drop", "--json");
    const { predictions } = lastJson(ended) as { predictions: { line: number }[] };
    expect(predictions.map(({ line }) => line)).toEqual([2, 3, 5, 6]);
    expect(ended.stderr).toContain("new.csv: 1 row is left out of 5");
    expect(ended.stderr).toContain('"town" has 4 values that training never saw, the first: "Rome" in line 2');
    expect(lastJson(await run("evaluate", "--data", "holed.csv", "--missing", "drop", "--json")).samples).toBe(54);
  });

  it("hold nothing back with --validation 0, and leave the test rows unopened with --no-test", async () => {
    const few = ["--steps", "1", "--json"];
    const all = lastJson(await train(...prices, ...few, "--validation", "0"));
    expect(all.validationMeanAbsoluteError).toBeNull();
    const untested = lastJson(await train(...prices, ...few, "--no-test"));
    expect([untested.testMeanAbsoluteError, untested.testDetermination]).toEqual([null, null]);
    // they stay held out all the same: the network is the one that it would have been
    expect(untested.weights).toBe(lastJson(await train(...prices, ...few)).weights);
  });

  it("are described by info: what is predicted from what", async () => {
    await train(...prices, "--quiet");
    const { stdout } = await run("info");
    expect(stdout).toMatch(/predicts +price\n +columns +area, rooms, town \(3 values\)/);
    expect(stdout).toMatch(/train +[▁▂▃▄▅▆▇█]{30} {2}±/);
    expect(lastJson(await run("info", "--json"))).toMatchObject({ task: "regression", targetNames: ["price"] });
  });
});

describe("classes", () => {
  const kinds = ["--data", flowerFile, "--target", "kind", "--epochs", "30"];

  it("are told apart by their names, and mistakes shown as rows", async () => {
    const ended = await train(...kinds);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/\d\d\.\d\d % of 60 test rows right/);
    expect(ended.stdout).toMatch(/ right\n +petal +leaf +colour +is +said +sure\n/);
    expect(widest(ended)).toBeLessThanOrEqual(80);
    const judged = await run("evaluate");
    expect(judged.stdout).toMatch(/class {3}taken for\n +daisy +rose +tulip/);
    const json = lastJson(await run("evaluate", "--json"));
    expect(json.accuracy).toBeGreaterThan(0.9);
  });

  it("of which there are two share one logit, and have precision, recall and area", async () => {
    const file = writeLines(join(cwd, "spiral.csv"), spiral(600));
    const trained = lastJson(await train("--data", file, "--target", "class", "--json"));
    expect(trained.testAccuracy).toBeGreaterThan(0.95);
    expect(trained.parameters).toBe(2 * 64 + 64 + 64 * 64 + 64 + 64 + 1);
    const judged = lastJson(await run("evaluate", "--json"));
    expect(judged).toMatchObject({ accuracy: trained.testAccuracy, binary: { threshold: 0.5 } });
    expect((await run("evaluate")).stdout).toMatch(/ROC area +[01]\.\d{4}/);
    const { classes, predictions } = lastJson(await run("predict", file, "--json")) as {
      classes: string[];
      predictions: { label: string; probabilities: number[] }[];
    };
    expect(classes).toEqual(["inner", "outer"]);
    for (const { label, probabilities } of predictions) {
      expect(classes[probabilities.indexOf(Math.max(...probabilities))]).toBe(label);
    }
    expect(predictions).toHaveLength(600);
    expect(predictions.filter(({ label }, row) => label === ["inner", "outer"][row % 2]).length).toBeGreaterThan(570);
  });

  it("take another recipe, which is fitted; what only pictures can have is left out, and said", async () => {
    const ended = await train("mlp", ...kinds, "--steps", "2", "--batch-size", "32");
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain("the recipe's augmentation is left out: it changes pictures, and rows are none");
    const { recipe } = readJson("runs", "mlp-1-1", "config.json") as {
      recipe: { architecture: { input: number[]; layers: object[] }; augmentation?: object };
    };
    expect(recipe.architecture.input).toEqual([4]);
    expect(recipe.architecture.layers.at(-1)).toEqual({ type: "dense", units: 3 });
    expect(recipe.augmentation).toBeUndefined();
  });
});

describe("a file that changed since the run began", () => {
  let lines: string[];
  beforeAll(() => {
    lines = flowers(90);
  });

  const begin = async () => {
    const file = writeLines(join(cwd, "flowers.csv"), lines);
    await train("--data", file, "--target", "kind", "--steps", "5", "--quiet", "--out", "run");
    return (changed: readonly string[]) => {
      writeLines(file, changed);
      return train("--resume", "run");
    };
  };
  const judge = () => run("evaluate", "--model", "run");
  const said = ({ stderr }: Ended) => stderr.replaceAll("\\", "/").replaceAll(cwd.replaceAll("\\", "/"), "…");

  it("is noticed by its rows", async () => {
    const resume = await begin();
    const ended = await resume(lines.slice(0, -10));
    expect(ended.code).toBe(2);
    expect(said(ended)).toMatchInlineSnapshot(`
      "train: …/flowers.csv is not what it was when the run began
        got   training rows: 56; at the beginning 63
        want  the same data: a resumed run goes on with what it began with
        fix   bring the old data back (--data takes another place), or start a new run
      "
    `);
  });

  it("is noticed by its columns, its classes and its values", async () => {
    const resume = await begin();
    expect(said(await resume(lines.map((line) => line.replace("leaf", "leaves"))))).toMatchInlineSnapshot(`
      "train: …/flowers.csv is not what it was when the run began
        got   columns: petal, leaves, colour; at the beginning petal, leaf, colour
        want  the same data: a resumed run goes on with what it began with
        fix   bring the old data back (--data takes another place), or start a new run
      "
    `);
    expect(said(await resume(lines.map((line) => line.replace("tulip", "lily"))))).toMatchInlineSnapshot(`
      "train: …/flowers.csv is not what it was when the run began
        got   classes: daisy, lily, rose; at the beginning daisy, rose, tulip
        want  the same data: a resumed run goes on with what it began with
        fix   bring the old data back (--data takes another place), or start a new run
      "
    `);
    expect(said(await resume(lines.map((line, row) => (row === 7 ? line.replace(/^\S+?;/, "9.5;") : line)))))
      .toMatchInlineSnapshot(`
      "train: …/flowers.csv is not what it was when the run began
        got   other values in its columns
        want  the same data: a resumed run goes on with what it began with
        fix   bring the old data back (--data takes another place), or start a new run
      "
    `);
  });

  it("is not judged by: another split would count rows that it has learnt from", async () => {
    const resume = await begin();
    expect((await judge()).code).toBe(0);
    await resume([...lines, ...flowers(120).slice(-30)]);
    const ended = await judge();
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
    expect(said(ended)).toMatchInlineSnapshot(`
      "evaluate: …/flowers.csv is not what it was when the run began
        got   training rows: 84; at the beginning 63
        want  the same data: only they say which samples were held out for the test
        fix   bring the old data back, or name samples that the model has not learnt from: --data FILE.csv
      "
    `);
    await resume(lines.map((line, row) => (row === 7 ? line.replace(/^\S+?;/, "9.5;") : line)));
    expect(said(await judge())).toContain("got   other values in its columns");
    // named, it is judged as a whole
    expect((await run("evaluate", "--model", "run", "--data", "flowers.csv")).stdout).toMatch(
      /90 rows of flowers\.csv/,
    );
  });
});
