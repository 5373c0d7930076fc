/**
 * weights/NAME.safetensors → src/digits/generated/NAME.ts: each trained network that comes with the library as a text in a
 * module of its own, so that it needs no path, no loader and no server, and a program holds only those that it asks for.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isCurrent, stampOf, write } from "./generated.js";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const GENERATED = "src/digits/generated";
const ENDING = ".safetensors";

const names = readdirSync(at("weights"))
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length));
const program = readFileSync(at("build/weights.js"));
for (const name of names) {
  const bytes = readFileSync(at(`weights/${name}${ENDING}`));
  const stamp = stampOf([bytes, program]);
  const file = at(`${GENERATED}/${name}.ts`);
  if (isCurrent(file, stamp)) continue;
  write(file, { by: "weights.js", stamp, text: `export const hexadecimal: string = "${bytes.toString("hex")}";` });
}
// of a network that is there no longer, nothing is left
for (const file of readdirSync(at(GENERATED))) {
  if (!names.includes(file.replace(/\.ts(\.new)?$/, ""))) rmSync(at(`${GENERATED}/${file}`));
}
