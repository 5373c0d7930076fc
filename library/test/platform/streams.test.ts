// Hashes and compressed bytes, also from the memory that workers share.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1

/** The same bytes in shared memory, not at its start. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length + 8), 4, bytes.length);
  copy.set(bytes);
  return copy;
}

describe.each([
  ["own", (bytes: Uint8Array) => bytes],
  ["shared", shared],
])("bytes of %s memory", (_, place) => {
  test("have the SHA-256 of the standard", async () => {
    expect(await platform.sha256(place(new TextEncoder().encode("abc")))).toBe(ABC);
  });

  test("are unpacked", async () => {
    expect(await platform.gunzip(place(gzipSync("ink")))).toEqual(new TextEncoder().encode("ink"));
  });
});

test("bytes that are no gzip are refused", async () => {
  await expect(platform.gunzip(Uint8Array.of(1, 2, 3))).rejects.toThrow();
});
