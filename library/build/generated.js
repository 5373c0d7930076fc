/** Source files that the build makes: each says from which sources, so that a current one is not made again. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export function isCurrent(file, stamp) {
  return existsSync(file) && readFileSync(file, "utf8").includes(stamp);
}

/** Renamed into place: whoever reads meanwhile sees the old file or the new one. */
export function write(file, { by, stamp, text }) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `/* made by build/${by} from sources ${stamp} */\n${text}\n`);
  renameSync(`${file}.new`, file);
}

/** A short hash of everything that a result depends on. */
export function stampOf(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}
