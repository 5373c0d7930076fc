// Tables as numbers: what is learnt from which rows, and what a person is told about a table that cannot be learnt from.
import { describe, expect, test } from "vitest";
import { encodedWidth, encodeInputs, encodeTable, readCsv, tableSplits, takeSamples } from "#data";
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
  test("the dataset carries it, and so do its parts", () => {
    expect(training.encoding).toBe(encoding);
    expect(takeSamples(training, [1]).encoding).toBe(encoding);
    expect(encodeTable(HOMES, encoding).dataset.encoding).toBe(encoding);
    expect(tableSplits(HOMES, { target: "town", ...ALL }).splits.training.encoding?.target.name).toBe("town");
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
    expect([...encodeInputs(read("code\n7"), encoding).inputs]).toEqual([1, 0, 0, 0]);
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
        "the column "a" counts the rows, and may tell nothing but their order in the file; to leave it out: omit: ["a"]",
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

describe("missing cells", () => {
  const lines = Array.from({ length: 40 }, (_, row) => {
    const age = row % 4 === 1 ? "" : row % 10 === 2 ? "n/a" : (row * 7) % 30;
    return `${age},${row % 8 === 5 ? "?" : row * row},${row % 13 === 6 ? "" : "xyz"[row % 3]},none,${row % 20 === 3 ? "NaN" : row * 3}`;
  });
  const table = read(`age,height,group,pet,price\n${lines.join("\n")}`);

  test("are counted by column, the worst first, and the ways out are named", () => {
    expect(() => tableSplits(table, { target: "group", omit: ["pet"] })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 24 cells are missing in 4 columns: age 14, height 5, group 3, price 2; the first (homes.csv, line 3, column "age")
        got   "n/a", "?", "NaN" in place of a number
        want  a value in every cell
        fix   fill them in; or leave the 18 rows out: missing: "drop"]
    `);
    expect(() => tableSplits(table, { target: "age", omit: ["pet", "group"] })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 21 cells are missing in 3 columns: age 14, height 5, price 2; the first (homes.csv, line 3, column "age")
        got   "n/a", "?", "NaN" in place of a number
        want  a value in every cell
        fix   fill them in; or leave the 16 rows out: missing: "drop"]
    `);
    expect(() => tableSplits(table, { target: "price", omit: ["pet", "height", "age"] })).toThrow(/fix .*drop"$/);
    const error = catchError(() => tableSplits(table, { target: "group", omit: ["pet"] }));
    expect(error).toMatchObject({ line: 3, column: "age", file: "homes.csv" });
  });
  test("leave their rows out where that is said, and a note counts them", () => {
    const { splits, encoding, notes } = tableSplits(table, {
      target: "price",
      omit: ["pet"],
      missing: "drop",
      validation: 0,
      test: 0,
    });
    const whole = lines.filter((line) => !/^,|n\/a|\?|,,|NaN/.test(line));
    expect(splits.training.length).toBe(whole.length);
    expect(encoding.inputs[0]).toMatchObject({ kind: "number" });
    const { mean, deviation } = (splits.training as ValueDataset).targetUnits[0];
    expect(
      Array.from((splits.training as ValueDataset).targets, (value) => Math.round(value * deviation + mean) + 0),
    ).toEqual(whole.map((line) => Number(line.split(",")[4])));
    expect(notes).toMatchInlineSnapshot(`
      [
        "18 rows are left out of 40, for a cell is missing: age 14, height 5, group 3, price 2",
      ]
    `);
  });
  test("the shares of the parts are of the rows that are left", () => {
    const { splits } = tableSplits(table, { target: "price", omit: ["pet"], missing: "drop" });
    const all = [splits.training, splits.validation, splits.test].map((part) => part?.length ?? 0);
    const left = all.reduce((sum, length) => sum + length, 0);
    expect(all.slice(1)).toEqual([Math.round(left / 10), Math.round(left / 5)]);
  });
  test("are no reason to look at columns that are left out", () => {
    const { notes } = tableSplits(table, { target: "price", omit: ["pet", "height", "age"], missing: "drop" });
    expect(notes[0]).toMatchInlineSnapshot(`"5 rows are left out of 40, for a cell is missing: group 3, price 2"`);
  });
  test("in every row leave nothing to learn from", () => {
    const gaps = read("a,b,c\n1,,2\n,1,3\n4,,5");
    expect(() => tableSplits(gaps, { target: "c", missing: "drop", ...ALL })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 3 cells are missing in 2 columns: b 2, a 1; no row is complete; the first (homes.csv, line 2, column "b")
        want  a value in every cell
        fix   fill them in; or leave out the columns: omit: ["a", "b"]]
    `);
  });
  test("of words: only an empty cell is missing", () => {
    const pets = read("pet,b\nnone,1\ncat,2\n?,3\ncat,4");
    expect(tableSplits(pets, { target: "b", ...ALL }).encoding.inputs[0]).toMatchObject({
      values: ["?", "cat", "none"],
    });
  });
  test("of numbers that are names: a word is a name too", () => {
    const codes = read("code,b\n10,1\nnone,2\n10,3");
    const { encoding } = tableSplits(codes, { target: "b", categories: ["code"], ...ALL });
    expect(encoding.inputs[0]).toMatchObject({ values: ["10", "none"] });
  });
  test("in another table", () => {
    const { encoding } = tableSplits(HOMES, { target: "price", ...ALL });
    const other = readCsv("area,town,garden,price\n80,Bath,1,100\nNA,Bath,1,200\n80,,1,300\n80,Ayr,0,400", {
      file: "new.csv",
    });
    expect(() => encodeInputs(other, encoding)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: encodeInputs: 2 cells are missing in 2 columns: area 1, town 1; the first (new.csv, line 3, column "area")
        got   "NA" in place of a number
        want  a value in every cell
        fix   fill them in; or leave the 2 rows out: missing: "drop"]
    `);
    const { inputs, rows, notes } = encodeInputs(other, encoding, { missing: "drop" });
    expect([...inputs]).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0, -1]);
    expect(rows).toEqual([0, 3]);
    expect(notes).toMatchInlineSnapshot(`
      [
        "2 rows are left out of 4, for a cell is missing: area 1, town 1",
      ]
    `);
    const { dataset, ...rest } = encodeTable(other, encoding, { missing: "drop" });
    expect(rest).toEqual({ rows, notes });
    expect(dataset.inputs).toEqual(inputs);
  });
});

