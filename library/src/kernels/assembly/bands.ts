/**
 * A convolution's pictures, a band at a time, ready for outer-products.ts: for each place of the window the address of what
 * lies under its first tap, and for each tap how much further on it lies.
 *
 * Where the window reaches over the edge, the lines that it meets are copied into scratch memory with zeros around them;
 * where it does not, pictures are read where they are. Nothing is copied once per tap.
 *
 * The same walk serves two passes, whose places are
 *
 *   forward    output pixels, which see input pixels:  line y·stride − top + tap
 *   backward   input pixels, which see gradients of outputs:  line (y + top − tap) / stride. Pixels with the same rest of
 *              (y + top) / stride meet the same taps, every stride-th, and neighbours among them meet neighbouring lines:
 *              so each rest is a walk of its own with a stride of 1 (see conv2d.ts), and no zero is multiplied
 */

const F32: usize = 4;

/** Places in a band at most. */
export const MOST_PLACES = 512;
/** Taps · channels that are summed in one go: eight columns of weights are then 16 KiB and stay in the first cache. */
export const MOST_STEPS = 512;
/** Bytes of copied lines: with a block of weights they fill the first cache. */
const BAND_BYTES = 16384;

/** One walk of a window, or of a part of its taps and channels. */
@unmanaged
export class Walk {
  /** The pictures that are seen. */
  source: usize;
  height: i32;
  width: i32;
  channels: i32;
  /** The places of each sample. */
  lines: i32;
  columns: i32;
  /** Lines and columns of the picture between two places, and where the first place's first tap lies. */
  strideY: i32;
  strideX: i32;
  originY: i32;
  originX: i32;
  /** The window. */
  tapsY: i32;
  tapsX: i32;
  /** The block of taps and channels that is being summed. */
  firstY: i32;
  firstX: i32;
  firstChannel: i32;
  blockY: i32;
  blockX: i32;
  blockChannels: i32;
  /** Where results of places go: addresses, and bytes between neighbours. */
  target: usize;
  targetSample: i32;
  targetLine: i32;
  targetColumn: i32;
  /** Scratch: addresses of places (with five more), of their results, offsets of taps (with five more), copied lines. */
  places: usize;
  targets: usize;
  offsets: usize;
  copies: usize;

  static readonly SIZE: usize = 128;
  /** Bytes of scratch. */
  static readonly ROOM: usize = Walk.SIZE + (MOST_PLACES + 8) * 8 + (MOST_STEPS + 8) * 4 + BAND_BYTES;

  static at(address: usize): Walk {
    const walk = changetype<Walk>(address);
    walk.places = address + Walk.SIZE;
    walk.targets = walk.places + (MOST_PLACES + 8) * 4;
    walk.offsets = walk.targets + (MOST_PLACES + 8) * 4;
    walk.copies = walk.offsets + (MOST_STEPS + 8) * 4;
    return walk;
  }

  /** Sizes of the blocks: as many taps as may be, then as many channels. */
  setBlocks(): void {
    this.blockX = min(this.tapsX, MOST_STEPS);
    this.blockY = max(1, min(this.tapsY, MOST_STEPS / max(1, this.blockX)));
    const most = max(1, MOST_STEPS / max(1, this.blockX * this.blockY));
    const blocks = (this.channels + most - 1) / most;
    this.blockChannels = min(most, ((this.channels + blocks - 1) / blocks + 3) & ~3);
    this.firstY = 0;
    this.firstX = 0;
    this.firstChannel = 0;
  }

  /** Goes on to the next block; false when there is none. */
  next(): bool {
    this.firstChannel += this.blockChannels;
    if (this.firstChannel < this.channels) return true;
    this.firstChannel = 0;
    this.firstX += this.blockX;
    if (this.firstX < this.tapsX) return true;
    this.firstX = 0;
    this.firstY += this.blockY;
    return this.firstY < this.tapsY;
  }

  @inline get isFirst(): bool {
    return this.firstChannel == 0 && this.firstX == 0 && this.firstY == 0;
  }

  @inline get isLast(): bool {
    return (
      this.firstChannel + this.blockChannels >= this.channels &&
      this.firstX + this.blockX >= this.tapsX &&
      this.firstY + this.blockY >= this.tapsY
    );
  }

  @inline get heightOfBlock(): i32 {
    return min(this.blockY, this.tapsY - this.firstY);
  }

  @inline get widthOfBlock(): i32 {
    return min(this.blockX, this.tapsX - this.firstX);
  }

  @inline get depthOfBlock(): i32 {
    return min(this.blockChannels, this.channels - this.firstChannel);
  }

  /** The row of the weights, seen as a matrix, that number k of the block belongs to. */
  rowOf(k: i32): usize {
    const depth = this.depthOfBlock;
    const tap = k / depth;
    const y = tap / this.widthOfBlock;
    const x = tap - y * this.widthOfBlock;
    const place = (this.firstY + y) * this.tapsX + this.firstX + x;
    return <usize>(place * this.channels + this.firstChannel + k - tap * depth);
  }

