// Linear memory: nothing overlaps, nothing is lost, and what does not fit is refused with advice.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFastBackend, LinearMemory } from "#kernels";
import { platform } from "#platform";

const MEBIBYTE = 1024 * 1024;
const create = (limit = 64 * MEBIBYTE) => new LinearMemory({ threads: 1, limit });

describe("what lasts", () => {
  test("any sequence of taking and giving back: stretches never overlap, and all becomes free again", () => {
    const order = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 300_000 })), { maxLength: 60 });
    fc.assert(
      fc.property(order, (steps) => {
        const memory = create();
        const alive: { begin: number; end: number }[] = [];
        for (const [take, number] of steps) {
          if (take || alive.length === 0) {
            const begin = memory.allocate(number);
            for (const other of alive) expect(begin >= other.end || begin + number <= other.begin).toBe(true);
            expect(begin % 64).toBe(0);
            expect(begin + number).toBeLessThanOrEqual(memory.memory.buffer.byteLength);
            alive.push({ begin, end: begin + number });
          } else {
            const [{ begin }] = alive.splice(number % alive.length, 1);
            memory.release(begin);
          }
        }
        for (const { begin } of alive) memory.release(begin);
        expect(memory.bytes().lasting).toBe(0);
        // joined again, the free stretches hold one as large as all of them
        const { total } = memory.bytes();
        const heap = total - 65536 - MEBIBYTE; // behind the control block and one thread's scratch
        if (heap > 0) memory.allocate(heap);
        expect(memory.bytes().total).toBe(total);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("starts as zeros, also where something else was", () => {
    const memory = create();
    const first = memory.allocate(1000);
    new Uint8Array(memory.memory.buffer, first, 1000).fill(7);
    memory.release(first);
    const second = memory.allocate(1000);
    expect(second).toBe(first);
    expect(new Uint8Array(memory.memory.buffer, second, 1000).every((byte) => byte === 0)).toBe(true);
  });

  test("giving back twice, or what was never taken, changes nothing", () => {
    const memory = create();
    const begin = memory.allocate(1000);
    memory.release(begin);
    memory.release(begin);
    memory.release(123_456);
    const again = [memory.allocate(1000), memory.allocate(1000)];
    expect(again[0]).not.toBe(again[1]);
  });
});

describe("the step arena", () => {
  test("goes back to a mark, and its blocks are used again", () => {
    const memory = create();
    const start = memory.mark();
    const first = memory.reserve(1000);
    const inner = memory.mark();
    const second = memory.reserve(1000);
    memory.releaseTo(inner);
    expect(memory.reserve(1000)).toBe(second);
    memory.releaseTo(start);
    expect(memory.reserve(1000)).toBe(first);
  });

  test("does not grow when every step is released, whatever sizes it takes", () => {
    const memory = create();
    const step = () => {
      const mark = memory.mark();
      for (const size of [5, 900_000, 9 * MEBIBYTE, 64, 3 * MEBIBYTE]) memory.reserve(size);
      memory.releaseTo(mark);
    };
    step();
    const { total } = memory.bytes();
    for (let i = 0; i < 1000; i++) step();
    expect(memory.bytes().total).toBe(total);
  });

  test("an idle arena makes room, for what lasts and for a larger step", () => {
    const memory = create();
    const start = memory.mark();
    memory.reserve(40 * MEBIBYTE);
    memory.releaseTo(start);
    const begin = memory.allocate(50 * MEBIBYTE); // does not fit beside the arena's block
    memory.release(begin);
    memory.reserve(10 * MEBIBYTE);
    memory.releaseTo(start);
    memory.reserve(60 * MEBIBYTE);
    expect(memory.bytes()).toMatchObject({ lasting: 0, arena: 60 * MEBIBYTE });
  });

  test("what lies below a mark stays where it is, whatever is taken and released above", () => {
    const memory = create();
    const sizes = fc.array(fc.integer({ min: 1, max: 20 * MEBIBYTE }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, (steps) => {
        const start = memory.mark();
        const low = memory.reserve(100);
        new Uint8Array(memory.memory.buffer, low, 100).fill(5);
        const mark = memory.mark();
        for (const size of steps) {
          try {
            const high = memory.reserve(size);
            expect(high >= low + 100 || high + size <= low).toBe(true);
          } catch {
            memory.releaseTo(mark); // the limit: the rest starts over
          }
        }
        memory.releaseTo(mark);
        expect(new Uint8Array(memory.memory.buffer, low, 100).every((byte) => byte === 5)).toBe(true);
        memory.releaseTo(start);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("lies beside what lasts, never over it", () => {
    const memory = create();
    const lasting = Array.from({ length: 5 }, () => {
      memory.reserve(3 * MEBIBYTE);
      const begin = memory.allocate(MEBIBYTE);
      new Uint8Array(memory.memory.buffer, begin, MEBIBYTE).fill(9);
      return begin;
    });
    const arena = memory.reserve(2 * MEBIBYTE);
    new Uint8Array(memory.memory.buffer, arena, 2 * MEBIBYTE).fill(1);
    for (const begin of lasting) {
      expect(new Uint8Array(memory.memory.buffer, begin, MEBIBYTE).every((byte) => byte === 9)).toBe(true);
    }
  });
});

describe("windows on it", () => {
  test.each(["allocate", "reserve", "reserveBytes"] as const)(
    "%s: the first of all may make the memory grow",
    async (take) => {
      const backend = await createFastBackend(platform, { threads: 1, module: "simd" });
      const array = backend[take](3 * MEBIBYTE);
      expect(array).toHaveLength(3 * MEBIBYTE);
      array[array.length - 1] = 7;
      expect(backend[take](9 * MEBIBYTE)).toHaveLength(9 * MEBIBYTE);
      expect(array.at(-1)).toBe(7);
      backend.close();
    },
  );
});

describe("the limit", () => {
  test("is reached by what lasts", () => {
    const memory = create(4 * MEBIBYTE);
    expect(() => memory.allocate(5 * MEBIBYTE)).toThrowErrorMatchingInlineSnapshot(`
      [MemoryError: memory: 5.0 MiB were asked for, and 2.9 MiB of 4.0 MiB are free
        got   0.0 MiB that last and 0.0 MiB of the step that is running
        fix   raise createEngine({ memoryLimit }), or use smaller models and batches]
    `);
    memory.allocate(2 * MEBIBYTE); // what fits still fits
  });

  test("is reached by steps that never end, and the three ways to end one are named", () => {
    const memory = create(20 * MEBIBYTE);
    expect(() => {
      for (;;) memory.reserve(MEBIBYTE);
    }).toThrowErrorMatchingInlineSnapshot(`
      [MemoryError: memory: 1.0 MiB were asked for, and 0.9 MiB of 20.0 MiB are free
        got   0.0 MiB that last and 18.0 MiB of the step that is running
        fix   let steps end: an optimizer's update ends one, so does engine.step(() => …) when it returns, and model.predict(images) needs neither; or raise createEngine({ memoryLimit })]
    `);
  });

  test("is reached by steps that never end, beside more that lasts", () => {
    const memory = create();
    memory.allocate(40 * MEBIBYTE);
    expect(() => {
      for (;;) memory.reserve(MEBIBYTE);
    }).toThrow(/optimizer's update.*engine\.step.*model\.predict/);
    const { lasting, arena } = memory.bytes();
    expect(lasting).toBeGreaterThan(arena);
  });

  test("a small limit leaves the arena as much as there is", () => {
    const memory = create(4 * MEBIBYTE); // less than one block
    expect(() => memory.reserve(MEBIBYTE)).not.toThrow();
  });
});
