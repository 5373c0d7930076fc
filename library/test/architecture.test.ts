// The shape of the code base, as tests. Read `layers` as a table of contents, and the names of the tests as the rules.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as engineLayer from "#engine";
import { createEngine } from "#engine";
import * as referenceKernels from "../src/kernels/reference/index.ts";

/** Bottom to top, and what each may import. Randomness and shapes lie at the bottom, digits at the top. */
const layers: Record<string, readonly string[]> = {
  base: [],
  kernels: ["base"],
  platform: ["base", "kernels"],
  engine: ["base", "kernels", "platform"],
  nn: ["base", "kernels", "platform", "engine"],
  optim: ["base", "kernels", "platform", "engine", "nn"],
  data: ["base", "kernels", "platform"], // pictures know nothing of networks
  formats: ["base", "kernels", "platform", "engine", "nn", "optim", "data"],
  train: ["base", "kernels", "platform", "engine", "nn", "optim", "data", "formats"],
  digits: ["base", "kernels", "platform", "engine", "nn", "optim", "data", "formats", "train"],
};

/** Parts of assembly kernels that several share. They are no kernels, so they have no readable twin. */
const sharedAssembly: Record<string, string> = {
  bands: "what windows see, a band of lines at a time, for convolutions",
  channels: "sums and constants of channels, for batch norm and what is fused with it",
  "column-sums": "sums down columns, for batch norm",
  "convolution-pool-input": "a part of convolution-pool: the gradient of the input",
  "convolution-pool-weight": "a part of convolution-pool: the gradient of the weights",
  draws: "the random numbers of a picture; its twin is kernels/draws.ts",
  elementwise: "the walk over plain arrays",
  index: "the list of all",
  "listed-gradients": "sums over gradients that are not 0, for pooled convolutions",
  "multiply-add": "a·b + c in one rounding or two: the difference between the two builds",
  "outer-products": "six places by eight columns: the inner loop of convolutions and matrix products",
  panels: "parts of a matrix copied into panels of eight columns",
  philox: "four blocks of random numbers at a time; its twin is in base/rng.ts",
  "row-sums": "sums of a matrix's rows, for products whose left side is a list",
  strided: "the walk over strided arrays",
  tail: "the last one, two or three numbers of an array",
  wait: "how a thread waits",
  wide: "four f32 numbers as two pairs of f64",
  "wide-tile": "three rows by twelve columns, for narrow matrix products",
  windows: "how a window walks over pictures; its twin is kernels/windows.ts",
};

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8").replaceAll("\r\n", "\n");
const list = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => !/(^|\/)(node_modules|dist)\//.test(name));

/** The library's own source files by path within src; what the build generates is none. */
const sources = new Map(
  list("library/src")
    .filter((name) => name.endsWith(".ts") && !name.includes("/generated/"))
    .map((name) => [name, read(`library/src/${name}`)]),
);

/** What a source text imports or re-exports from. */
const importsOf = (source: string) =>
  [...source.matchAll(/^\s*(?:import|export|\})[^"';]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm)].map(
    ([, statically, dynamically]) => statically ?? dynamically,
  );

/** A source text without its comments, and with its strings and templates emptied; the lines stay where they are. */
const codeOf = (source: string) =>
  source.replace(
    /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`/g,
    (text) => (/^["'`]/.test(text) ? '""' : " ") + text.replace(/[^\n]/g, ""),
  );

