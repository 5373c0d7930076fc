// "Did you mean …?": few slips are forgiven, and nothing is suggested when nothing is near.
import { expect, test } from "vitest";
import { nearest } from "#base";

test.each([
  ["prize", ["area", "price", "town"], "price"],
  ["Price", ["price"], "price"],
  ["pirce", ["price"], "price"], // two letters swapped are one slip
  ["pric", ["price", "prices"], "price"],
  ["colour", ["color"], "color"],
  ["xyzzy", ["area", "price"], null],
  ["a", ["b"], null],
  ["a", ["A"], "A"],
  ["", ["a"], null],
  ["price", [], null],
])("%s among %j: %s", (name, known, near) => {
  expect(nearest(name, known)).toBe(near);
});

test("long names are compared by their beginning", () => {
  expect(nearest(`${"x".repeat(100_000)}1`, [`${"x".repeat(100_000)}2`])).not.toBeNull();
});
