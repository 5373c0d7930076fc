// CSV: what a row is, what a number is, and every way in which a file that a person wrote goes wrong.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "#base";
import { readCsv } from "#data";
import type { Column } from "#data";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (source: string | Uint8Array) => readCsv(source, { file: "homes.csv" });
const names = (columns: readonly Column[]) => columns.map(({ name }) => name);
const cells = (text: string) => readCsv(text).columns.map(({ values }) => [...values]);

test("columns of numbers and of text, under their names, with the line of each row", () => {
  expect(read("area,town\n84.5,Wells\n120,Bath\n")).toEqual({
    file: "homes.csv",
    columns: [
      { kind: "number", name: "area", values: Float64Array.of(84.5, 120) },
      { kind: "text", name: "town", values: ["Wells", "Bath"] },
    ],
    rows: 2,
    lines: Uint32Array.of(2, 3),
  });
});

describe("how a text is cut into cells", () => {
  test.each([
    ["line feeds", "a,b\n1,2\n3,4"],
    ["both, as Windows writes them", "a,b\r\n1,2\r\n3,4\r\n"],
    ["carriage returns alone", "a,b\r1,2\r3,4\r"],
    ["a mark at the start that says UTF-8", "\ufeffa,b\n1,2\n3,4"],
    ["empty lines and lines of spaces", "\n\na,b\n1,2\n  \n3,4\n\n \n"],
    ["spaces around cells", " a , b\n1 ,\t2\n 3,4 "],
    ["quotes around everything", '"a","b"\n"1","2"\n"3","4"'],
    ["spaces around quotes", ' "a" , "b" \n1,2\n3,"4" '],
    ["semicolons", "a;b\n1;2\n3;4"],
    ["tabs", "a\tb\n1\t2\n3\t4"],
  ])("%s", (_, text) => {
    for (const source of [text, bytesOf(text)]) {
      expect(readCsv(source).columns).toEqual([
        { kind: "number", name: "a", values: Float64Array.of(1, 3) },
        { kind: "number", name: "b", values: Float64Array.of(2, 4) },
      ]);
    }
  });

  test("a cell in quotes may hold commas, line breaks, quotes, and spaces at its ends", () => {
    expect(cells('a,b\n"x, y"," ""z"" "\n"p\r\nq",""""')).toEqual([
      ["x, y", "p\r\nq"],
      [' "z" ', '"'],
    ]);
  });
  test("a quote within a cell that has none around it is a letter like others", () => {
    expect(cells('size,b\n5" pipe,1\n7" pipe,2')[0]).toEqual(['5" pipe', '7" pipe']);
  });
  test("line breaks within quotes count as lines", () => {
    expect(read('a,b\n"1\n\r\n\r2",x\n3,y').lines).toEqual(Uint32Array.of(2, 6));
  });
  test("letters of all kinds", () => {
    expect(cells("größe,名\n1,\u{1f58b}")[1]).toEqual(["\u{1f58b}"]);
  });
  test("empty cells: not a number in a column of numbers, no letters in one of text", () => {
    expect(cells('a,b,c\n1,,""\n,x,')).toEqual([
      [1, Number.NaN],
      ["", "x"],
      [Number.NaN, Number.NaN],
    ]);
  });
});

