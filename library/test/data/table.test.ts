// Tables as numbers: what is learnt from which rows, and what a person is told about a table that cannot be learnt from.
import { describe, expect, test } from "vitest";
import { encodedWidth, encodeInputs, encodeTable, readCsv, tableSplits } from "#data";
import type { ClassDataset, Table, TableEncoding, ValueDataset } from "#data";

const read = (text: string) => readCsv(text, { file: "homes.csv" });
const ALL = { validation: 0, test: 0 };

const HOMES = read("area,town,garden,price\n50,Bath,1,100\n70,Wells,0,200\n90,Bath,0,300\n110,Ayr,1,400\n");

/** A table of so many rows: a number, a word, and a number and a class to predict. */
function many(rows: number): Table {
  const lines = Array.from({ length: rows }, (_, row) => {
    const size = (row * 7) % 31;
    return `${size},${["red", "green", "blue"][row % 3]},${2 * size + 5},${row % 4 === 0 ? "rare" : "common"}`;
  });
  return read(`size,colour,cost,kind\n${lines.join("\n")}\n`);
}

describe("numbers to predict", () => {
  const { splits, encoding } = tableSplits(HOMES, { target: "price", ...ALL });
  const training = splits.training as ValueDataset;

  test("the encoding: mean and deviation of numbers, the values of words in order", () => {
    expect(encoding).toEqual({
      inputs: [
        { name: "area", kind: "number", mean: 80, deviation: Math.sqrt(500) },
        { name: "town", kind: "category", values: ["Ayr", "Bath", "Wells"] },
        { name: "garden", kind: "number", mean: 0.5, deviation: 0.5 },
      ],
      target: { name: "price", kind: "number", mean: 250, deviation: Math.sqrt(12500) },
    });
    expect(encodedWidth(encoding.inputs)).toBe(5);
  });
  test("the dataset: a row of five numbers for each home, targets standardised", () => {
    const far = Math.fround(30 / Math.sqrt(500));
    const near = Math.fround(10 / Math.sqrt(500));
    expect(training).toMatchObject({ task: "regression", inputShape: [5], length: 4, targetNames: ["price"] });
    expect([...training.inputs]).toEqual(
      [
        [-far, 0, 1, 0, 1],
        [-near, 0, 0, 1, -1],
        [near, 0, 1, 0, -1],
        [far, 1, 0, 0, 1],
      ].flat(),
    );
    const { mean, deviation } = training.targetUnits[0];
    expect(Array.from(training.targets, (target) => Math.round(target * deviation + mean))).toEqual([
      100, 200, 300, 400,
    ]);
  });
});

describe("classes to predict", () => {
  test("are numbered in order, and the dataset knows their names", () => {
    const { splits, encoding } = tableSplits(HOMES, { target: "town", ...ALL });
    const training = splits.training as ClassDataset;
    expect(training).toMatchObject({ task: "classification", classNames: ["Ayr", "Bath", "Wells"] });
    expect([...training.labels]).toEqual([1, 2, 1, 0]);
    expect(encoding.target).toEqual({ name: "town", kind: "category", values: ["Ayr", "Bath", "Wells"] });
  });
  test("a target of two different numbers is one of classes", () => {
    const { splits } = tableSplits(HOMES, { target: "garden", ...ALL });
    expect(splits.training).toMatchObject({ classNames: ["0", "1"], labels: Uint8Array.of(1, 0, 0, 1) });
  });
  test("numbers are classes when that is said, in the order of their size", () => {
    const { splits } = tableSplits(HOMES, { target: "price", task: "classification", ...ALL });
    expect(splits.training).toMatchObject({ classNames: ["100", "200", "300", "400"] });
  });
  test("two numbers may be predicted as numbers", () => {
    const { splits } = tableSplits(HOMES, { target: "garden", task: "regression", ...ALL });
    expect(splits.training).toMatchObject({ task: "regression", targetUnits: [{ mean: 0.5, deviation: 0.5 }] });
  });
});

