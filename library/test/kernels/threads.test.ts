// The pool: who runs, who wakes whom, how it ends.
import { describe, expect, test } from "vitest";
import { PlatformError } from "#base";
import { createFastBackend } from "#kernels";
import type { Backend, Floats, Host, WorkerStart } from "#kernels";
import { platform } from "#platform";

const options = { threads: 2, module: "simd" } as const;

/** c = a·b with every product 1, of a size that is shared by the threads: every number of c is `inner`. */
function product(backend: Backend, inner = 64): Floats {
  const mark = backend.mark();
  const [a, b, c] = [128 * inner, inner * 128, 128 * 128].map((length) => backend.reserve(length));
  a.fill(1);
  b.fill(1);
  c.fill(0);
  backend.kernels.matmul(a, b, c, 128, inner, 128, 0);
  const result = c.slice();
  backend.releaseTo(mark);
  return result;
}

/** A host that hands out the start message of its last worker. */
function spying(): { host: Host; start: () => WorkerStart } {
  let last: WorkerStart | undefined;
  const spawn: Host["spawn"] = (source, start) => {
    last = start;
    return platform.spawn(source, start);
  };
  return {
    host: { ...platform, cores: () => 2, sharedMemory: () => true, spawn },
    start: () => last as WorkerStart,
  };
}

/** An array that claims to lie where there is no memory. */
function beyondMemory(length: number): Floats {
  return Object.defineProperty(new Float32Array(length), "byteOffset", { value: 2 ** 32 - 4 * length });
}

describe("a job", () => {
  test("is done once by each thread, whatever wakes them", async () => {
    const { host, start } = spying();
    const backend = await createFastBackend(host, options);
    const words = new Int32Array(start().memory.buffer, 0, 64);
    for (let job = 0; job < 20; job++) {
      expect(product(backend).every((value) => value === 64)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 5)); // the worker has gone to sleep
      Atomics.notify(words, 0); // a notification without a job, as one that comes too late
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(words[16]).toBe(0); // nobody has reported a part that was not there
    }
    backend.close();
  });

  test.each([1, 2, 4])(
    "that fails in a kernel is an error, and the next one of %d threads is done",
    async (threads) => {
      const backend = await createFastBackend(platform, { ...options, threads });
      const { add, matmul } = backend.kernels;
      const few = backend.allocate(4);
      const large = backend.allocate(128 * 128);
      const shape = [1, 1, 1, 4];
      const strides = [4, 4, 4, 1];
      for (let round = 0; round < 10; round++) {
        expect(() => matmul(large, large, beyondMemory(128 * 128), 128, 128, 128, 0)).toThrow(PlatformError);
        expect(product(backend).every((value) => value === 64)).toBe(true);
        expect(() => add(few, beyondMemory(4), beyondMemory(2), shape, strides, strides)).toThrow(PlatformError);
        expect(product(backend).every((value) => value === 64)).toBe(true);
      }
      backend.close();
    },
  );

  test("is done by the caller alone after the pool has closed", async () => {
    const backend = await createFastBackend(platform, options);
    backend.close();
    backend.close();
    expect(product(backend).every((value) => value === 64)).toBe(true);
  });
});

describe("a worker", () => {
  test("that ends in the middle of a part is an error, and does not hold the caller up for ever", async () => {
    // takes a part of the first job it sees, and is gone
    const thief = `import { parentPort } from "node:worker_threads";
      parentPort.once("message", ({ memory }) => {
        parentPort.postMessage("ready");
        const words = new Int32Array(memory.buffer, 0, 64);
        for (;;) if (Atomics.load(words, 0) === 3 && Atomics.compareExchange(words, 0, 3, 1) === 3) process.exit();
      });`;
    const spawn: Host["spawn"] = (_, start) => platform.spawn(thief, start);
    const backend = await createFastBackend({ ...platform, spawn }, { ...options, patience: 1 });
    const jobs = () => {
      for (;;) product(backend, 256); // until it has come in time to steal
    };
    expect(jobs).toThrowErrorMatchingInlineSnapshot(`
      [PlatformError: engine: a thread has ended in the middle of a kernel
        want  workers that live as long as the engine
        fix   what was being computed is lost: create a new engine, and go on from the last checkpoint]
    `);
    expect(product(backend).every((value) => value === 64)).toBe(true); // the caller alone
    backend.close();
  });

  test("is on its way when the backend is there, and takes part once it has arrived", async () => {
    const { host, start } = spying();
    const backend = await createFastBackend(host, { ...options, workers: "later" });
    expect(start()).toMatchObject({ thread: 1, threads: 2 });
    for (let job = 0; job < 20; job++) expect(product(backend).every((value) => value === 64)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(product(backend).every((value) => value === 64)).toBe(true);
    backend.close();
  });

  test("that does not arrive is an error of the next job", async () => {
    const spawn: Host["spawn"] = () => Promise.reject(new Error("no room"));
    const backend = await createFastBackend({ ...platform, spawn }, { ...options, workers: "later" });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(() => product(backend)).toThrow("createEngine: a worker could not be started: no room");
    backend.close();
  });

  test("that was asked for just before the pool closes is ended", async () => {
    let closed = 0;
    const spawn: Host["spawn"] = () => Promise.resolve({ close: () => void closed++ });
    const backend = await createFastBackend({ ...platform, spawn }, { ...options, workers: "later" });
    for (let job = 0; job < 20; job++) product(backend);
    backend.close();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(closed).toBe(1);
  });
});

describe("how many threads run", () => {
  test.each([1, 2, 4])("%d when asked", async (threads) => {
    const backend = await createFastBackend(platform, { ...options, threads });
    expect(backend).toMatchObject({ threads, note: null, module: "simd", precision: "f32" });
    backend.close();
  });

  test("as many as there are cores, at most four, when nothing is asked", async () => {
    const { host } = spying();
    const few = await createFastBackend({ ...host, cores: () => 1 }, { module: "simd" });
    const many = await createFastBackend({ ...host, cores: () => 64 }, { module: "simd" });
    expect([few.threads, many.threads]).toEqual([1, 4]);
    few.close();
    many.close();
  });

  test("one where memory cannot be shared, and it is said", async () => {
    const host: Host = {
      ...platform,
      sharedMemory: () => false,
      spawn: () => Promise.reject(new Error("not asked")),
    };
    const backend = await createFastBackend(host, options);
    expect(backend.threads).toBe(1);
    expect(backend.note).toMatchInlineSnapshot(
      `"one thread runs instead of 2: memory cannot be shared here; a page needs the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp"`,
    );
    expect(product(backend).every((value) => value === 64)).toBe(true);
  });

  test.each([0, 1.5, NaN, 17])("%d is refused", async (threads) => {
    await expect(createFastBackend(platform, { ...options, threads })).rejects.toThrow(`${threads} threads cannot run`);
  });

  test("a worker that cannot start is an error, and the others are ended", async () => {
    let closed = 0;
    const spawn: Host["spawn"] = (_, { thread }) =>
      thread === 2 ? Promise.reject(new Error("no room")) : Promise.resolve({ close: () => void closed++ });
    await expect(createFastBackend({ ...platform, spawn }, { ...options, threads: 4 })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [PlatformError: createEngine: a worker could not be started: no room
        want  3 workers beside the calling thread
        fix   use createEngine({ threads: 1 }); in a page, its Content-Security-Policy must allow worker-src blob:]
    `);
    expect(closed).toBe(2);
  });
});
