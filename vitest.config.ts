/**
 * Three test projects: the library and the command line in Node, and the library in Chromium.
 * Tests see library/src through the condition `inkling-source`; the command line, run as a process, sees the build.
 */
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { browserLaunch } from "./scripts/browser.js";

const source = "inkling-source";
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const long = process.env.INKLING_LONG === "1";
const include = long ? ["test/**/*.long.ts"] : ["test/**/*.test.ts"];

const node = (name: string): TestProjectInlineConfiguration => ({
  root: name,
  resolve: { conditions: [source, ...defaultServerConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    name,
    include,
    exclude: ["**/*.browser.test.ts"],
    testTimeout: long ? 1_200_000 : 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    execArgv: ["--expose-gc"],
  },
});

const browser = async (name: string): Promise<TestProjectInlineConfiguration> => ({
  root: name,
  resolve: { conditions: [source, ...defaultClientConditions] },
  server: { headers },
  worker: { format: "es" },
  test: {
    name: `${name}-browser`,
    include: ["test/**/*.browser.test.ts"],
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: await browserLaunch(), contextOptions: { locale: "en-US" } }),
      instances: [{ browser: "chromium" }],
    },
  },
});

export default defineConfig({
  test: {
    globalSetup: "./scripts/test-setup.js",
    projects: [node("library"), node("cli"), ...(long ? [] : [await browser("library")])],
  },
});
