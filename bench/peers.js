/**
 * The others, measured at the same works: what each can do, how it is started, how it is installed. Their scripts lie in
 * peers/, one for each; all take the work's name and its options as JSON, and print one result.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { spawnSync } from "node:child_process";
import { mnistFolder } from "./mnist.js";
import { path, resultOf, runProgram, timeAboveEmpty } from "./processes.js";

const NPM = "npm install --prefix bench/peers --ignore-scripts";
const STARTS = 10;
/** Debian's own Python has Debian's packages; another one may come first in the path. */
const PYTHON = process.env.PYTHON ?? (existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3");
/** PyTorch's threads are OpenMP's: beside OpenBLAS with threads of its own it is several times slower. */
const OPENMP_BLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
const WHOLE = {};

/**
 * By work: how much of it is done. `batches` and `epochs` stand for libraries that would need minutes or hours: their
 * time for so few batches is multiplied up to an epoch, the first epoch of so many batches warms up.
 */
const peers = {
  numpy: {
    python: "numpy",
    script: "from-scratch.py", // a file numpy.py would be taken for the library
    install: "apt-get install python3-numpy libopenblas0-pthread",
    works: { W1: WHOLE, W2: WHOLE, W4: WHOLE, W5: WHOLE, process: WHOLE },
  },
  pytorch: {
    python: "torch",
    install: "apt-get install python3-torch libopenblas0-openmp",
    works: { W1: WHOLE, W2: WHOLE, W3: WHOLE, W4: WHOLE, W5: WHOLE, process: WHOLE },
  },
  "jax-js": {
    package: "@jax-js/jax",
    oneThread: true,
    works: {
      W1: WHOLE,
      W2: { batches: 60, epochs: 2 },
      W3: { batches: 3, epochs: 2 },
      W4: WHOLE,
      W5: WHOLE,
      process: WHOLE,
    },
  },
  tfjs: {
    package: "@tensorflow/tfjs-backend-wasm",
    oneThread: true,
    works: { W1: { batches: 60, epochs: 2 }, W2: { batches: 20, epochs: 2 }, W4: WHOLE, W5: WHOLE },
  },
  brainjs: { package: "brain.js", oneThread: true, works: { W1: { batches: 15, epochs: 2 }, W5: WHOLE } },
  convnetjs: {
    package: "convnetjs",
    oneThread: true,
    works: { W1: { batches: 15, epochs: 2 }, W2: { batches: 5, epochs: 2 }, W3: { batches: 1, epochs: 2 }, W5: WHOLE },
  },
  "onnxruntime-node": { package: "onnxruntime-node", works: { W4: WHOLE, W5: WHOLE } },
  "onnxruntime-web": { package: "onnxruntime-web", works: { W4: WHOLE, W5: WHOLE } },
};

export const peerNames = Object.keys(peers);
/** Those that more threads make quicker. */
export const threadedPeerNames = peerNames.filter((name) => !peers[name].oneThread);

/**
 * Those of the peers that do this work and are installed, ready to measure; of the others it is said why not.
 *
 * @returns {{ name: string, slow: boolean, measure: (options: object, node: string) => object }[]}
 */
export function findPeers(names, work, { explicit, report }) {
  return names.flatMap((name) => {
    const peer = peers[name];
    const amount = peer.works[work];
    if (amount === undefined) {
      if (explicit) report(`${name} does not do ${work}`);
      return [];
    }
    if (!isInstalled(peer)) {
      report(`${name} is not installed: ${peer.install ?? NPM}`);
      return [];
    }
    return [
      { name, slow: amount.batches !== undefined, measure: (options, node) => measure(name, work, options, node) },
    ];
  });
}

function isInstalled(peer) {
  if (peer.python !== undefined) {
    return spawnSync(PYTHON, ["-c", `import ${peer.python}`], { stdio: "ignore" }).status === 0;
  }
  try {
    createRequire(path("peers/package.json")).resolve(peer.package);
    return true;
  } catch {
    return false;
  }
}

function measure(name, work, { threads = Math.min(4, availableParallelism()), epochs, batches }, node) {
  const peer = peers[name];
  const usualEpochs = { W1: 5, W2: 3, W3: 3, process: 5 }[work];
  const amount = { epochs: epochs ?? usualEpochs, batches, ...peer.works[work] };
  const options = { threads: work === "W5" ? 1 : threads, mnist: mnistFolder, ...amount };
  const program = programOf(name, node, [work, JSON.stringify(options)], options.threads);
  if (work === "W5") {
    const empty = { ...program, arguments: peer.python ? ["-c", "pass"] : [path("programs/empty.js")] };
    const { version } = resultOf(runProgram(program, { quiet: true }).output);
    return { version, ...timeAboveEmpty(program, empty, STARTS), threads: 1, ...runtime(peer, node) };
  }
  const { ms, output } = runProgram(program, { quiet: true });
  const result = { threads, ...resultOf(output), ...runtime(peer, node) };
  return work === "process" ? { ...result, seconds: Number((ms / 1000).toFixed(3)) } : result;
}

function programOf(name, node, given, threads) {
  if (peers[name].python === undefined) return { command: node, arguments: [path(`peers/${name}.js`), ...given] };
  const environment = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  if (name === "pytorch" && existsSync(OPENMP_BLAS)) environment.LD_LIBRARY_PATH = OPENMP_BLAS;
  return { command: PYTHON, arguments: [path(`peers/${peers[name].script ?? `${name}.py`}`), ...given], environment };
}

function runtime(peer, node) {
  if (peer.python !== undefined) return {};
  return {
    node: node === process.execPath ? process.version : spawnSync(node, ["--version"]).stdout.toString().trim(),
  };
}
