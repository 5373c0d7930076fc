// Sources are named by key, `@see [He15] eq. 10`, and the keys are explained in docs/bibliography.md.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const source = new URL("../src/", import.meta.url);
const entries = keysOf(
  readFileSync(new URL("../../docs/bibliography.md", import.meta.url), "utf8"),
  /^\*\*\[(\w+)\]\*\*/gm,
);

/** Where each key is used, as "file: key". */
const uses = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !file.startsWith("kernels/generated/"))
  .flatMap((file) => citations(readFileSync(new URL(file, source), "utf8")).map((key) => ({ file, key })));

test("every key in the source has an entry in the bibliography", () => {
  expect(uses.length).toBeGreaterThan(30);
  expect(uses.filter(({ key }) => !entries.includes(key)).map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
});

test("every entry of the bibliography is used", () => {
  const used = new Set(uses.map(({ key }) => key));
  expect(entries.filter((key) => !used.has(key))).toEqual([]);
});

test("entries stand in alphabetical order, each once", () => {
  expect(entries).toEqual([...new Set(entries)].toSorted());
});

test("a key is a name in brackets behind @see, or anywhere in a comment a name with its year", () => {
  expect(citations("/** @see [Safetensors], [He15] eq. 10 */")).toEqual(["Safetensors", "He15"]);
  expect(citations(" * as in [Sutskever13]; an array [batch, classes]")).toEqual(["Sutskever13"]);
  expect(citations("words[KERNEL]; // a row of a[Rows]\nconst [First95] = list;")).toEqual([]);
});

/** Keys of a TypeScript text: on lines of comments only, for code has brackets of its own. */
function citations(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const comment = /(?:\/\/|\/\*\*?|^\s*\*)(.*)$/.exec(line)?.[1] ?? "";
    const [before, ...behind] = comment.split("@see");
    return [
      ...keysOf(before, /(?<!\w)\[([A-Z][A-Za-z]+\d{2}[a-z]?)\]/g),
      ...keysOf(behind.join(" "), /\[([A-Z]\w+)\]/g),
    ];
  });
}

function keysOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, key]) => key);
}
