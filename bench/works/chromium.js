/** chromium: the trainings W1 and W3 in a page, which is isolated so that threads may share memory. */
import { chromium } from "playwright";
import { createServer } from "vite";
import { browserLaunch } from "../../scripts/browser.js";
import { mnistFolder } from "../mnist.js";
import { path } from "../processes.js";

export const title = "W1 and W3 in a page in Chromium";

const EPOCHS = { W1: 5, W3: 3 };

export async function run({ threads = 2, module, epochs, batches }, report) {
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = await createServer({
    root: path("../"),
    publicDir: mnistFolder, // served as they are
    configFile: false,
    logLevel: "error",
    optimizeDeps: { noDiscovery: true },
    server: { headers, host: "127.0.0.1", hmr: false, watch: null },
  });
  await server.listen(0);
  const browser = await chromium.launch(await browserLaunch());
  try {
    const result = { work: "chromium", browser: `Chromium ${browser.version()}` };
    for (const work of ["W1", "W3"]) {
      const page = await browser.newPage();
      await page.goto(`${server.resolvedUrls.local[0]}LICENSE`); // any page of the server will do
      const options = JSON.stringify({ work, threads, module, epochs: epochs ?? EPOCHS[work], batches });
      result[work] = await page.evaluate(
        `import("/bench/page/training.js").then(({ trainInPage }) => trainInPage(${options}))`,
      );
      report(`${work}: ${result[work].secondsPerEpoch} s per epoch`);
      await page.close();
    }
    return result;
  } finally {
    await browser.close();
    await server.close();
  }
}

export function format({ browser, W1, W3 }) {
  const rows = [W1, W3].map(({ work, secondsPerEpoch, testAccuracy, epochs, batches, threads, module }) => {
    const accuracy =
      testAccuracy === null
        ? `from ${batches} batches`
        : `test accuracy ${(100 * testAccuracy).toFixed(2)} % after ${epochs}`;
    return `${work}  ${secondsPerEpoch} s per epoch, ${accuracy}  (${threads} threads, ${module}, ${browser})`;
  });
  return rows.map((row) => `chromium  ${row}`).join("\n");
}