describe("columns", () => {
  test("may be left out", () => {
    const { encoding } = tableSplits(HOMES, { target: "price", omit: ["town", "garden"], ...ALL });
    expect(encoding.inputs.map(({ name }) => name)).toEqual(["area"]);
  });
  test("of numbers may be names of things", () => {
    const { encoding } = tableSplits(HOMES, { target: "price", omit: ["town"], categories: ["area"], ...ALL });
    expect(encoding.inputs[0]).toEqual({ name: "area", kind: "category", values: ["50", "70", "90", "110"] });
  });
  test("with one value in all rows become 0, exactly, and a note says so", () => {
    const table = read(`a,b,c\n${Array.from({ length: 10 }, (_, row) => `0.1,${row},x`).join("\n")}`);
    const { splits, encoding, notes } = tableSplits(table, { target: "b", ...ALL });
    expect(encoding.inputs[0]).toEqual({ name: "a", kind: "number", mean: 0.1, deviation: 1 });
    expect([...splits.training.inputs].filter((_, index) => index % 2 === 0)).toEqual(Array(10).fill(0));
    expect(notes).toMatchInlineSnapshot(`
      [
        "the column "a" has one value in all training rows: nothing is learnt of it",
        "the column "c" has one value in all training rows: nothing is learnt of it",
      ]
    `);
  });
  test("that are left out may hold anything", () => {
    const table = read("a,note,b\n1,,2\n3,?,4\n5,6,7");
    expect(tableSplits(table, { target: "b", omit: ["note"], ...ALL }).splits.training.length).toBe(3);
  });
  test("the same number is the same category, however it is written, in any file", () => {
    const table = read("code,b\n007,1\n7.0,2\nx,3\ny,4\nz,5\nz,6");
    const { encoding } = tableSplits(table, { target: "b", ...ALL });
    expect(encoding.inputs[0]).toMatchObject({ values: ["7", "x", "y", "z"] });
    expect([...encodeInputs(read("code\n7"), encoding)]).toEqual([1, 0, 0, 0]);
  });
});

describe("the parts", () => {
  const table = many(400);
  const { splits, encoding } = tableSplits(table, { target: "kind", omit: ["colour"] });

  test("10 % to choose by and 20 % for the test, each class with its share", () => {
    const { training, validation, test: last } = splits;
    expect([training.length, validation?.length, last?.length]).toEqual([280, 40, 80]);
    for (const part of [training, validation, last] as ClassDataset[]) {
      expect(part.labels.filter((label) => label === 1).length).toBe(part.length / 4);
    }
  });
  test("every row is in exactly one part", () => {
    const numbered = read(`n,class\n${Array.from({ length: 60 }, (_, row) => `${row},${"xyz"[row % 3]}`).join("\n")}`);
    const result = tableSplits(numbered, { target: "class", validation: 7, test: 11 });
    const { mean, deviation } = result.encoding.inputs[0] as { mean: number; deviation: number };
    const rows = [result.splits.training, result.splits.validation, result.splits.test].map((part) =>
      Array.from(part?.inputs ?? [], (input) => Math.round(input * deviation + mean)),
    );
    expect(rows.map(({ length }) => length)).toEqual([42, 7, 11]);
    expect(rows.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, row) => row));
    expect(rows[2]).toMatchInlineSnapshot(`
      [
        3,
        5,
        15,
        17,
        25,
        30,
        32,
        34,
        51,
        55,
        58,
      ]
    `); // the same today and always
  });
  test("the same table makes the same parts", () => {
    expect(tableSplits(many(400), { target: "kind", omit: ["colour"] })).toEqual({ splits, encoding, notes: [] });
  });
  test("what is not in the training part leaves no trace in the encoding", () => {
    const target = "cost";
    const before = tableSplits(table, { target });
    // planted: the rows held out get other numbers and words, the training rows stay
    const held = new Set(heldOut(table, target));
    expect(held.size).toBe(120);
    const columns = table.columns.map((column) =>
      column.kind === "number"
        ? { ...column, values: column.values.map((value, row) => (held.has(row) ? 1e6 + value : value)) }
        : { ...column, values: column.values.map((value, row) => (held.has(row) ? "black" : value)) },
    );
    const after = tableSplits({ ...table, columns }, { target });
    expect(after.encoding).toEqual(before.encoding);
    expect(after.splits.training).toEqual(before.splits.training);
    expect(after.splits.test).not.toEqual(before.splits.test);
  });
  test("no rows held out make null parts", () => {
    expect(tableSplits(HOMES, { target: "price", ...ALL }).splits).toMatchObject({ validation: null, test: null });
  });
  test("a class of one row is allowed, and a note says what that means", () => {
    const rows = Array.from({ length: 40 }, (_, row) => `${row},${row === 3 ? "only" : "xy"[row % 2]}`);
    const lone = read(`a,b\n${rows.join("\n")}`);
    expect(tableSplits(lone, { target: "b" }).notes).toMatchInlineSnapshot(`
      [
        "the class "only" has no test row: the test says nothing of it",
      ]
    `);
    const pairs = read("a,b\n1,x\n2,y");
    expect(tableSplits(pairs, { target: "b", validation: 0, test: 1 }).notes).toMatchInlineSnapshot(`
      [
        "the column "a" has one value in all training rows: nothing is learnt of it",
        "the class "x" has no training row: nothing is learnt of it",
        "the class "y" has no test row: the test says nothing of it",
      ]
    `);
  });
});

