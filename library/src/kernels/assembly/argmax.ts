/** Where the largest stood: `maximum` without the maximum. begin and end count results. Twin: ../reference/argmax.ts. */
import { maximum } from "./maximum";

export function argmax(x: usize, y: usize, outer: i32, size: i32, inner: i32, begin: i32, end: i32): void {
  maximum(x, 0, y, outer, size, inner, begin, end);
}
