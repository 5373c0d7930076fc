/**
 * Files that are whole or absent. The content goes into a temporary file in the same folder, is forced to the disk, and
 * takes the place of the old file in one move; whoever reads at any moment, or after any crash, finds the old file or
 * the new one and never a half.
 */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileFailure } from "./failure.ts";

/** What temporary files end with; one may be left behind by a process that was killed. */
export const TEMPORARY = ".inkling-tmp";

/** @throws {Failure} when the disk refuses; the temporary file is then removed and the old file is as it was */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}${TEMPORARY}`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw fileFailure(error, { op: "write", path });
  }
}

/** The move itself reaches the disk with its folder. Windows cannot open folders and needs no such step. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