/** Which rows are held out, told by a column of row numbers. */
function heldOut(table: Table, target: string): number[] {
  const row = {
    kind: "number",
    name: "row",
    values: Float64Array.from({ length: table.rows }, (_, index) => index),
  } as const;
  const { splits, encoding } = tableSplits(
    { ...table, columns: [row, ...table.columns.filter(({ name }) => name === target)] },
    { target },
  );
  const { mean, deviation } = encoding.inputs[0] as { mean: number; deviation: number };
  return [splits.validation, splits.test].flatMap((part) =>
    Array.from(part?.inputs ?? [], (input) => Math.round(input * deviation + mean)),
  );
}

describe("another table by the same encoding", () => {
  const homes = tableSplits(HOMES, { target: "price", ...ALL });
  const towns = tableSplits(HOMES, { target: "town", ...ALL });
  const other = (text: string) => readCsv(text, { file: "new.csv" });

  test("the same table becomes the same dataset", () => {
    expect(encodeTable(HOMES, homes.encoding)).toEqual(homes.splits.training);
    expect(encodeTable(HOMES, towns.encoding)).toEqual(towns.splits.training);
  });
  test("columns may come in another order, with others among them, and a word may be new", () => {
    const table = other("id,garden,price,town,area\nk7,0,?,Rome,80");
    expect([...encodeInputs(table, homes.encoding)]).toEqual([0, 0, 0, 0, -1]);
  });
  test("inputs need no target", () => {
    expect(encodeInputs(other("area,town,garden\n80,Ayr,1"), homes.encoding)).toEqual(Float32Array.of(0, 1, 0, 0, 1));
  });
  test("an encoding survives JSON", () => {
    const stored = JSON.parse(JSON.stringify(homes.encoding)) as TableEncoding;
    expect(encodeTable(HOMES, stored)).toEqual(homes.splits.training);
  });

  describe("refuses", () => {
    const encode = (text: string, encoding = homes.encoding) => expect(() => encodeTable(other(text), encoding));
    test("a missing column", () => {
      encode("aera,town,garden,price\n1,x,1,1").toThrowErrorMatchingInlineSnapshot(`
        [FormatError: encodeTable: the column "area" is missing (new.csv)
          got   aera, town, garden, price
          want  the columns that the network was trained with
          fix   is "aera" the one? give it that name]
      `);
    });
    test("a missing cell", () => {
      encode("area,town,garden,price\n1,x,1,1\n,x,1,1").toThrowErrorMatchingInlineSnapshot(`
        [FormatError: encodeTable: a cell is missing (new.csv, line 3, column "area")
          want  a number
          fix   fill it in, or delete the row]
      `);
    });
    test("a word for a number", () => {
      encode("area,town,garden,price\n1,x,1,1\nbig,x,1,1").toThrowErrorMatchingInlineSnapshot(`
        [FormatError: encodeTable: "big" stands in a column of numbers (new.csv, line 3, column "area")
          want  a number, such as 12 or -0.5 or 3e4
          fix   write a number there, or delete the row]
      `);
    });
    test("a class that nobody knows", () => {
      encode("area,town,garden,price\n1,Bath,1,1\n1,bath,1,1", towns.encoding).toThrowErrorMatchingInlineSnapshot(`
        [FormatError: encodeTable: nobody knows the class "bath" (new.csv, line 3, column "town")
          want  one of Ayr, Bath, Wells
          fix   did you mean "Bath"?]
      `);
    });
    test("a number from another world", () => {
      encode("area,town,garden,price\n1e300,x,1,1").toThrowErrorMatchingInlineSnapshot(`
        [FormatError: encodeTable: 1e+300 is too far from the numbers that the network was trained with (new.csv, line 2, column "area")
          want  numbers about 80, give or take 22.360679774997898]
      `);
    });
    test("the file may be called otherwise", () => {
      const encode7 = () => encodeTable(other("a\n1"), homes.encoding, { file: "seven.csv" });
      expect(encode7).toThrow("seven.csv");
    });
  });
});

