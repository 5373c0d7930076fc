/**
 * Windows that walk over pictures: what ../windows.ts says, in memory, so that it need not be passed on number by number.
 */

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

  /** Where the pixel under a tap lies, in numbers from the first picture's; −1 in the padding. `line` counts lines of output pixels. */
  offset(line: i32, outX: i32, tapY: i32, tapX: i32): i32 {
    const sample = line / this.outHeight;
    const y = (line - sample * this.outHeight) * this.strideY - this.top + tapY;
    const x = outX * this.strideX - this.left + tapX;
    if (<u32>y >= <u32>this.height || <u32>x >= <u32>this.width) return -1;
    return ((sample * this.height + y) * this.width + x) * this.channels;
  }

  /** How many pixels of the picture lie under the window. */
  count(line: i32, outX: i32): i32 {
    const y = (line % this.outHeight) * this.strideY - this.top;
    const x = outX * this.strideX - this.left;
    const rows = min(y + this.windowHeight, this.height) - max(y, 0);
    return rows * (min(x + this.windowWidth, this.width) - max(x, 0));
  }

  /** Bytes. */
  static readonly SIZE: usize = 48;
}
