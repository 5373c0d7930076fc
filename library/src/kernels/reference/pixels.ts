/** y = byte·scale: images are kept as bytes and become numbers a batch at a time. With scale 1/255, y lies in 0…1. */
import type { Floats } from "../floats.ts";

export function pixels(bytes: Uint8Array, y: Floats, scale: number): void {
  for (let i = 0; i < bytes.length; i++) y[i] = bytes[i] * scale;
}
