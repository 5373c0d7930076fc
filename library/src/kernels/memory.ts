/**
 * Linear memory, shared out.
 *
 *   0        64 KiB                                                          size
 *   ├─────────┼───────────────┼──────────────────────────────────────────────┤
 *   │ control │ scratch, one  │ heap: what lasts, and the blocks of the step │
 *   │ block   │ per thread    │ arena                                        │
 *
 * The heap is a list of free stretches, kept here in JavaScript: the smallest that fits is taken, neighbours that are
 * given back are joined. The step arena takes big blocks from the heap and fills them from the front; releasing it to an
 * earlier mark is setting two numbers back, whatever lies above. The blocks stay for the next step, until room is short.
 *
 * The memory is always a shared one, even for one thread: it may grow, and windows on it stay valid.
 */
import { MemoryError, SettingError } from "#base";

const PAGE = 65536;
const ALIGNMENT = 64; // one cache line, so that no two threads write the same one
const BLOCK = 8 * 1024 * 1024; // bytes; the arena grows by at least so much
const WORD = 4_294_967_296; // a mark holds the block above its offset

/** The control block and the modules' constants. */
export const CONTROL_BYTES = PAGE;
/** Each thread's scratch. */
export const SCRATCH_BYTES = 1024 * 1024;
/**
 * Where threads leave partial sums for one another, from one kernel call to the very next: the upper part of the first
 * thread's scratch. Kernels that do so keep to the lower part for their own work.
 */
export const PARTIALS = CONTROL_BYTES + 384 * 1024;
export const PARTIAL_BYTES = CONTROL_BYTES + SCRATCH_BYTES - PARTIALS;

interface Stretch {
  begin: number;
  end: number;
}

