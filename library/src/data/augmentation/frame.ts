/**
 * The largest pictures that can be warped: a thread copies a picture, one channel of it or all, into a room of its own with
 * zeros around it, so that reading beyond the edge needs no question.
 */
import { ShapeError } from "#base";
import type { Shape } from "#base";
import { SCRATCH_BYTES } from "#kernels";

const MOST_NUMBERS = SCRATCH_BYTES / 4 - 64; // what is left beside the random numbers of a picture
const FRAME = 3; // rows and columns

/**
 * @param options.together whether all channels are copied at once
 * @throws {ShapeError} when a picture is too large
 */
export function checkFrame(kind: string, inputShape: Shape, { together = false }: { together?: boolean } = {}): void {
  const [height, width, channels] = inputShape;
  const numbers = (height + FRAME) * (width + FRAME) * (together ? channels : 1);
  if (numbers <= MOST_NUMBERS) return;
  const side = Math.floor(Math.sqrt(MOST_NUMBERS / (together ? channels : 1))) - FRAME;
  throw new ShapeError({
    op: `augmentation ${kind}`,
    problem: "the pictures are too large for this change",
    shapes: { inputShape },
    want: `at most ${side}×${side} pixels`,
    fix: "make the pictures smaller, or leave this change out",
  });
}
