// What --turbo of the command line switches on: all parity tests once more, with V8's vectors of twice the width.
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { test } from "vitest";

const folder = new URL("../kernels/parity/", import.meta.url);
const able = Number.parseInt(process.versions.node, 10) >= 24;

if (able) {
  setFlagsFromString("--experimental-wasm-revectorize"); // before any kernel is compiled
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  for (const file of files) await import(new URL(file, folder).href);
} else {
  test.skip("Node 24 and later have it", () => undefined);
}
