/**
 * Windows that walk over pictures: what ../windows.ts says, in memory, so that it need not be passed on number by number.
 */
import { Four } from "./tail";

const F32: usize = 4;
/** Bytes of an entry in a list of taps. */
export const ENTRY: usize = 8;

/** With so few channels patches may be blank, as the background of a picture is. */
export const FEW_CHANNELS = 4;

@unmanaged
export class Windows {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  windowHeight: i32;
  windowWidth: i32;
  strideY: i32;
  strideX: i32;
  top: i32;
  left: i32;

  /** The numbers in the order in which every kernel is given them, written down at an address. */
  static at(
    address: usize,
    batch: i32,
    height: i32,
    width: i32,
    channels: i32,
    outHeight: i32,
    outWidth: i32,
    windowHeight: i32,
    windowWidth: i32,
    strideY: i32,
    strideX: i32,
    top: i32,
    left: i32,
  ): Windows {
    const windows = changetype<Windows>(address);
    windows.batch = batch;
    windows.height = height;
    windows.width = width;
    windows.channels = channels;
    windows.outHeight = outHeight;
    windows.outWidth = outWidth;
    windows.windowHeight = windowHeight;
    windows.windowWidth = windowWidth;
    windows.strideY = strideY;
    windows.strideX = strideX;
    windows.top = top;
    windows.left = left;
    return windows;
  }

  /**
   * Lists the taps under which there is a pixel: its number, and where the pixel lies, in numbers from the first picture's.
   * `line` counts lines of output pixels.
   *
   * @returns how many: an entry takes eight bytes
   */
  list(line: i32, outX: i32, entries: usize): i32 {
    const sample = line / this.outHeight;
    const firstY = (line - sample * this.outHeight) * this.strideY - this.top;
    const firstX = outX * this.strideX - this.left;
    let entry = entries;
    for (let tapY = 0; tapY < this.windowHeight; tapY++) {
      const y = firstY + tapY;
      if (<u32>y >= <u32>this.height) continue;
      for (let tapX = 0; tapX < this.windowWidth; tapX++) {
        const x = firstX + tapX;
        if (<u32>x >= <u32>this.width) continue;
        store<i32>(entry, tapY * this.windowWidth + tapX);
        store<i32>(entry, ((sample * this.height + y) * this.width + x) * this.channels, 4);
        entry += ENTRY;
      }
    }
    return <i32>(entry - entries) / <i32>ENTRY;
  }

  /** Whether windows lie side by side within the picture. */
  get tile(): bool {
    return (
      this.strideY == this.windowHeight &&
      this.strideX == this.windowWidth &&
      this.top == 0 &&
      this.left == 0 &&
      this.outHeight * this.strideY <= this.height &&
      this.outWidth * this.strideX <= this.width
    );
  }

  /** Where the first window of a line of such windows begins, in bytes from the first picture. */
  cornerOf(line: i32): usize {
    const sample = line / this.outHeight;
    const y = (line - sample * this.outHeight) * this.strideY;
    return (<usize>((sample * this.height + y) * this.width * this.channels)) << 2;
  }

  /** Bytes. */
  static readonly SIZE: usize = 48;
}

/** Whether nothing but zeros is seen. */
export function blank(seen: usize, row: usize, rows: i32, length: i32): bool {
  for (let i = 0; i < rows; i++, seen += row) {
    for (let j = 0; j < length; j += 4) {
      const values = Four.load(seen + <usize>j * F32, length - j);
      if (v128.any_true(f32x4.ne(values, f32x4.splat(0)))) return false;
    }
  }
  return true;
}
