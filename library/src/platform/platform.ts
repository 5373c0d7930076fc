/** What the library needs of its host and no language standard gives. One file for each kind of runtime offers it. */
import type { Spawn } from "#kernels";

export interface Platform {
  readonly name: string;
  /** How many threads this machine runs at once. */
  cores(): number;
  /** Whether memory can be shared with workers; pages must be cross-origin isolated for that. */
  sharedMemory(): boolean;
  readonly spawn: Spawn;
  /** The bytes that a text spells, two hexadecimal digits each. */
  bytesOf(hexadecimal: string): Uint8Array<ArrayBuffer>;
  /** Lets the host handle what has come in meanwhile: signals, clicks, timers. */
  pause(): Promise<void>;
  /** @throws when the bytes are no gzip */
  gunzip(bytes: Uint8Array): Promise<Uint8Array>;
  /** 64 hexadecimal digits. */
  sha256(bytes: Uint8Array): Promise<string>;
}
