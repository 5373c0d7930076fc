/** y = x. begin and end count elements. Twin: ../reference/copy.ts. */
export function copy(x: usize, y: usize, begin: i32, end: i32): void {
  const at = (<usize>begin) << 2;
  memory.copy(y + at, x + at, (<usize>(end - begin)) << 2);
}
