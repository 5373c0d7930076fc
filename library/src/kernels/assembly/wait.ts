/** How a thread waits without sleeping: looking at a word of memory is some hundred times faster than being woken. */

/** Looks at the word at `pointer` until it differs from `value`, at most `spins` times. */
export function waitWhile(pointer: usize, value: i32, spins: i32): void {
  for (let i = 0; i < spins; i++) {
    if (atomic.load<i32>(pointer) != value) return;
  }
}
