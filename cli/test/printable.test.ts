/** Names that a terminal would obey: in a table's columns, cells and classes, in files and folders, in errors. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inJson, listed, printable, printableLines } from "../src/printable.ts";
import { inkling, lastJson } from "./command.ts";
import type { Ended } from "./command.ts";
import { temporaryFolder } from "./digits.ts";
import { writeLines } from "./tables.ts";

const cwd = temporaryFolder();
const run = (...words: string[]) => inkling(words, { cwd });
const WIPE = "\x1b[2J";
const TURN = "\u202e";

/** Everything that it said; nothing of it but line breaks may be a command to the terminal. */
function said({ stdout, stderr }: Ended): string {
  const text = stdout + stderr;
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  return text;
}

describe("a name", () => {
  it("is shown by the numbers of what is no character", () => {
    expect(printable(`${WIPE}B\r\n${TURN}\u009b`)).toBe(String.raw`\u{1b}[2JB\u{d}\u{a}\u{202e}\u{9b}`);
    expect(printable("Größe 大 ½ 🙂")).toBe("Größe 大 ½ 🙂");
    expect(printableLines("train: a\tb\n  got   c")).toBe("train: a\\u{9}b\n  got   c");
  });

  it("is the same to those who read JSON", () => {
    const text = printable(JSON.stringify(`${TURN}\u009b${WIPE}`), inJson);
    expect(text).toMatch(/^[ -~]+$/);
    expect(JSON.parse(text)).toBe(`${TURN}\u009b${WIPE}`);
  });

  it("is one of a dozen where there are many", () => {
    const names = Array.from({ length: 20_001 }, (_, index) => `c${index}`);
    expect(listed(names)).toBe("c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, … (20001 in all)");
    expect(listed(["a", "b".repeat(40)])).toBe(`a, ${"b".repeat(30)}…`);
  });
});

describe("a table with such names", () => {
  it("is learnt, judged, predicted and told about", async () => {
    const rows = Array.from({ length: 90 }, (_, row) => {
      return `${row % 3},${["x", `${WIPE}y`][row % 2]},${row % 3 === 0 ? `${WIPE}B` : `A${TURN}`}`;
    });
    const table = writeLines(join(cwd, `${TURN}t.csv`), [`${WIPE}n,${TURN}w,${WIPE}k`, ...rows]);
    const trained = await run("train", "--data", table, "--target", `${WIPE}k`, "--epochs", "20");
    expect(trained.code, trained.stderr).toBe(0);
    expect(said(trained)).toContain("right");
    expect(said(await run("evaluate"))).toContain(String.raw`\u{1b}[2JB`);
    expect(said(await run("evaluate", "--data", table, "--json"))).toContain('"accuracy"');
    expect(said(await run("predict", table))).toContain(String.raw`A\u{202e}`);
    expect(said(await run("info"))).toContain(String.raw`\u{1b}[2Jk`);
    const told = await run("info", "--json");
    said(told);
    expect(lastJson(told).classNames).toEqual([`${WIPE}B`, `A${TURN}`].toSorted());

    expect(said(await run("train", "--data", table))).toContain(String.raw`the columns \u{1b}[2Jn, \u{202e}w`);
    writeLines(table, [`${WIPE}z,${TURN}w`, "1,x"]);
    expect(said(await run("predict", table))).toMatch(/^model: .*\npredict: the column "\\u.* is missing/);
  });
});

describe("pictures with such names", () => {
  it("are passed over, or refused, in words", async () => {
    for (const name of ["cat", `dog${TURN}`]) {
      mkdirSync(join(cwd, "animals", name), { recursive: true });
      writeFileSync(join(cwd, "animals", name, `a${TURN}.txt`), "");
      for (let index = 0; index < 6; index++) {
        const background = { r: index, g: index, b: index };
        await sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toFile(join(cwd, "animals", name, `${index}.png`));
      }
    }
    const words = ["train", "--data", "animals", "--epochs", "1", "--set", "augmentation=[]", "--out", `out${TURN}`];
    expect(said(await run(...words))).toContain("2 things in");
    const [model, picture] = [`out${TURN}`, join("animals", `dog${TURN}`, "0.png")];
    expect(said(await run("predict", picture, "--model", model))).toContain(String.raw`dog\u{202e}`);
    expect(said(await run("predict", `${WIPE}.png`, "--model", model))).toContain(String.raw`\u{1b}[2J.png`);
    expect(said(await run(`${WIPE}train`))).toContain(String.raw`unknown command '\u{1b}[2Jtrain'`);
  });
});