/** Where an import of a file leads: the layer's name for "#layer", else the path within src. */
function targetOf(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

describe("layers", () => {
  test("every folder of src is a layer, and every layer a folder", () => {
    const folders = new Set([...sources.keys()].filter((name) => name.includes("/")).map((name) => name.split("/")[0]));
    expect([...folders].toSorted()).toEqual(Object.keys(layers).toSorted());
  });

  test("the table itself has no way up", () => {
    const order = Object.keys(layers);
    for (const [layer, below] of Object.entries(layers)) {
      expect(below.filter((other) => order.indexOf(other) >= order.indexOf(layer))).toEqual([]);
    }
  });

  test("a layer imports only layers below it", () => {
    const wrong: string[] = [];
    for (const [file, source] of sources) {
      const allowed = layers[file.split("/")[0]];
      for (const specifier of importsOf(source)) {
        const ours = file.includes("/") ? allowed : Object.keys(layers); // src/index.ts is the door to all
        if (specifier.startsWith("#") && !ours.includes(specifier.slice(1))) wrong.push(`${file} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("a relative path stays within its layer and names the file's ending", () => {
    const wrong: string[] = [];
    for (const [file, source] of sources) {
      for (const specifier of importsOf(source).filter((name) => name.startsWith("."))) {
        const layer = `${file.split("/").slice(0, -1)[0] ?? ""}/`;
        if (!targetOf(file, specifier).startsWith(layer.replace(/^\/$/, ""))) wrong.push(`${file} → ${specifier}`);
        if (!specifier.endsWith(".ts") && !file.startsWith("kernels/assembly/")) wrong.push(`${file} → ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("nothing else is imported, but by the platform, which may ask Node", () => {
    const outside = [...sources].flatMap(([file, source]) =>
      importsOf(source)
        .filter((specifier) => !/^[#.]/.test(specifier))
        .map((specifier) => `${file.split("/")[0]} imports ${specifier}`),
    );
    expect(outside.filter((line) => !line.startsWith("platform imports node:"))).toEqual([]);
  });

  test("assembly kernels import only assembly", () => {
    const wrong = [...sources]
      .filter(([file]) => file.startsWith("kernels/assembly/"))
      .flatMap(([file, source]) => importsOf(source).map((specifier) => [file, specifier]))
      .filter(([file, specifier]) => !targetOf(file, specifier).startsWith("kernels/assembly/"));
    expect(wrong).toEqual([]);
  });
});

describe("the host", () => {
  const globals =
    "process|Buffer|require|__dirname|__filename|Deno|window|document|navigator|location|self|localStorage|" +
    "indexedDB|fetch|XMLHttpRequest|WebSocket|Worker|SharedWorker|MessageChannel|postMessage|setTimeout|setInterval|" +
    "setImmediate|requestAnimationFrame|queueMicrotask|performance|Date|crypto|console|Blob|URL|Request|Response|" +
    "DecompressionStream|CompressionStream|globalThis|eval";
  const forbidden = new RegExp(`(?<![.\\w#$])(?:${globals})\\b(?!\\s*[:?]|\\w)|\\bMath\\.random\\b`, "g");
  const named = (source: string) => [...codeOf(source).matchAll(forbidden)].map(([name]) => name);

  test("only the platform layer names what a browser or Node brings along: time, chance, files, threads, network", () => {
    const found = [...sources]
      .filter(([file]) => !file.startsWith("platform/"))
      .flatMap(([file, source]) => named(source).map((name) => `${file}: ${name}`));
    expect(found).toEqual([]);
  });

  test("the search finds a name in code, and passes over comments, strings and properties", () => {
    expect(named("const now = Date.now();\nreturn Math.random() + performance.now();")).toEqual([
      "Date",
      "Math.random",
      "performance",
    ]);
    expect(named("// fetch it\n/* window */ const text = `document`; image.location; { fetch: 1 }")).toEqual([]);
    expect(sources.get("platform/node.ts")).toBeDefined();
    expect(named("new Worker(url); setTimeout(f, 0); process.exit()")).toHaveLength(3);
  });
});

describe("kernels", () => {
  const kernelFiles = (folder: string) =>
    [...sources.keys()]
      .filter((name) => name.startsWith(`kernels/${folder}/`))
      .map((name) => name.slice(`kernels/${folder}/`.length, -".ts".length));
  /** What a file exports, itself or from a part of it. */
  const functionsOf = (path: string) =>
    [...(sources.get(path) ?? "").matchAll(/^export (?:function|\{) ?(\w+)/gm)].map(([, name]) => name);
  const readable = kernelFiles("reference").filter((name) => name !== "index");

  test("every fast kernel has a readable twin of the same name, and every readable one a fast twin", () => {
    const fast = kernelFiles("assembly").filter((name) => !(name in sharedAssembly));
    expect(fast.toSorted()).toEqual(readable.toSorted());
    expect(readable.length).toBeGreaterThan(30);
  });

  test.each(readable)("%s: the twins export the same functions", (name) => {
    const reference = functionsOf(`kernels/reference/${name}.ts`);
    const fast = functionsOf(`kernels/assembly/${name}.ts`);
    expect(reference.length).toBeGreaterThan(0);
    expect(reference.filter((kernel) => !fast.includes(kernel))).toEqual([]);
  });

  test("every kernel has a row in the parity tests", () => {
    const texts = list("library/test/kernels/parity")
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => read(`library/test/kernels/parity/${name}`));
    const rows = texts.flatMap((text) => [...text.matchAll(/\bparity\(\s*"(\w+)"/g)].map(([, name]) => name));
    // a loop over names: for (const kernel of ["add", "subtract"] as const) { parity(kernel, …
    const loops = texts.flatMap((text) =>
      [...text.matchAll(/for \(const (\w+) of \[([^\]]*)\] as const\)[^;]*?\bparity\(\s*\1\b/g)].flatMap(
        ([, , names]) => [...names.matchAll(/"(\w+)"/g)].map(([, name]) => name),
      ),
    );
    expect(Object.keys(referenceKernels).filter((name) => ![...rows, ...loops].includes(name))).toEqual([]);
  });

  test("every readable file is listed, and the fast backend has every kernel that is", async () => {
    const exported = readable.flatMap((name) => functionsOf(`kernels/reference/${name}.ts`));
    expect(exported.filter((name) => !(name in referenceKernels))).toEqual([]);
    const { kernels } = await createEngine({ threads: 1 });
    const missing = Object.keys(referenceKernels).filter((name) => !(name in kernels));
    expect(missing).toEqual([]);
  });
});

describe("operations", () => {
  const files = [...sources].filter(([file]) => /^engine\/ops\/(?!index)/.test(file));

  // that each op has a row in the gradient table is checked beside the table, in gradients.test.ts
  test.each(files.map(([file]) => file))("%s exports an op and the function that applies it", (file) => {
    const ops = [...(sources.get(file) as string).matchAll(/^export const (\w+)Op\b/gm)].map(([, name]) => name);
    expect(ops.length).toBeGreaterThan(0);
    for (const name of ops) {
      expect(engineLayer).toHaveProperty(`${name}Op.name`, name);
      expect(engineLayer).toHaveProperty(name, expect.any(Function));
    }
  });

  test("forward and backward of an op stand in one file", () => {
    const halves = files.filter(([, source]) => !/^ {2}forward\(/m.test(source) || !/^ {2}backward\(/m.test(source));
    expect(halves.map(([file]) => file)).toEqual([]);
  });
});

describe("files", () => {
  /** The file's first words, or a docstring of some substance within its first lines. */
  const saysItsIdea = (source: string) => {
    if (source.startsWith("/**")) return true;
    const early = source.split("\n").slice(0, 12).join("\n");
    const [, docstring = ""] = /\/\*\*([^]*?)(?:\*\/|$)/.exec(early) ?? [];
    return (
      docstring
        .replaceAll(/^\s*\*/gm, "")
        .replaceAll(/\s+/g, " ")
        .trim().length >= 60
    );
  };

  test("every source file says early on what it is about", () => {
    const silent = [...sources].filter(([, source]) => !saysItsIdea(source));
    expect(silent.map(([file]) => file)).toEqual([]);
  });

  test("a name said again is no idea", () => {
    expect(saysItsIdea('import { x } from "#base";\n\n/** Adds. */\nexport const add = x;')).toBe(false);
    expect(saysItsIdea("// an ordinary remark\nexport const add = 1;")).toBe(false);
    expect(saysItsIdea(`import { x } from "#base";\n\n/**\n * ${"word ".repeat(12)}more\n */`)).toBe(true);
  });

  test("no file is named after nothing", () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|types|shared|stuff)(\.|\/)/;
    expect([...list("library"), ...list("cli")].filter((name) => vague.test(name))).toEqual([]);
  });

  test("names are kebab-case", () => {
    expect([...sources.keys()].filter((name) => !/^[a-z0-9-/]+\.ts$/.test(name))).toEqual([]);
  });
});

interface Package {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  workspaces?: string[];
}

describe("packages", () => {
  const rootPackage = JSON.parse(read("package.json")) as Package;
  const folders = ["", ...(rootPackage.workspaces ?? []).map((name) => `${name}/`)];
  const packages = folders.map(
    (folder) => [`${folder}package.json`, JSON.parse(read(`${folder}package.json`)) as Package] as const,
  );

  test("the library needs no other package when it runs", () => {
    const library = packages.find(([name]) => name === "library/package.json")?.[1] as Package;
    expect(library.dependencies ?? {}).toEqual({});
    expect(library.optionalDependencies ?? {}).toEqual({});
    expect(library.peerDependencies ?? {}).toEqual({});
  });

  /** What works in one shell and not in another; `&&` works in all. */
  const shellFeature =
    /(^|\s)[A-Za-z_]\w*=|\$|(^|\s)(rm|cp|mv|mkdir|export|set|source|sh|bash|cat)\s|\*|\.sh\b|;|(?<!\|)\|(?!\|)|\|\||>|<|`|'|(?<!&)&(?!&)/;

  test.each(packages)("the scripts of %s use no feature of a shell", (_, { scripts = {} }) => {
    expect(Object.values(scripts).filter((script) => shellFeature.test(script))).toEqual([]);
  });

  test.each([
    "A=1 node x.js",
    "rm -rf dist",
    "node x.js; node y.js",
    "node $HOME",
    "sh x",
    "oxlint src/*.ts",
    "a | b",
    "a > b",
  ])("%s would be seen", (script) => expect(script).toMatch(shellFeature));

  test.each(packages)("the versions in %s are exact", (_, { dependencies = {}, devDependencies = {} }) => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  const lock = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { resolved?: string; link?: boolean; version?: string; integrity?: string }>;
  };

  test("the lock file names no host to download from", () => {
    const places = Object.entries(lock.packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
    expect(places).toEqual([]);
  });

  test("every package of the lock file has a checksum", () => {
    const bare = Object.entries(lock.packages).filter(
      ([name, { integrity, link }]) => name.includes("node_modules/") && !link && integrity === undefined,
    );
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  test.each([
    ["@oxlint/binding", ["linux-x64-gnu", "linux-arm64-gnu", "darwin-arm64", "darwin-x64", "win32-x64-msvc"]],
    ["@oxfmt/binding", ["linux-x64-gnu", "linux-arm64-gnu", "darwin-arm64", "darwin-x64", "win32-x64-msvc"]],
    ["@rolldown/binding", ["linux-x64-gnu", "linux-arm64-gnu", "darwin-arm64", "darwin-x64", "win32-x64-msvc"]],
    ["@oxc-parser/binding", ["linux-x64-gnu", "linux-arm64-gnu", "darwin-arm64", "darwin-x64", "win32-x64-msvc"]],
    ["@typescript/typescript", ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64", "win32-x64"]],
    ["@img/sharp", ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64", "win32-x64"]],
  ])("the lock file holds %s for Linux, macOS and Windows", (name, platforms) => {
    const missing = platforms.filter((platform) => !(`node_modules/${name}-${platform}` in lock.packages));
    expect(missing).toEqual([]);
  });
});