describe("what stands between cells", () => {
  test("is what the first two lines agree on", () => {
    expect(names(readCsv("temperature, °C;pressure\n20.5;1013\n").columns)).toEqual(["temperature, °C", "pressure"]);
    expect(names(readCsv("a;b\n1,5;2,5").columns)).toEqual(["a", "b"]);
    expect(names(readCsv('"a;b",c\n1,2').columns)).toEqual(["a;b", "c"]);
    expect(names(readCsv("single\n1").columns)).toEqual(["single"]);
  });
  test("or what is said", () => {
    expect(names(readCsv("a,b\n1,2", { delimiter: ";" }).columns)).toEqual(["a,b"]);
  });
  test("but nothing else", () => {
    expect(() => readCsv("a|b\n1|2", { delimiter: "|" as "," })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: readCsv: delimiter cannot be "|"
        got   delimiter = "|"
        want  one of ,, ;, 	]
    `);
  });
});

describe("what is a number", () => {
  const kindOf = (cell: string) => readCsv(`a,b\n"${cell}",x`).columns[0].kind;
  test.each(["0", "-1", "+2.5", ".5", "5.", "1e3", "-2.5E-10", " 7 ", "007", "12345678901234567890"])("%s", (cell) => {
    expect(kindOf(cell)).toBe("number");
    expect(readCsv(`a,b\n"${cell}",x`).columns[0].values).toEqual(Float64Array.of(Number(cell)));
  });
  test.each(["NaN", "Infinity", "-inf", "0x10", "1,5", "1_000", "1 000", "1e", ".", "--1", "1e999", "12 m", "٣"])(
    "%s is none",
    (cell) => expect(kindOf(cell)).toBe("text"),
  );
  test("one word makes a column one of text, the numbers before it included", () => {
    expect(cells("a,b\n1,x\n2.50,x\nfew,x\n")[0]).toEqual(["1", "2.50", "few"]);
  });
});

describe("what is refused", () => {
  const refusal = (source: string | Uint8Array) => expect(() => read(source));

  test("nothing at all", () => {
    refusal("").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: the file is empty (homes.csv)
        want  a first line with the columns' names, then a line for each sample]
    `);
    refusal(" \n\n").toThrow("the file is empty");
  });
  test("names and no rows", () => {
    refusal("area,town\n").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: there are no rows (homes.csv)
        got   only the names area, town
        want  a line for each sample below the line of names]
    `);
  });
  test("a first line of numbers", () => {
    refusal("1,2,3\n4,5,6").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: the first line holds numbers, no names (homes.csv, line 1)
        got   1, 2, 3
        want  a first line with the columns' names
        fix   add a header line above it: a name for each column]
    `);
    refusal("5.1,3.5,setosa\n4.9,3,setosa").toThrow("the first line holds numbers, no names");
  });
  test("but years may be names", () => {
    expect(names(readCsv("country,1990,1991\nx,1,2").columns)).toEqual(["country", "1990", "1991"]);
  });
  test("a column without a name", () => {
    refusal("area,,town\n1,2,3").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: a column has no name (homes.csv, line 1, column 2)
        got   area, , town
        want  a first line with the columns' names]
    `);
  });
  test("two columns of one name", () => {
    refusal("area,town,area\n1,2,3").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: two columns are called "area" (homes.csv, line 1)
        got   columns 1 and 3
        want  a name of its own for each column]
    `);
  });
  test("a row with too few cells", () => {
    refusal('area,town,price\n1,"a\nb",3\n4,5').toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: a row has 2 cells, the table 3 columns (homes.csv, line 4)
        want  3 cells: area, town, price
        fix   a cell that is missing keeps its comma]
    `);
  });
  test("a row with too many cells", () => {
    refusal("area,town\n84,Wells, Somerset").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: a row has 3 cells, the table 2 columns (homes.csv, line 2)
        want  2 cells: area, town
        fix   a cell with a comma in it is put in quotes: "…"]
    `);
  });
  test("the names of many columns are cut short", () => {
    const wide = Array.from({ length: 500 }, (_, column) => `pixel ${column}`).join(",");
    refusal(`${wide}\n1;2`).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: a row has 1 cell, the table 500 columns (homes.csv, line 2)
        want  500 cells: pixel 0, pixel 1, pixel 2, pixel 3, pixel 4, pixel 5, pixel 6, pixel 7, pixel 8, pixel 9, pixel 10, pixel 11, … (500 in all)
        fix   a cell that is missing keeps its comma]
    `);
  });
  test("a quote that is not closed", () => {
    refusal('area,town\n1,Bath\n2,"Wells\n3,Rome\n').toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: a quote is not closed (homes.csv, line 3, column "town")
        got   "\\"Wells\\n3,Rome\\n" …
        want  a second " before a comma or the end of the line
        fix   a quote that belongs to the cell is written twice: ""]
    `);
    refusal('area,"town\n1,Bath').toThrow("homes.csv, line 1, column 2");
  });
  test("something behind a closing quote", () => {
    refusal('area,town\n1,"the "big" one"').toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: something stands behind a closing quote (homes.csv, line 2, column "town")
        got   "big\\" one\\"" …
        want  a comma or the end of the line
        fix   a quote that belongs to the cell is written twice: ""]
    `);
  });
  test("UTF-16", () => {
    refusal(Uint8Array.of(0xff, 0xfe, 0x61, 0)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: this is UTF-16 (homes.csv, byte 0)
        want  a CSV text in UTF-8
        fix   save it as UTF-8]
    `);
    refusal(Uint8Array.of(0xfe, 0xff, 0, 0x61)).toThrow("this is UTF-16");
  });
  test("another old encoding", () => {
    refusal(Uint8Array.of(...bytesOf("a,b\r\n1,2\r\n"), 0xe4, 0x2c, 0x31)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: these bytes are no UTF-8 (homes.csv, line 3)
        want  a CSV text in UTF-8
        fix   save it as UTF-8; spreadsheets call it "CSV UTF-8"]
    `);
  });
  test("a spreadsheet", () => {
    refusal(bytesOf("PK\u0003\u0004…")).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: this is a zip file or a spreadsheet (homes.csv, byte 0)
        want  a CSV text in UTF-8
        fix   unpack it, or save the spreadsheet as CSV]
    `);
  });
  test("gzip", () => {
    refusal(Uint8Array.of(0x1f, 0x8b, 8, 0)).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: this is gzip (homes.csv, byte 0)
        want  a CSV text in UTF-8
        fix   unpack it first (gunzip)]
    `);
  });
  test("a web page", () => {
    refusal("\n<!DOCTYPE html><html>").toThrowErrorMatchingInlineSnapshot(`
      [FormatError: readCsv: this is a web page (homes.csv)
        got   "<!DOCTYPE html><html" at the start
        want  a CSV text]
    `);
  });
  test("an error carries file, line and column", () => {
    const place = { file: "homes.csv", line: 2, column: "b" };
    refusal('a,b\n1,"').toThrow(expect.objectContaining(place) as Error);
  });
});

test("a table of any cells survives the way through a text", () => {
  const letters = [..."ab,;\t \"'\r\n1.-eé\u{1f58b}"];
  const cell = fc.array(fc.constantFrom(...letters), { maxLength: 6 }).map((parts) => parts.join(""));
  const tables = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const options = { delimiter: fc.constantFrom(",", ";", "\t"), lineBreak: fc.constantFrom("\n", "\r\n", "\r") };
  fc.assert(
    fc.property(tables, fc.record(options), (rows, { delimiter, lineBreak }) => {
      // a last column of text, so that no row is an empty line and no column is taken for numbers unseen
      const header = [...rows[0].map((_, column) => `c${column}`), "last"];
      const text = [header, ...rows.map((row) => [...row, "x"])].map((row) => row.map(quoted).join(delimiter));
      const table = readCsv(text.join(lineBreak), { delimiter });
      expect(table.rows).toBe(rows.length);
      for (const [column, { kind, values }] of table.columns.slice(0, -1).entries()) {
        const written = rows.map((row) => row[column]);
        if (kind === "text") expect(values).toEqual(written);
        else expect([...values]).toEqual(written.map((one) => (one.trim() === "" ? Number.NaN : Number(one))));
      }
    }),
    { seed: 3, numRuns: 500 },
  );
});

test("whatever the bytes, the answer is a table or a FormatError", () => {
  const anything = fc.uint8Array({ maxLength: 64 });
  const letters = fc.constantFrom(...bytesOf('ab12.,;\t "\r\n\n,"'), 0xc3, 0xff);
  const nearly = fc.array(letters, { maxLength: 60 }).map((rest) => Uint8Array.of(...bytesOf("a,b\n"), ...rest));
  let tables = 0;
  fc.assert(
    fc.property(fc.oneof(anything, nearly), (bytes) => {
      try {
        const { columns, rows, lines } = readCsv(bytes);
        expect([...columns.map(({ values }) => values.length), lines.length]).toEqual([
          ...columns.map(() => rows),
          rows,
        ]);
        tables++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { seed: 4, numRuns: 5000 },
  );
  expect(tables).toBeGreaterThan(20);
});

test("a long text is read in a time that grows with its length", () => {
  const rows = 200_000;
  const table = readCsv(`a,b,c\n${'1.5,"x ""y""",\n'.repeat(rows)}`);
  expect(table.rows).toBe(rows);
  expect(table.columns[1].values.at(-1)).toBe('x "y"');
  expect(() => readCsv(`a,b\n"${'""'.repeat(rows)}`)).toThrow("a quote is not closed");
  expect(() => readCsv(`a,b\n${"1".repeat(rows)}x,${" ".repeat(rows)}`)).not.toThrow();
});

