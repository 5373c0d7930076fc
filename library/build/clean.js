/**
 * Empties dist of scripts and types: what an older build left there would still be found by whoever imports it. The
 * kernels' modules stay, which take long to make and say by themselves whether they are current.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const files = existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: "utf8" }) : [];
for (const file of files) if (/\.(js|js\.map|d\.ts)$/.test(file)) rmSync(dist + file);
