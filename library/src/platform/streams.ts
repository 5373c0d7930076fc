/** What Node, Deno and browsers have in common: web streams and web crypto. */

export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([unshared(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", unshared(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Neither streams nor cryptography take memory that is shared with workers, as the tensors' is: they get a copy. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const shared = !(bytes.buffer instanceof ArrayBuffer);
  return (shared ? Uint8Array.from(bytes) : bytes) as Uint8Array<ArrayBuffer>;
}
