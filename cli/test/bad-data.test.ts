/** Tables and pictures that cannot be learnt from: what is wrong, where, and what to do, and nothing left behind. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeEach, describe, expect, it } from "vitest";
import { inkling } from "./command.ts";
import { temporaryFolder } from "./digits.ts";
import { flowers, houses, writeLines } from "./tables.ts";

const root = temporaryFolder();
let cwd = "";
let folders = 0;

beforeEach(() => {
  cwd = join(root, `test-${++folders}`);
  mkdirSync(cwd);
});

/** What a command that must fail says on stderr, without the folders of this machine. */
async function refused(code: number, ...words: string[]): Promise<string> {
  const before = readdirSync(cwd);
  const { code: got, stdout, stderr } = await inkling(words, { cwd });
  expect([got, stdout]).toEqual([code, ""]);
  expect(readdirSync(cwd)).toEqual(before);
  const plain = (text: string) => text.replaceAll("\\", "/");
  return plain(stderr)
    .replaceAll(`${plain(cwd)}/`, "")
    .trimEnd();
}

/** Trains on houses with some line changed. */
function withLine(line: number, change: (text: string) => string, ...words: string[]): Promise<string> {
  const lines = houses(60);
  lines[line - 1] = change(lines[line - 1]);
  writeLines(join(cwd, "houses.csv"), lines);
  return refused(1, "train", "--data", "houses.csv", "--target", "price", "--omit", "id", ...words);
}

describe("a table", () => {
  it("with a missing cell", async () => {
    const said = await withLine(17, (text) => text.replace(/^(h\d+),[^,]+/, "$1,"));
    expect(said).toMatchInlineSnapshot(`
      "train: a cell is missing (houses.csv, line 17, column "area")
        want  a number
        fix   fill it in; or leave the row out: --missing drop; or the column: --omit area"
    `);
  });

  it("with a word in a column of numbers", async () => {
    const said = await withLine(23, (text) => text.replace(/^(h\d+),[^,]+/, "$1,large"));
    expect(said).toMatchInlineSnapshot(`
      "train: "large" stands in a column of numbers (houses.csv, line 23, column "area")
        want  a number, such as 12 or -0.5 or 3e4
        fix   write a number there, or delete the row; or leave the column out: --omit area; or if these are names and not numbers: --category area"
    `);
  });

  it("with a ragged row", async () => {
    expect(await withLine(9, (text) => `${text},1999`)).toMatchInlineSnapshot(`
      "train: a row has 6 cells, the table 5 columns (houses.csv, line 9)
        want  5 cells: id, area, rooms, town, price
        fix   a cell with a comma in it is put in quotes: "…""
    `);
  });

  it("with a column that says something else in each row", async () => {
    writeLines(join(cwd, "houses.csv"), houses(200));
    const said = await refused(1, "train", "--data", "houses.csv", "--target", "price");
    expect(said).toMatchInlineSnapshot(`
      "train: 200 different values in 200 rows (houses.csv, column "id")
        got   what looks like names or remarks, which say nothing of other rows
        want  numbers, or a few values that come again (at most 1000)
        fix   leave the column out: --omit id"
    `);
  });

  it("without the target, or with one that is misspelt", async () => {
    writeLines(join(cwd, "houses.csv"), houses(60));
    expect(await refused(2, "train", "--data", "houses.csv")).toMatchInlineSnapshot(`
      "train: no --target: which column of houses.csv is to be predicted?
        got   the columns id, area, rooms, town, price
        want  --target with a column's name"
    `);
    expect(await refused(2, "train", "--data", "houses.csv", "--target", "prize")).toMatchInlineSnapshot(`
      "train: there is no column "prize" in houses.csv
        got   target = "prize"
        want  one of id, area, rooms, town, price
        fix   did you mean "price"?"
    `);
    writeLines(join(cwd, "wide.csv"), [
      Array.from({ length: 2000 }, (_, column) => `column${column}`).join(","),
      Array.from({ length: 2000 }, () => "1").join(","),
    ]);
    expect(await refused(2, "train", "--data", "wide.csv")).toMatchInlineSnapshot(`
      "train: no --target: which column of wide.csv is to be predicted?
        got   the columns column0, column1, column2, column3, column4, column5, column6, column7, column8, column9, column10, column11, … (2000 in all)
        want  --target with a column's name"
    `);
    expect(await refused(2, "train", "--data", "houses.csv", "--target", "price", "--omit", "name"))
      .toMatchInlineSnapshot(`
      "train: there is no column "name" in houses.csv
        got   omit = ["name"]
        want  one of id, area, rooms, town, price"
    `);
  });

  it("with a recipe for pictures, or a place that is taken: no remark comes before what is wrong", async () => {
    writeLines(join(cwd, "houses.csv"), houses(60));
    const words = ["--data", "houses.csv", "--target", "price", "--omit", "id"];
    expect(await refused(2, "train", "cnn", ...words)).toMatchInlineSnapshot(`
      "train: the recipe cnn is for pictures; for a table take \`table\`
        want  layers that take a row of numbers
        fix   npx inkling train table --data FILE.csv --target COLUMN"
    `);
    expect(await refused(2, "train", "resnet-small", ...words)).toMatch(
      /^train: the recipe resnet-small is for pictures/,
    );
    mkdirSync(join(cwd, "taken"));
    writeFileSync(join(cwd, "taken", "letter"), "precious");
    expect(await refused(2, "train", "mlp", ...words, "--out", "taken")).toMatch(/^train: taken is not empty/);
  });

  it("of one class", async () => {
    writeLines(
      join(cwd, "flowers.csv"),
      flowers(60).map((line) => line.replace(/rose|tulip/, "daisy")),
    );
    expect(await refused(1, "train", "--data", "flowers.csv", "--target", "kind")).toMatchInlineSnapshot(`
      "train: all 60 rows are of one class, "daisy" (flowers.csv, column "kind")
        want  at least two classes, for there is nothing to tell apart"
    `);
  });

  it("that is empty, or is none", async () => {
    writeFileSync(join(cwd, "empty.csv"), "");
    expect(await refused(1, "train", "--data", "empty.csv", "--target", "x")).toMatchInlineSnapshot(`
      "train: the file is empty (empty.csv)
        want  a first line with the columns' names, then a line for each sample"
    `);
    expect(await refused(1, "train", "--data", "nowhere.csv", "--target", "x")).toMatchInlineSnapshot(`
      "train: there is nothing at nowhere.csv
        want  a CSV file, a folder with the MNIST files, or one with a folder for each class"
    `);
  });

  it("that has not the columns of the model", async () => {
    writeLines(join(cwd, "flowers.csv"), flowers(60));
    await inkling(["train", "--data", "flowers.csv", "--target", "kind", "--steps", "2", "--quiet"], { cwd });
    writeLines(
      join(cwd, "other.csv"),
      flowers(10).map((line) => line.replace("petal", "petals")),
    );
    expect(await refused(1, "predict", "other.csv")).toMatchInlineSnapshot(`
      "model: runs/table-1-1/model.safetensors
      predict: the column "petal" is missing (other.csv)
        got   petals, leaf, colour, kind
        want  the columns that the network was trained with
        fix   is "petals" the one? give it that name"
    `);
    expect(await refused(1, "predict", "photo.png")).toMatchInlineSnapshot(`
      "predict: runs/table-1-1/model.safetensors is a model for the rows of tables
        got   photo.png
        want  a CSV file with the columns that it was trained with"
    `);
    mkdirSync(join(cwd, "pictures", "cat"), { recursive: true });
    expect(await refused(2, "evaluate", "--data", "pictures")).toMatchInlineSnapshot(`
      "evaluate: the model was trained with a table, and pictures holds pictures in folders
        want  --data with a CSV file"
    `);
  });
});

