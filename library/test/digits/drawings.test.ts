// The file of strokes: what a line may hold, and what is said of one that holds something else.
import { describe, expect, test } from "vitest";
import { readDrawings } from "../../src/digits/drawings.ts";

describe("readDrawings", () => {
  test("reads a drawing a line, and keeps what else is said of it", () => {
    const text = '\uFEFF{"label":7,"writer":"01","strokes":[[0,1,2,3],[4,5]]}\r\n\n{"strokes":[]}\n';
    expect(readDrawings(text)).toEqual([
      {
        label: 7,
        strokes: [
          [0, 1, 2, 3],
          [4, 5],
        ],
        line: 1,
        notes: { writer: "01" },
      },
      { label: null, strokes: [], line: 3, notes: {} },
    ]);
  });
  test("an empty text holds none", () => {
    expect(readDrawings("")).toEqual([]);
  });
  test.each([
    ["no JSON", '{"label":1,'],
    ["a list", "[1, 2]"],
    ["a label of two digits", '{"label":12,"strokes":[]}'],
    ["a word for a label", '{"label":"seven","strokes":[]}'],
    ["no strokes", '{"label":1}'],
    ["an x without a y", '{"strokes":[[1,2],[3]]}'],
    ["a word for a coordinate", '{"strokes":[[1,"2"]]}'],
    ["a coordinate beyond all measure", '{"strokes":[[1,1e300]]}'],
    ["points in pairs", '{"strokes":[[[1,2],[3,4]]]}'],
  ])("%s is refused, with its line", (_, line) => {
    expect(() => readDrawings(`{"strokes":[]}\n${line}`, { file: "mine.jsonl" })).toThrowErrorMatchingSnapshot();
  });
});
