/**
 * What `--data` names. Three things are understood:
 *
 *   FILE.csv (or .tsv)            a table: a row is a sample, the first line names the columns
 *   a folder with IDX files       MNIST, and what came after it in the same four files
 *   a folder with sub-folders     pictures: a sub-folder is a class and holds its pictures
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { testFiles, trainFiles } from "./data.ts";
import { Failure, fileFailure } from "./failure.ts";

export type DataKind = "digits" | "table" | "images";

export interface DataPlace {
  kind: DataKind;
  /** Null for digits that are looked for. */
  path: string | null;
}

/** Files and folders whose names begin with a point are the system's own business. */
export function isHidden(name: string): boolean {
  return name.startsWith(".");
}

/** @throws {Failure} when it is none of the three */
export async function understandData(path: string | null, { op }: { op: string }): Promise<DataPlace> {
  if (path === null) return { kind: "digits", path };
  const found = await stat(path).catch((error: unknown) => {
    throw fileFailure(error, {
      op,
      path,
      want: "a CSV file, a folder with the MNIST files, or one with a folder for each class",
    });
  });
  if (found.isDirectory()) return { kind: await kindOfFolder(path, op), path };
  if (/\.[ct]sv$/i.test(path)) return { kind: "table", path };
  throw none(op, `--data names a file that is no table: ${path}`, basename(path));
}

async function kindOfFolder(path: string, op: string): Promise<DataKind> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw fileFailure(error, { op, path });
  });
  const names = entries.map(({ name }) => name).filter((name) => !isHidden(name));
  const idx = [...trainFiles, ...testFiles].flatMap((name) => [name, `${name}.gz`]);
  if (names.some((name) => idx.includes(name))) return "digits";
  for (const name of names) {
    // a link to a folder is one too
    if ((await stat(join(path, name)).catch(() => null))?.isDirectory()) return "images";
  }
  const first = names.toSorted().slice(0, 3).join(", ");
  throw none(
    op,
    `${path} holds no data`,
    names.length === 0 ? "an empty folder" : `${first}${names.length > 3 ? ", …" : ""}`,
  );
}

function none(op: string, problem: string, got: string): Failure {
  return new Failure({
    op,
    problem,
    got,
    want: `one of three:
          a table: a file that ends in .csv or .tsv
          digits: a folder with ${trainFiles[0]} and the like, each as it is or with .gz
          pictures: a folder with a sub-folder for each class, its PNG, JPEG, WebP or GIF files in it`,
  });
}