describe("options that do not go together", () => {
  it("--target without a table", async () => {
    expect(await refused(2, "train", "--target", "price")).toMatchInlineSnapshot(`
      "train: --target is for tables, and no --data is given
        want  --data with a file that ends in .csv or .tsv"
    `);
    expect(await refused(2, "train", "table")).toMatchInlineSnapshot(`
      "train: no --data was given, and the recipe table is for a table
        want  --data FILE.csv --target COLUMN"
    `);
  });

  it("a folder or a file that is none of the three", async () => {
    mkdirSync(join(cwd, "letters"));
    writeFileSync(join(cwd, "letters", "dear.txt"), "Dear");
    expect(await refused(1, "train", "--data", "letters")).toMatchInlineSnapshot(`
      "train: letters holds no data
        got   dear.txt
        want  one of three:
                a table: a file that ends in .csv or .tsv
                digits: a folder with train-images-idx3-ubyte and the like, each as it is or with .gz
                pictures: a folder with a sub-folder for each class, its PNG, JPEG, WebP or GIF files in it"
    `);
    expect(await refused(1, "train", "--data", join("letters", "dear.txt"))).toMatchInlineSnapshot(`
      "train: --data names a file that is no table: letters/dear.txt
        got   dear.txt
        want  one of three:
                a table: a file that ends in .csv or .tsv
                digits: a folder with train-images-idx3-ubyte and the like, each as it is or with .gz
                pictures: a folder with a sub-folder for each class, its PNG, JPEG, WebP or GIF files in it"
    `);
  });

  it("a filter larger than the picture, and a path that leads nowhere inside a layer", async () => {
    expect(
      await refused(
        2,
        "train",
        "cnn",
        "--set",
        "architecture.layers.0.size=40",
        "--set",
        "architecture.layers.0.padding=0",
      ),
    ).toMatchInlineSnapshot(`
      "architecture: layers.0: conv2d: a window of 40×40 does not fit into a picture of 28×28
        got   x [1, 28, 28, 1] and window [40, 40]
        want  a window that is at most as large as the picture
        fix   take a smaller window, pad the picture, or make it smaller less often before"
    `);
    expect(await refused(2, "train", "resnet-small", "--set", "architecture.layers.2.layers.0.filter=8"))
      .toMatchInlineSnapshot(`
      "--set: there is no "architecture.layers.2.layers.0.filter"
        want  architecture.layers.2.layers.0 with type, filters, size, stride, padding, bias, initializer
        fix   did you mean architecture.layers.2.layers.0.filters?"
    `);
    expect(await refused(2, "train", "cnn", "--set", "architecture.layers.0.layers.0.filters=8"))
      .toMatchInlineSnapshot(`
      "--set: there is no "architecture.layers.0.layers"
        want  architecture.layers.0 with type, filters, size, stride, padding, bias, initializer"
    `);
  });
});