describe("tables that cannot be learnt from are refused", () => {
  const split = (text: string, options: Partial<Parameters<typeof tableSplits>[1]> = {}) =>
    expect(() => tableSplits(read(text), { target: "b", ...ALL, ...options }));
  const rows = (count: number, row: (index: number) => string) =>
    `a,b\n${Array.from({ length: count }, (_, index) => row(index)).join("\n")}`;

  test("a target that is no column", () => {
    expect(() => tableSplits(HOMES, { target: "prize" })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: there is no column "prize" in homes.csv
        got   target = "prize"
        want  one of area, town, garden, price
        fix   did you mean "price"?]
    `);
    expect(() => tableSplits(HOMES, { target: "xyzzy" })).toThrow(expect.objectContaining({ fix: undefined }) as Error);
  });
  test("an option that names no column", () => {
    split("age,b\n1,2", { omit: ["aeg"] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: there is no column "aeg" in homes.csv
        got   omit = ["aeg"]
        want  one of age, b
        fix   did you mean "age"?]
    `);
  });
  test("the target left out", () => {
    split("a,b\n1,2", { omit: ["b"] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: "b" is the target
        got   omit = ["b"]
        want  other columns]
    `);
  });
  test("the target among the categories", () => {
    split("a,b\n1,2", { categories: ["b"] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: "b" is the target
        got   categories = ["b"]
        want  other columns
        fix   to tell its values apart: task: "classification"]
    `);
  });
  test("nothing to predict from", () => {
    split("a,b\n1,2", { omit: ["a"] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: no column is left to predict from
        got   omit = ["a"]
        want  at least one besides the target "b"]
    `);
  });
  test("nothing left to train on", () => {
    split("a,b\n1,2\n3,4\n5,6", { validation: 1, test: 2 }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: 1 for validation and 2 for the test leave none of 3 samples to train on
        got   validation = 1
        want  at most 2 together
        fix   hold out fewer, or none: 0]
    `);
  });
  test("a misspelt option", () => {
    split("a,b\n1,2", { omits: ["a"] } as object).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: tableSplits: nobody knows a setting "omits"
        got   omits = ["a"]
        want  only target, validation, test, task, omit, categories
        fix   did you mean omit?]
    `);
  });
  test("a missing number", () => {
    split("a,b\n1,2\n,4\n5,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: a cell is missing (homes.csv, line 3, column "a")
        want  a number
        fix   fill it in, or delete the row; or leave the column out: omit: ["a"]]
    `);
  });
  test("a missing word", () => {
    split("a,b\nx,2\n,4\ny,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: a cell is missing (homes.csv, line 3, column "a")
        want  a value
        fix   fill it in, or delete the row; or leave the column out: omit: ["a"]]
    `);
  });
  test("a missing target", () => {
    split("a,b\n1,2\n2,\n5,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: a cell is missing (homes.csv, line 3, column "b")
        want  a number
        fix   fill it in, or delete the row]
    `);
  });
  test("a word among numbers: the first, also where a sign of absence came before it", () => {
    split(rows(40, (index) => `${index === 30 ? "many" : index},${index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: "many" stands in a column of numbers (homes.csv, line 32, column "a")
        want  a number, such as 12 or -0.5 or 3e4
        fix   write a number there, or delete the row; or leave the column out: omit: ["a"]; or if these are names and not numbers: categories: ["a"]]
    `);
    split(rows(40, (index) => `${index % 3 === 1 ? "NA" : index},${index}`)).toThrow(
      '"NA" stands in a column of numbers',
    );
    split("a,b\n1,2\n2,3\nx,4").toThrow("line 4");
  });
  test("a word among numbers to predict", () => {
    split(rows(40, (index) => `${index},${index === 30 ? "much" : index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: "much" stands in a column of numbers (homes.csv, line 32, column "b")
        want  a number, such as 12 or -0.5 or 3e4
        fix   write a number there, or delete the row; or if these are classes and not numbers: task: "classification"]
    `);
  });
  test("words among numbers are taken as words where that is said", () => {
    const table = read(
      rows(40, (index) => `${index === 30 ? "many" : index % 5},${index === 20 ? "much" : index % 7}`),
    );
    const options = { target: "b", categories: ["a"], task: "classification", ...ALL } as const;
    expect(tableSplits(table, options).encoding.inputs[0]).toMatchObject({ values: ["0", "1", "2", "3", "4", "many"] });
  });
  test("a decimal comma", () => {
    split('a,b\n"1,5",2\n"2,5",3\n"3,5",4').toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: "1,5" stands in a column of numbers (homes.csv, line 2, column "a")
        want  a number, such as 12 or -0.5 or 3e4
        fix   write numbers with a point, and nothing between thousands: 1234.5]
    `);
  });
  test("words where numbers are to be predicted", () => {
    split("a,b\n1,cheap\n2,dear", { task: "regression" }).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: the target has no numbers (homes.csv, column "b")
        got   words, such as "cheap"
        want  numbers
        fix   to tell its values apart: task: "classification"]
    `);
  });
  test("one class only", () => {
    split("a,b\n1,yes\n2,yes").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: all 2 rows are of one class, "yes" (homes.csv, column "b")
        want  at least two classes, for there is nothing to tell apart]
    `);
  });
  test("more classes than a byte counts", () => {
    split(rows(300, (index) => `${index},c${index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 300 different classes (homes.csv, column "b")
        got   c0, c1, c10, c100, c101, c102, … (300 in all)
        want  at most 256]
    `);
  });
  test("a column of names", () => {
    split(rows(100, (index) => `person ${index % 70},${index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 70 different values in 100 rows (homes.csv, column "a")
        got   what looks like names or remarks, which say nothing of other rows
        want  numbers, or a few values that come again (at most 1000)
        fix   leave the column out: omit: ["a"]]
    `);
  });
  test("a column of too many words", () => {
    split(rows(3000, (index) => `word ${index % 1001},${index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 1001 different values in 3000 rows (homes.csv, column "a")
        got   too many for an input each
        want  numbers, or a few values that come again (at most 1000)
        fix   leave the column out: omit: ["a"]]
    `);
  });
  test("numbers that overflow", () => {
    split("a,b\n1e300,1\n-1e300,2").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: the numbers are too large to reckon with (homes.csv, column "a")
        want  at most about 1e150
        fix   use another unit]
    `);
  });
});

test("sums do not depend on anything but the rows: mean and deviation to the last bit", () => {
  const { encoding } = tableSplits(many(1000), { target: "cost", omit: ["kind"] });
  expect(encoding.inputs[0]).toMatchInlineSnapshot(`
    {
      "deviation": 8.871746486137086,
      "kind": "number",
      "mean": 15.08,
      "name": "size",
    }
  `);
});
