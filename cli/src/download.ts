/**
 * MNIST from a public mirror, into the cache folder. Only the bytes that the whole world knows are accepted: each file's
 * SHA-256 stands here, and a file that differs is thrown away and the next mirror asked.
 */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";
import type { DataFile } from "./data.ts";
import { Failure, fileFailure } from "./failure.ts";
import { megabytes } from "./numbers.ts";

/** By which a packed file is known. */
export type Fingerprints = Readonly<Record<DataFile, { byteLength: number; sha256: string }>>;

/** The packed files as Yann LeCun published them in 1998: length in bytes, SHA-256. */
const published: Fingerprints = {
  "train-images-idx3-ubyte": {
    byteLength: 9_912_422,
    sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
  },
  "train-labels-idx1-ubyte": {
    byteLength: 28_881,
    sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
  },
  "t10k-images-idx3-ubyte": {
    byteLength: 1_648_877,
    sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
  },
  "t10k-labels-idx1-ubyte": {
    byteLength: 4_542,
    sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
  },
};

const mirrors = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

/** A server that sends nothing for so long is given up. */
const PATIENCE_MS = 30_000;

export interface DownloadOptions {
  /** Where the files go, made if missing. */
  folder: string;
  files: readonly DataFile[];
  report?: (line: string) => void;
  /** What the files must be. */
  fingerprints?: Fingerprints;
  /** How long a server may send nothing. */
  patienceMs?: number;
}

/**
 * Fetches files, each from the first mirror that has it whole. INKLING_MIRRORS, addresses parted by spaces, replaces
 * the mirrors: for a network of one's own.
 *
 * @throws {Failure} when no mirror has a file; what each of them did is said. Files fetched before it are kept.
 */
export async function downloadMnist(options: DownloadOptions): Promise<void> {
  const { folder, files } = options;
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileFailure(error, { op: "download", path: folder, want: "a cache folder that can be made" });
  });
  const own = process.env.INKLING_MIRRORS?.split(/\s+/).filter((address) => address !== "");
  for (const file of files) {
    const bytes = await fetchFirst(own ?? mirrors, file, options);
    await writeAtomically(join(folder, `${file}.gz`), bytes);
  }
}

async function fetchFirst(bases: readonly string[], file: DataFile, options: DownloadOptions): Promise<Uint8Array> {
  const { report, fingerprints = published } = options;
  const refusals: string[] = [];
  for (const base of bases) {
    const address = `${base.replace(/\/?$/, "/")}${file}.gz`;
    try {
      return await fetchWhole(address, file, options);
    } catch (error) {
      const reason = reasonOf(error);
      refusals.push(`${address}: ${reason}`);
      report?.(`${file}.gz  ${reason}`);
    }
  }
  throw new Failure({
    op: "download",
    problem: `no mirror gave ${file}.gz`,
    got: refusals.join("\n        "),
    want: `${fingerprints[file].byteLength} bytes with the SHA-256 ${fingerprints[file].sha256}`,
    fix: "is this machine connected? Otherwise fetch the files elsewhere and name their folder with --data",
  });
}

/** The bytes at an address, if they are the right ones. */
async function fetchWhole(
  address: string,
  file: DataFile,
  { report, fingerprints = published, patienceMs = PATIENCE_MS }: DownloadOptions,
): Promise<Uint8Array> {
  checkAddress(address);
  const { byteLength, sha256 } = fingerprints[file];
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const response = await fetch(address, { signal: patience.signal, headers: { "accept-encoding": "identity" } });
    if (!response.ok || !response.body) throw new Error(`the server answers ${response.status}`);
    const bytes = new Uint8Array(byteLength);
    let length = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      if (length + chunk.length > byteLength) throw new Error("it is longer than it should be");
      bytes.set(chunk, length);
      length += chunk.length;
      clearTimeout(timer);
      timer = setTimeout(() => patience.abort(), patienceMs);
      report?.(`${file}.gz  ${megabytes(length)} of ${megabytes(byteLength)}`);
    }
    if (length < byteLength) throw new Error(`it ends after ${length} of ${byteLength} bytes`);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new Error("its SHA-256 is another");
    return bytes;
  } catch (error) {
    if (patience.signal.aborted) throw new Error(`nothing came for ${patienceMs / 1000} s`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    patience.abort(); // a server that goes on sending is not listened to any more
  }
}

/** Mirrors are asked over https; only this very machine may be asked in the open. */
function checkAddress(address: string): void {
  const { protocol, hostname } = new URL(address);
  if (protocol === "https:" || hostname === "127.0.0.1" || hostname === "localhost") return;
  throw new Error("mirrors must be https addresses");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}