describe("pictures", () => {
  const draw = async (path: string, size: number) => {
    mkdirSync(join(cwd, path, ".."), { recursive: true });
    await sharp({ create: { width: size, height: size, channels: 3, background: "red" } })
      .png()
      .toFile(join(cwd, path));
  };

  it("of different sizes", async () => {
    await draw("animals/cat/1.png", 8);
    await draw("animals/dog/1.png", 9);
    expect(await refused(2, "train", "--data", "animals")).toMatchInlineSnapshot(`
      "train: the pictures are not of one size: animals/cat/1.png is 8×8 with 3 channels, animals/dog/1.png is 9×9 with 3 channels
        got   animals/cat/1.png [8, 8, 3] and animals/dog/1.png [9, 9, 3]
        want  one height, width and number of channels for all
        fix   bring them to one size first"
    `);
  });

  it("of one class only, and a class without any", async () => {
    await draw("animals/cat/1.png", 8);
    await draw("animals/cat/2.png", 8);
    expect(await refused(1, "train", "--data", "animals")).toMatchInlineSnapshot(`
      "train: all 2 pictures are of one class, "cat"
        want  at least two classes, for there is nothing to tell apart"
    `);
    mkdirSync(join(cwd, "animals", "dog"));
    expect(await refused(1, "train", "--data", "animals")).toMatchInlineSnapshot(`
      "train: animals/dog holds no pictures
        got   an empty folder
        want  PNG, JPEG, WebP or GIF files in the folder of each class
        fix   put some in, or remove the folder"
    `);
  });

  it("that cannot be read", async () => {
    await draw("animals/cat/1.png", 8);
    mkdirSync(join(cwd, "animals", "dog"));
    writeFileSync(join(cwd, "animals", "dog", "1.png"), "not a picture at all");
    expect(await refused(1, "train", "--data", "animals")).toMatchInlineSnapshot(`
      "train: animals/dog/1.png is not a picture
        got   20 bytes that begin with "not a pictur"
        want  a picture: PNG, JPEG, WebP, GIF or AVIF"
    `);
  });

  it("so large that their weights do not fit", async () => {
    for (const name of ["cat", "dog"]) {
      for (const index of [1, 2, 3, 4]) await draw(`animals/${name}/${index}.png`, 600);
    }
    expect(await refused(2, "train", "mlp", "--data", "animals")).toMatchInlineSnapshot(`
      "train: pictures of 600×600 with 3 channels are too large for this network
        got   1,080,000 numbers a picture; architecture: layers.1: weights: 276480000 weights are more than a layer can have here
        want  weights and a step's results that fit into memory
        fix   make the pictures smaller first, for instance 64×64: what tells the classes apart is often still to be seen; or try cnn, and a smaller --batch-size"
    `);
  });

  it("in parts that hold the classes", async () => {
    for (const part of ["train", "test"]) {
      for (const name of ["cat", "dog"]) await draw(`animals/${part}/${name}/1.png`, 8);
    }
    expect(await refused(1, "train", "--data", "animals")).toMatchInlineSnapshot(`
      "train: the sub-folders of animals are parts of the data, not classes
        got   test/ with cat, dog; train/ with cat, dog
        want  the folder of one part, with a sub-folder for each class
        fix   --data animals/train; when it is trained: npx inkling evaluate --data animals/test"
    `);
    // but a class may be called so
    await draw("words/test/1.png", 8);
    await draw("words/dog/1.png", 9);
    expect(await refused(2, "train", "--data", "words")).toContain("the pictures are not of one size");
  });
});
