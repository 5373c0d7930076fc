/** What layers in which a window walks over pictures are told: sizes and strides as one number or two, padding by name. */
import { SettingError, ShapeError } from "#base";
import type { Field, Shape } from "#base";
import type { Padding, Stride } from "#engine";

/** One number for both directions, or [down, to the right]. */
export type Pair = number | readonly [number, number];

/** No padding, as much as keeps the size, or so many pixels on every side. */
export type PaddingChoice = "valid" | "same" | number;

const isWhole = (value: unknown, least: number) => Number.isSafeInteger(value) && (value as number) >= least;

/** A length of at least 1, or one for each direction. */
export function pair(fallback?: Pair): Field<Pair> {
  return {
    fits: (value): value is Pair =>
      isWhole(value, 1) || (Array.isArray(value) && value.length === 2 && value.every((each) => isWhole(each, 1))),
    want: "a whole number of at least 1, or two of them: [down, to the right]",
    fallback,
  };
}

export function paddingChoice(): Field<PaddingChoice> {
  return {
    fits: (value): value is PaddingChoice => value === "valid" || value === "same" || isWhole(value, 0),
    want: '"valid" (none), "same", or so many pixels on every side',
    fallback: "valid",
  };
}

export function bothOf(value: Pair): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

/**
 * Pixels above, below, left and right. "same" lets a window find ⌈length / stride⌉ places: what that takes is
 * `(places − 1)·stride + size − length`, the smaller half of it ahead.
 */
export function resolvePadding(choice: PaddingChoice, inputShape: Shape, size: Stride, stride: Stride): Padding {
  if (typeof choice === "number") return [choice, choice, choice, choice];
  if (choice === "valid") return [0, 0, 0, 0];
  if (choice !== "same") {
    const { want } = paddingChoice();
    throw new SettingError({ op: "padding", problem: "this is no padding", setting: "padding", value: choice, want });
  }
  const [height, width] = inputShape;
  return [...halves(height, size[0], stride[0]), ...halves(width, size[1], stride[1])];
}

function halves(length: number, size: number, stride: number): [before: number, after: number] {
  const places = Math.ceil(length / stride);
  const total = Math.max((places - 1) * stride + size - length, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** @throws {ShapeError} when a sample is no picture */
export function checkPicture(op: string, inputShape: Shape): void {
  if (inputShape.length === 3) return;
  throw new ShapeError({
    op,
    problem: "a sample must be a picture here",
    shapes: { sample: inputShape },
    want: "[height, width, channels]",
    fix:
      inputShape.length === 2
        ? `pictures of one number per pixel have one channel: [${inputShape.join(", ")}, 1]`
        : "put this layer ahead of flatten, and give input as [height, width, channels]",
  });
}

/** A shape as an operation sees it, for asking what it would make of it. */
export function drawn(shape: Shape): { shape: Shape; data: Float32Array } {
  return { shape, data: new Float32Array(0) };
}