  /** Whether every tap of every place lies within the picture. */
  get isInside(): bool {
    return (
      this.originY >= 0 &&
      this.originX >= 0 &&
      this.originY + (this.lines - 1) * this.strideY + this.tapsY <= this.height &&
      this.originX + (this.columns - 1) * this.strideX + this.tapsX <= this.width
    );
  }

  /** Places of a line that are taken at once: all, unless what they see has no room. */
  get columnsAtOnce(): i32 {
    if (this.isInside) return min(this.columns, MOST_PLACES);
    const most = BAND_BYTES / 4 / max(1, this.heightOfBlock * this.depthOfBlock);
    return max(1, min(min(this.columns, MOST_PLACES), (most - this.widthOfBlock) / this.strideX + 1));
  }

  /** Writes the offsets of the block's taps and channels. @returns how many */
  listOffsets(): i32 {
    const depth = this.depthOfBlock;
    const width = this.widthOfBlock;
    const inside = this.isInside;
    const pixel = inside ? this.channels : depth;
    const line = pixel * (inside ? this.width : (this.columnsAtOnce - 1) * this.strideX + width);
    let at = this.offsets;
    for (let y = 0; y < this.heightOfBlock; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < depth; c++, at += 4) store<i32>(at, (y * line + x * pixel + c) << 2);
    return <i32>(at - this.offsets) >> 2;
  }

  /**
   * Makes the places of a band ready, which begins with column `column` of line `line` (counted through all samples) and
   * ends at the latest ahead of line `end`.
   *
   * @returns how many places
   */
  fill(line: i32, column: i32, end: i32): i32 {
    const inside = this.isInside;
    const atOnce = this.columnsAtOnce;
    const columns = min(atOnce, this.columns - column);
    const depth = this.depthOfBlock;
    const seenX = (atOnce - 1) * this.strideX + max(1, this.widthOfBlock); // a window may have no taps here: all is 0
    const pixel = (<usize>(inside ? this.channels : depth)) << 2;
    const pitch = pixel * <usize>(inside ? this.width : seenX);
    const originX = this.originX + this.firstX + column * this.strideX;
    let count = 0;
    let copies = this.copies;
    while (line < end && count + columns <= MOST_PLACES) {
      const sample = line / this.lines;
      const y = line - sample * this.lines;
      const originY = this.originY + this.firstY + y * this.strideY;
      let lines = min((MOST_PLACES - count) / columns, min(this.lines - y, end - line));
      let first: usize;
      if (inside) {
        first =
          this.source +
          ((<usize>(((sample * this.height + originY) * this.width + originX) * this.channels + this.firstChannel)) <<
            2);
      } else {
        const room = <i32>((this.copies + BAND_BYTES - copies) / pitch);
        if (room < this.heightOfBlock) break;
        lines = min(lines, (room - this.heightOfBlock) / this.strideY + 1);
        first = copies;
        const seen = (lines - 1) * this.strideY + this.heightOfBlock;
        for (let i = 0; i < seen; i++, copies += pitch)
          this.copyLine(sample, originY + i, originX, seenX, depth, copies);
      }
      if (columns < this.columns) lines = 1;
      for (let i = 0; i < lines; i++) {
        let place = first + pitch * <usize>(i * this.strideY);
        let target =
          this.target + <usize>(sample * this.targetSample + (y + i) * this.targetLine + column * this.targetColumn);
        for (let x = 0; x < columns; x++, count++) {
          store<u32>(this.places + ((<usize>count) << 2), <u32>place);
          store<u32>(this.targets + ((<usize>count) << 2), <u32>target);
          place += pixel * <usize>this.strideX;
          target += this.targetColumn;
        }
      }
      line += lines;
      if (columns < this.columns) break;
    }
    // the last tile may look beyond: at the last place
    for (let i = 0; i < 5; i++) {
      store<u32>(this.places + ((<usize>(count + i)) << 2), load<u32>(this.places + ((<usize>(count - 1)) << 2)));
    }
    return count;
  }

  /** A stretch of a line of the picture, with zeros where there is no picture. */
  private copyLine(sample: i32, y: i32, x: i32, count: i32, depth: i32, to: usize): void {
    const outside = <u32>y >= <u32>this.height;
    const begin = outside ? count : min(count, max(0, -x));
    const end = outside ? count : max(begin, min(count, this.width - x));
    fillZeros(to, begin * depth);
    fillZeros(to + ((<usize>(end * depth)) << 2), (count - end) * depth);
    let from =
      this.source +
      ((<usize>(((sample * this.height + y) * this.width + x + begin) * this.channels + this.firstChannel)) << 2);
    to += (<usize>(begin * depth)) << 2;
    if (depth == this.channels) {
      copyNumbers(from, to, (end - begin) * depth);
      return;
    }
    for (let i = begin; i < end; i++) {
      copyNumbers(from, to, depth);
      from += (<usize>this.channels) << 2;
      to += (<usize>depth) << 2;
    }
  }
}

// lines are short: a loop is done before the engine's own copy has begun

function copyNumbers(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; i < count; i++, from += F32, to += F32) store<f32>(to, load<f32>(from));
}

function fillZeros(to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16) v128.store(to, f32x4.splat(0));
  for (; i < count; i++, to += F32) store<f32>(to, 0);
}
