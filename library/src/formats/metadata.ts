/**
 * What a safetensors file says besides its arrays: texts by key, and behind most keys JSON. Any of it may be missing or a
 * lie, so each value is asked for together with a test of what it should be.
 */
import { FormatError, parseJson, shortened } from "#base";
import type { Safetensors } from "./safetensors.ts";

/** The value of a key that passes a test. @throws {FormatError} when it does not; `want` says what would */
export type MetadataReader = <T>(name: string, fits: (value: unknown) => value is T, want: string) => T;

/** A reader of one file's metadata; a key that is missing reads as null. */
export function metadataReader(
  metadata: Safetensors["metadata"],
  { op, file }: { op: string; file: string | undefined },
): MetadataReader {
  return (name, fits, want) => {
    const text = metadata[name];
    const value = parseJson(text ?? "null");
    if (fits(value)) return value;
    const got = text === undefined ? "nothing" : shortened(text);
    throw new FormatError({ op, problem: `the metadata's "${name}" is not what it should be`, file, got, want });
  };
}

/** @throws {FormatError} when the metadata is not that of a format, in the version that is read here */
export function checkFormat(
  metadata: Safetensors["metadata"],
  { op, file, what, format, version }: { op: string; file?: string; what: string; format: string; version: string },
): void {
  if (metadata.format === format && metadata.version === version) return;
  const shown = (text: string | undefined) => shortened(JSON.stringify(text ?? null));
  throw new FormatError({
    op,
    problem: `this ${what}`,
    file,
    got: `format ${shown(metadata.format)}, version ${shown(metadata.version)}`,
    want: `format "${format}", version "${version}"`,
  });
}