describe("notes", () => {
  const notesOn = (text: string, options: Partial<Parameters<typeof tableSplits>[1]> = {}) =>
    tableSplits(read(text), { target: "b", ...options }).notes;
  const lines = (count: number, line: (row: number) => string) =>
    Array.from({ length: count }, (_, row) => line(row)).join("\n");

  test("a column that counts the rows, up or down, with or without gaps in others", () => {
    expect(notesOn(`id,a,b\n${lines(30, (row) => `${row + 1},${row % 7},${row * row}`)}`)).toMatchInlineSnapshot(`
      [
        "the column "id" counts the rows, and may tell nothing but their order in the file; to leave it out: omit: ["id"]",
      ]
    `);
    expect(notesOn(`id,a,b\n${lines(30, (row) => `${99 - row},${row % 7},${row * row}`)}`)).toHaveLength(1);
    const gaps = notesOn(`id,a,b\n${lines(30, (row) => `${row},${row === 4 ? "" : row % 7},${row * row}`)}`, {
      missing: "drop",
    });
    expect(gaps).toHaveLength(2);
    expect(notesOn(`id,a,b\n${lines(30, (row) => `${2 * row},${row % 7},${row * row}`)}`)).toEqual([]);
    expect(notesOn(`id,a,b\n${lines(30, (row) => `${row === 29 ? 1 : row},${row % 7},${row * row}`)}`)).toEqual([]);
  });
  test("a target of few whole numbers, unless the task is said", () => {
    const stars = `a,b\n${lines(30, (row) => `${row * row},${row % 6}`)}`;
    expect(notesOn(stars)).toMatchInlineSnapshot(`
      [
        ""b" has 6 different whole numbers and is learnt as a number; to tell them apart as classes: task: "classification"",
      ]
    `);
    expect(notesOn(stars, { task: "regression" })).toEqual([]);
    expect(notesOn(`a,b\n${lines(30, (row) => `${row * row},${row % 11}`)}`)).toEqual([]);
    expect(notesOn(`a,b\n${lines(30, (row) => `${row * row},${(row % 6) / 2}`)}`)).toEqual([]);
  });
  test("many classes that some part lacks make one note each", () => {
    const notes = notesOn(
      `a,b\n${lines(60, (row) => `${row * row},${row < 30 ? "xyz"[row % 3] : `rare ${row >> 1}`}`)}`,
      { test: 20 },
    );
    expect(notes).toMatchInlineSnapshot(`
      [
        "4 classes have no test row, and the test says nothing of them: "rare 26", "rare 27", "rare 28", …",
      ]
    `);
  });
  test("values of another table that training never saw", () => {
    const { encoding } = tableSplits(HOMES, { target: "price", ...ALL });
    const one = readCsv("area,town,garden,price\n80,Bath,1,1\n80,Rome,1,1");
    expect(encodeTable(one, encoding).notes).toMatchInlineSnapshot(`
      [
        "the column "town" has a value that training never saw: "Rome" in line 3; the network takes it for none of those it knows",
      ]
    `);
    const two = readCsv("area,town,garden\n80,Rome,1\n80,Ayr,1\n80,Oslo,1");
    expect(encodeInputs(two, encoding).notes).toMatchInlineSnapshot(`
      [
        "the column "town" has 2 values that training never saw, the first: "Rome" in line 2; the network takes it for none of those it knows",
      ]
    `);
  });
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}

describe("another table by the same encoding", () => {
  const homes = tableSplits(HOMES, { target: "price", ...ALL });
  const towns = tableSplits(HOMES, { target: "town", ...ALL });
  const other = (text: string) => readCsv(text, { file: "new.csv" });

  test("the same table becomes the same dataset", () => {
    expect(encodeTable(HOMES, homes.encoding).dataset).toEqual(homes.splits.training);
    expect(encodeTable(HOMES, towns.encoding).dataset).toEqual(towns.splits.training);
  });
  test("columns may come in another order, with others among them, and a word may be new", () => {
    const table = other("id,garden,price,town,area\nk7,0,?,Rome,80");
    expect([...encodeInputs(table, homes.encoding).inputs]).toEqual([0, 0, 0, 0, -1]);
  });
  test("inputs need no target", () => {
    expect(encodeInputs(other("area,town,garden\n80,Ayr,1"), homes.encoding).inputs).toEqual(
      Float32Array.of(0, 1, 0, 0, 1),
    );
  });
  test("an encoding survives JSON", () => {
    const stored = JSON.parse(JSON.stringify(homes.encoding)) as TableEncoding;
    expect(encodeTable(HOMES, stored).dataset).toEqual(homes.splits.training);
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
          fix   fill it in; or leave the row out: missing: "drop"]
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
        want  only target, validation, test, task, omit, categories, missing
        fix   did you mean omit?]
    `);
  });
  test("a missing number", () => {
    split("a,b\n1,2\n,4\n5,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: a cell is missing (homes.csv, line 3, column "a")
        want  a number
        fix   fill it in; or leave the row out: missing: "drop"; or the column: omit: ["a"]]
    `);
  });
  test("a missing word", () => {
    split("a,b\nx,2\n,4\ny,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: a cell is missing (homes.csv, line 3, column "a")
        want  a value
        fix   fill it in; or leave the row out: missing: "drop"; or the column: omit: ["a"]]
    `);
  });
  test("a missing target", () => {
    split("a,b\n1,2\n2,\n5,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: a cell is missing (homes.csv, line 3, column "b")
        want  a number
        fix   fill it in; or leave the row out: missing: "drop"]
    `);
  });
  test("a word among numbers: the first, also where a sign of absence came before it", () => {
    split(rows(40, (index) => `${index === 30 ? "many" : index},${index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: "many" stands in a column of numbers (homes.csv, line 32, column "a")
        want  a number, such as 12 or -0.5 or 3e4
        fix   write a number there, or delete the row; or leave the column out: omit: ["a"]; or if these are names and not numbers: categories: ["a"]]
    `);
    split(rows(40, (index) => `${index === 1 ? "NA" : index === 2 ? "many" : index},${index}`)).toThrow(
      '"many" stands in a column of numbers',
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
        fix   are these numbers? write them with a point, and nothing between thousands: 1234.5; or leave the column out: omit: ["a"]; or if these are names and not numbers: categories: ["a"]]
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
    split(rows(900, (index) => `${index % 7},c${index % 300}`)).toThrowErrorMatchingInlineSnapshot(`
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
  test("names, dates, slips and nothing at all: every column at once, and a list to copy", () => {
    const day = (index: number) => `2024-${String((index % 12) + 1).padStart(2, "0")}-${String((index % 28) + 1)}`;
    const lines = Array.from({ length: 100 }, (_, row) => {
      const fee = row === 40 ? "much" : row % 9;
      return `Ann ${row},${day(row)},${fee},"$${row + 1},000",,${row % 5},${row}`;
    });
    const table = `name,sold on,fee,"pay, all",memo,size,b\n${lines.join("\n")}`;
    split(table).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 5 columns cannot be used as they are (homes.csv)
        got   name: 100 different values in 100 rows, such as "Ann 0": names or remarks
              sold on: dates, such as "2024-01-1"
              fee: "much" among numbers (line 42)
              pay, all: "$1,000" among numbers (line 2)
              memo: empty
        want  numbers, or a few values that come again (at most 1000)
        fix   leave the columns out: omit: ["name", "sold on", "fee", "pay, all", "memo"]; or write plain numbers in fee, pay, all]
    `);
    split(table, { omit: ["name", "fee", "pay, all", "memo"] }).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 84 different dates in 100 rows (homes.csv, column "sold on")
        got   dates, such as "2024-01-1"
        want  numbers: the year, the month, the days since some day
        fix   put such numbers in columns of their own, and leave the column out: omit: ["sold on"]]
    `);
    const usable = tableSplits(read(table), { target: "b", omit: ["name", "sold on", "fee", "pay, all", "memo"] });
    expect(usable.notes).toEqual([]);
  });
  test.each([
    "2024-01-31",
    "31.1.2024",
    "1/31/24",
    "31 January 2024",
    "31-Jan-24",
    "Jan 31, 2024",
    "2024-01-31T10:15:00Z",
  ])("%s is a date", (date) => {
    // the day or the year moves, so that there are many of them
    const dates = rows(20, (index) => `"${date.replace("31", String(index + 10))}",${index}`);
    split(dates).toThrow(`dates, such as "${date.replace("31", "10")}"`);
  });
  test("few dates are a category", () => {
    const table = read(rows(40, (index) => `2024-01-0${(index % 3) + 1},${index % 4}`));
    expect(tableSplits(table, { target: "b" }).encoding.inputs[0]).toMatchObject({ kind: "category" });
  });
  test("numbers dressed up for reading", () => {
    split(rows(30, (index) => `${index % 4},"$${index + 1},${index % 10}00"`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: "$1,000" stands in a column of numbers (homes.csv, line 2, column "b")
        want  a number, such as 12 or -0.5 or 3e4
        fix   are these numbers? $ and , must go; or if these are classes and not numbers: task: "classification"]
    `);
    split(
      rows(30, (index) => `${index % 4},"$${index + 1},${index % 10}00"`),
      {
        task: "classification",
      },
    ).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 30 different values in 30 rows cannot be told apart as classes (homes.csv, column "b")
        got   what looks like numbers, such as "$1,000"
        want  a target of numbers, or of a few values that come again
        fix   are these numbers? $ and , must go]
    `);
    split(
      rows(30, (index) => `${index % 4},"1.${index + 100},50 €"`),
      {
        task: "regression",
      },
    ).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: "1.100,50 €" stands in a column of numbers (homes.csv, line 2, column "b")
        want  a number, such as 12 or -0.5 or 3e4
        fix   are these numbers? write them with a point, and nothing between thousands: 1234.5; . and € must go; or if these are classes and not numbers: task: "classification"]
    `);
    split(rows(30, (index) => `${index}%,${index}`)).toThrow("are these numbers? % must go");
    split(rows(30, (index) => `1 ${index + 100},${index}`)).toThrow("are these numbers? the space must go");
    split(rows(30, (index) => `1.${index + 100}.000,${index}`)).toThrow("are these numbers? . must go");
  });
  test("telephones and versions are words", () => {
    expect(
      tableSplits(read(rows(30, (index) => `030 12${index % 3},${index}`)), { target: "b" }).encoding.inputs[0].kind,
    ).toBe("category");
    expect(
      tableSplits(read(rows(30, (index) => `1.2.${index % 3},${index}`)), { target: "b" }).encoding.inputs[0].kind,
    ).toBe("category");
  });
  test("a target that says something else in each row", () => {
    split(rows(20, (index) => `${index},Ann ${index}`)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 20 different values in 20 rows cannot be told apart as classes (homes.csv, column "b")
        got   what looks like names or remarks, such as "Ann 0"
        want  a target of numbers, or of a few values that come again
        fix   choose another target]
    `);
    split(
      rows(20, (index) => `${index},${index}`),
      { task: "classification" },
    ).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: tableSplits: 20 different values in 20 rows cannot be told apart as classes (homes.csv, column "b")
        got   what looks like numbers, such as "0"
        want  a target of numbers, or of a few values that come again
        fix   to predict the number itself: task: "regression"]
    `);
    split(rows(20, (index) => `${index},2024-01-${index + 10}`)).toThrow('got   dates, such as "2024-01-10"');
    expect(
      tableSplits(read(rows(20, (index) => `${index},Ann ${index % 10}`)), { target: "b" }).splits.training.task,
    ).toBe("classification");
    expect(tableSplits(read(rows(19, (index) => `${index},Ann ${index}`)), { target: "b" }).splits.training.task).toBe(
      "classification",
    );
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
