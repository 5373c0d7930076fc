// The generator against its published test vectors, and what its users rely on.
import { philox, Rng, SettingError } from "#base";
import { describe, expect, test } from "vitest";

describe("Philox4x32-10", () => {
  // known answers published with the generator's source (Random123, file kat_vectors)
  test.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array(4).fill(0xffffffff), Array(2).fill(0xffffffff), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("counter %j under key %j gives %j", (counter, key, words) => {
    const out = new Uint32Array(4);
    philox(counter, key, out);
    expect([...out]).toEqual(words);
  });
});

const draw = (rng: Rng, count = 5) => Array.from({ length: count }, () => rng.uint32());

describe("Rng", () => {
  test("the same seed gives the same numbers, another seed others", () => {
    expect(draw(new Rng(7))).toEqual(draw(new Rng(7)));
    expect(draw(new Rng(7))).not.toEqual(draw(new Rng(8)));
    expect(draw(new Rng(7))).not.toEqual(draw(new Rng(7 + 2 ** 32)));
  });

  test("a stream depends on its name and its parent's key, not on what was drawn", () => {
    const rng = new Rng(1);
    const before = draw(rng.stream("dropout"));
    draw(rng);
    expect(draw(rng.stream("dropout"))).toEqual(before);
    expect(draw(rng.stream("shuffle"))).not.toEqual(before);
    expect(draw(new Rng(2).stream("dropout"))).not.toEqual(before);
  });

  test("names that begin alike are different streams", () => {
    const names = ["", "a", "aa", "aaa", "a\0", "ab", "ba", "epoch 1", "epoch 11", "é", "epoch 1\0"];
    const firsts = names.map((name) => new Rng(3).stream(name).uint32());
    expect(new Set(firsts).size).toBe(names.length);
  });

  test("a restored state goes on where it stopped, also within a block of four", () => {
    for (const drawn of [0, 1, 3, 4, 6]) {
      const rng = new Rng(5);
      draw(rng, drawn);
      const restored = Rng.restore(structuredClone(rng.state()));
      expect(draw(restored)).toEqual(draw(rng));
    }
  });

  test("uniform numbers fill [low, high) evenly", () => {
    const rng = new Rng(11);
    const numbers = Array.from({ length: 20_000 }, () => rng.uniform(-2, 6));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...numbers)).toBeLessThan(6);
    expect(mean(numbers)).toBeCloseTo(2, 1);
    expect(variance(numbers)).toBeCloseTo(64 / 12, 1);
  });

  test("normal numbers have mean 0, variance 1 and the tails of a normal distribution", () => {
    const rng = new Rng(12);
    const numbers = Array.from({ length: 40_000 }, () => rng.normal());
    expect(mean(numbers)).toBeCloseTo(0, 1);
    expect(variance(numbers)).toBeCloseTo(1, 1);
    const beyondTwo = numbers.filter((value) => Math.abs(value) > 2).length / numbers.length;
    expect(beyondTwo).toBeCloseTo(0.0455, 2);
  });

  test("every permutation of three is equally likely", () => {
    const rng = new Rng(13);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = rng.permutation(3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(count / 6000).toBeCloseTo(1 / 6, 1);
  });

  test("there is nothing to choose from no numbers, half a number or more than 2³²", () => {
    const rng = new Rng(14);
    for (const count of [0, -1, 0.5, NaN, Infinity, 2 ** 32 + 1]) {
      expect(() => rng.integer(count)).toThrow(SettingError);
    }
    expect(() => rng.integer(0)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: Rng.integer: there are no 0 numbers to choose from
        got   count = 0
        want  a whole number from 1 to 4294967296]
    `);
    expect(rng.integer(1)).toBe(0);
    expect(rng.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  test.each([-1, 0.5, NaN, 2 ** 53])("%d is no seed", (seed) => {
    expect(() => new Rng(seed)).toThrow(`Rng: ${seed} is no seed`);
  });
});

const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const variance = (numbers: number[]) => {
  const middle = mean(numbers);
  return mean(numbers.map((value) => (value - middle) ** 2));
};
