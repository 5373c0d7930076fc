/**
 * Where in one arena the arrays of a plan lie. Two arrays may share a place when their lives do not overlap: most of what
 * a forward pass makes on its way to the loss is needed until the backward pass has come by, and not longer.
 *
 * The largest array is placed first; each takes the lowest gap that is free throughout its life. This is a known good
 * heuristic for a problem whose best answer is too dear to look for. @see [Pisarchyk20]
 */

/** An array: how long it is, and from which to which entry of the schedule it is in use, both included. */
export interface Tenant {
  length: number;
  first: number;
  last: number;
}

/** Arrays begin at multiples of so many numbers: one cache line, so that no two threads write the same one. */
export const LINE = 16;

/** The place of each tenant in the order given, and the length of the whole arena, in numbers. */
export function place(tenants: readonly Tenant[]): { offsets: number[]; length: number } {
  const offsets = tenants.map(() => 0);
  const bySize = tenants.map((_, index) => index).toSorted((a, b) => tenants[b].length - tenants[a].length || a - b);
  const placed: number[] = [];
  let total = 0;
  for (const index of bySize) {
    const { length, first, last } = tenants[index];
    const neighbours = placed
      .filter((other) => tenants[other].first <= last && tenants[other].last >= first)
      .toSorted((a, b) => offsets[a] - offsets[b]);
    let offset = 0;
    for (const other of neighbours) {
      if (offset + length <= offsets[other]) break;
      offset = Math.max(offset, offsets[other] + lined(tenants[other].length));
    }
    offsets[index] = offset;
    placed.push(index);
    total = Math.max(total, offset + lined(length));
  }
  return { offsets, length: total };
}

/** A length, rounded up to whole lines. */
export function lined(length: number): number {
  return Math.max(LINE, Math.ceil(length / LINE) * LINE);
}