/** One WebAssembly memory and who holds which part of it. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #free: Stretch[] = [];
  /** What is taken, by its first byte. */
  readonly #taken = new Map<number, number>();
  readonly #blocks: Stretch[] = [];
  #block = 0;
  #offset = 0;
  #lasting = 0;
  /** From here on nothing was ever taken: a memory starts, and grows, as zeros. */
  #untouched = 0;

  /**
   * @param options.limit the most bytes that the memory may grow to
   * @throws {SettingError} when not even each thread's scratch has room
   */
  constructor({ threads, limit }: { threads: number; limit: number }) {
    const begin = CONTROL_BYTES + threads * SCRATCH_BYTES;
    const pages = Math.ceil(begin / PAGE);
    if (limit < pages * PAGE) {
      throw new SettingError({
        op: "createEngine",
        problem: `${mebibytes(limit)} are not enough to begin with`,
        setting: "memoryLimit",
        value: limit,
        want: `at least ${pages * PAGE} bytes for ${threads} threads, and room for the work`,
      });
    }
    this.#limit = limit;
    this.memory = reservedMemory(pages, Math.floor(limit / PAGE));
  }

  /** `byteLength` bytes of zeros that last until `release`. */
  allocate(byteLength: number): number {
    const untouched = this.#untouched;
    const begin = this.#take(byteLength);
    const used = Math.max(0, Math.min(byteLength, untouched - begin));
    new Uint8Array(this.memory.buffer, begin, used).fill(0);
    this.#lasting += this.#sizeOf(begin);
    return begin;
  }

  release(begin: number): void {
    if (!this.#taken.has(begin)) return;
    this.#lasting -= this.#sizeOf(begin);
    this.#giveBack(begin);
  }

  /** `byteLength` bytes of the step arena, whatever they hold. */
  reserve(byteLength: number): number {
    const length = aligned(byteLength);
    const block = this.#blocks[this.#block];
    if (block === undefined || block.begin + this.#offset + length > block.end) this.#openBlock(length);
    const begin = this.#blocks[this.#block].begin + this.#offset;
    this.#offset += length;
    return begin;
  }

  /** Where the arena stands: a number that only grows until it is released. */
  mark(): number {
    return this.#block * WORD + this.#offset;
  }

  releaseTo(mark: number): void {
    this.#block = Math.floor(mark / WORD);
    this.#offset = mark % WORD;
  }

  bytes(): { lasting: number; arena: number; total: number } {
    const arena = this.#blocks.reduce((sum, { begin, end }) => sum + end - begin, 0);
    return { lasting: this.#lasting, arena, total: this.memory.buffer.byteLength };
  }

  /** The number of the first block that nothing lies in; so are all after it. */
  get #firstIdle(): number {
    return this.#offset === 0 ? this.#block : this.#block + 1;
  }

  /** Goes on to a block with room for `length` bytes: an idle one, or else a new one. */
  #openBlock(length: number): void {
    let found = this.#blocks.findIndex(({ begin, end }, index) => index >= this.#firstIdle && end - begin >= length);
    if (found === -1) {
      const begin = this.#take(Math.max(length, BLOCK), length);
      found = this.#blocks.push({ begin, end: begin + this.#sizeOf(begin) }) - 1;
    }
    const next = this.#firstIdle;
    [this.#blocks[next], this.#blocks[found]] = [this.#blocks[found], this.#blocks[next]];
    this.#block = next;
    this.#offset = 0;
  }

  /** Gives the arena's idle blocks back to the heap; false when there are none. */
  #closeIdleBlocks(): boolean {
    const idle = this.#blocks.splice(this.#firstIdle);
    for (const { begin } of idle) this.#giveBack(begin);
    return idle.length > 0;
  }

  /** Takes `byteLength` bytes, or `least` when there is no room for more. */
  #take(byteLength: number, least = byteLength): number {
    const length = aligned(byteLength);
    let best: Stretch | undefined;
    for (const stretch of this.#free) {
      const size = stretch.end - stretch.begin;
      if (size >= length && (best === undefined || size < best.end - best.begin)) best = stretch;
    }
    if (best === undefined) {
      if (!this.#grow(length) && !this.#closeIdleBlocks()) {
        if (least < byteLength) return this.#take(least);
        this.#refuse(length);
      }
      return this.#take(byteLength, least);
    }
    const { begin } = best;
    best.begin += length;
    if (best.begin === best.end) this.#free.splice(this.#free.indexOf(best), 1);
    this.#taken.set(begin, begin + length);
    this.#untouched = Math.max(this.#untouched, begin + length);
    return begin;
  }

  #giveBack(begin: number): void {
    const end = this.#taken.get(begin) as number;
    this.#taken.delete(begin);
    this.#insert({ begin, end });
  }

  /** Adds a free stretch, joined with the free ones on either side. */
  #insert({ begin, end }: Stretch): void {
    const index = this.#free.findIndex((stretch) => stretch.begin > begin);
    const place = index === -1 ? this.#free.length : index;
    const before = this.#free[place - 1];
    const after = this.#free[place];
    if (before?.end === begin && after?.begin === end) {
      before.end = after.end;
      this.#free.splice(place, 1);
    } else if (before?.end === begin) before.end = end;
    else if (after?.begin === end) after.begin = begin;
    else this.#free.splice(place, 0, { begin, end });
  }

  /** Grows the memory by at least `length` bytes, and by an eighth of what it has; false when the limit stands in the way. */
  #grow(length: number): boolean {
    const size = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const missing = length - (last?.end === size ? last.end - last.begin : 0);
    const room = Math.floor((this.#limit - size) / PAGE);
    const needed = Math.ceil(missing / PAGE);
    if (needed > room) return false;
    const pages = Math.min(room, Math.max(needed, Math.ceil(size / 8 / PAGE)));
    try {
      this.memory.grow(pages);
    } catch {
      return false; // the system has no more
    }
    this.#insert({ begin: size, end: size + pages * PAGE });
    return true;
  }

  #refuse(asked: number): never {
    const { lasting, arena, total } = this.bytes();
    const free = this.#limit - total + this.#free.reduce((sum, { begin, end }) => sum + end - begin, 0);
    const inSteps = arena > Math.min(BLOCK, lasting); // one block is an ordinary step's, more may be many steps
    throw new MemoryError({
      op: "memory",
      problem: `${mebibytes(asked)} were asked for, and ${mebibytes(free)} of ${mebibytes(this.#limit)} are free`,
      askedBytes: asked,
      freeBytes: free,
      got: `${mebibytes(lasting)} that last and ${mebibytes(arena)} of the step that is running`,
      fix: inSteps
        ? "let steps end: an optimizer's update ends one, so does engine.step(() => …) when it returns, and " +
          "model.predict(images) needs neither; or raise createEngine({ memoryLimit })"
        : "raise createEngine({ memoryLimit }), or use smaller models and batches",
    });
  }

  #sizeOf(begin: number): number {
    return (this.#taken.get(begin) as number) - begin;
  }
}

/** The host reserves addresses up to the limit at once, though no memory. */
function reservedMemory(initial: number, maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch {
    throw new MemoryError({
      op: "createEngine",
      problem: `the system does not reserve ${mebibytes(maximum * PAGE)} for one more engine`,
      askedBytes: maximum * PAGE,
      fix: "ask for less with createEngine({ memoryLimit }), and close engines that are no longer used",
    });
  }
}

function aligned(byteLength: number): number {
  return Math.max(ALIGNMENT, Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1048576).toFixed(1)} MiB`;
}
