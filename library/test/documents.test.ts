// The documents speak of files and folders; what they name is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8").replaceAll("\r\n", "\n");
const exists = (path: string) => existsSync(new URL(path, root));
const documents = readdirSync(root).filter((file) => file.endsWith(".md"));
const architecture = read("ARCHITECTURE.md");

/** What a text quotes as code, where that looks like a file or a folder; capitals stand for a name to be chosen. */
const pathsIn = (text: string) =>
  [...text.matchAll(/`([a-z*][\w./*-]*(?:\.(?:ts|js|json|md|py)|\/))`/g)]
    .map(([, path]) => path)
    .filter((path) => !/[*]|[A-Z]{4}/.test(path));

test("every decision is listed in ARCHITECTURE.md, by its number and title", () => {
  const listed = [...architecture.matchAll(/^(\d+)\. \[(.+)\]\(docs\/decisions\/(.+)\)$/gm)].map(
    ([, number, title, file]) => `${number} ${title} ${file}`,
  );
  const written = readdirSync(new URL("docs/decisions/", root)).map((file) => {
    const [, number, title] = /^# (?:(\d+)[.:]? )?(.+)$/m.exec(read(`docs/decisions/${file}`)) as RegExpExecArray;
    return `${number ?? Number(file.slice(0, 4))} ${title} ${file}`;
  });
  expect(listed).toEqual(written.toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b)));
});

test("every figure of the README is filled in", () => {
  expect(read("README.md").match(/\{\{[^}]*\}?\}?/g) ?? []).toEqual([]);
});

test.each(documents)("every link of %s to a file leads somewhere", (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);
  expect(links.filter((target) => !exists(target))).toEqual([]);
});

test("every name in the code map of ARCHITECTURE.md exists", () => {
  const rows = [...architecture.matchAll(/^\| `([\w./-]+)` +\|(.*)$/gm)].map(([, folder, rest]) => ({ folder, rest }));
  const missing = rows.flatMap(({ folder, rest }) =>
    [folder, ...pathsIn(rest).map((path) => (exists(path) ? path : `${folder}/${path}`))].filter(
      (path) => !exists(path),
    ),
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

test("every folder of the library's source has its row in the code map", () => {
  const folders = readdirSync(new URL("library/src/", root), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.filter(({ name }) => !architecture.includes(`| \`library/src/${name}\` `))).toEqual([]);
});

test.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("every file that the prose of %s names exists", (document) => {
  const files = [
    "library/src",
    "library/test",
    "library/build",
    "scripts",
    "cli/src",
    "bench",
    "docs",
    "examples",
  ].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" }).map(
      (file) => `/${folder}/${file.replaceAll("\\", "/")}`,
    ),
  );
  const named = pathsIn(read(document)).filter((path) => !path.endsWith("/"));
  const missing = named.filter((path) => !exists(path) && !files.some((file) => file.endsWith(`/${path}`)));
  expect(named.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