describe("remarks above the names", () => {
  test.each([
    ["one", "# measured in May\na,b\n1,2"],
    ["several, with empty lines and other breaks", "# one\r\n\r\n#two, and three\r\na,b\r\n1,2"],
    ["with as many cells as there are columns", "# made by hand, 2024\na,b\n1,2"],
    ["without a space, where numbers tell", "#made by hand, 2024\na,b\n1,2"],
    ["where there are no numbers", "# made by hand, 2024\na,b\nx,y"],
    ["with a quote", '# the "best" of "all\na,b\n1,2'],
  ])("%s", (_, text) => {
    expect(names(readCsv(text).columns)).toEqual(["a", "b"]);
    expect(readCsv(text).rows).toBe(1);
  });
  test("leave the lines their numbers", () => {
    expect([...readCsv("# one\n# two\na\n1\n2").lines]).toEqual([4, 5]);
  });
  test.each([
    ["#,name", "#,name\n1,bulb\n2,ivy"],
    ["#id,name", "#id,name\nx,bulb\ny,ivy"],
    ["# id,name", "# id,name\n1,bulb"],
    ["#,name", "# a list of plants\n#,name\n1,bulb"],
  ])("are not the names themselves: %s", (joined, text) => {
    expect(names(readCsv(text).columns).join(",")).toBe(joined);
  });
  test("alone make an empty file", () => {
    expect(() => readCsv("# nothing\n")).toThrow("the file is empty");
  });
});
