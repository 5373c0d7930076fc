/**
 * One pass over all parameters: where the arrays of several parameters lie one after another, in every one of the arrays
 * that an update touches, they are moved as one long array. Small biases then cost no call of their own.
 */
import type { Floats } from "#kernels";

/** What an update of one parameter touches: weight, gradient and the rule's memory, all of one length. */
export interface ArrayUpdate {
  readonly arrays: readonly Floats[];
  readonly weightDecay: number;
}

/** Arrays begin at multiples of so many bytes: what lies between two of them belongs to nobody, and may be moved along. */
const LINE = 64;

/** The same updates with neighbours joined; results are the same to the bit, for a rule treats each number by itself. */
export function neighboursJoined(updates: readonly ArrayUpdate[]): ArrayUpdate[] {
  const joined: ArrayUpdate[] = [];
  for (const update of updates) {
    const last = joined.at(-1);
    if (last === undefined || !follows(last, update)) {
      joined.push(update);
      continue;
    }
    const arrays = last.arrays.map((array, index) => stretched(array, update.arrays[index]));
    joined[joined.length - 1] = { ...last, arrays };
  }
  return joined;
}

function follows(first: ArrayUpdate, second: ArrayUpdate): boolean {
  if (first.weightDecay !== second.weightDecay) return false;
  return first.arrays.every((array, index) => {
    const next = second.arrays[index];
    const end = array.byteOffset + array.byteLength;
    return next.buffer === array.buffer && next.byteOffset === Math.ceil(end / LINE) * LINE;
  });
}

/** From the beginning of one array to the end of another. */
function stretched(first: Floats, last: Floats): Floats {
  const length = (last.byteOffset - first.byteOffset) / first.BYTES_PER_ELEMENT + last.length;
  return first instanceof Float64Array
    ? new Float64Array(first.buffer, first.byteOffset, length)
    : new Float32Array(first.buffer, first.byteOffset, length);
}
