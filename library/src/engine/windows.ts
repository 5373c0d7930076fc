/**
 * How a window walks over pictures [batch, height, width, channels]: where it begins, how far it goes each time, and how
 * many places it finds.
 *
 * `out = ⌊(length + padding before + padding after − window) / stride⌋ + 1`
 */
import { SettingError, ShapeError } from "#base";
import type { Shape } from "#base";
import type { Windows } from "#kernels";

/** Steps between two places of a window, down and to the right, 1 or more. */
export type Stride = readonly [y: number, x: number];

/** Rows and columns of nothing around a picture. */
export type Padding = readonly [top: number, bottom: number, left: number, right: number];

/** What a person may say in place of both: one number for all directions. */
export interface LooseWalk {
  /** Steps from one place to the next; default: 1 for a filter, the window's own size for pooling. */
  stride?: number | Stride;
  /** Pixels around the picture, on every side or [above, below, left, right]; default none. */
  padding?: number | Padding;
}

/** One number for both directions, or two. */
export function bothOf(value: number | Stride): Stride {
  return typeof value === "number" ? [value, value] : value;
}

/** One number for all sides, or four. */
export function sidesOf(value: number | Padding = 0): Padding {
  return typeof value === "number" ? [value, value, value, value] : value;
}

/** A window with its way. */
export interface Walk {
  stride: Stride;
  padding: Padding;
}

/** A pooling window with its way. */
export interface Pooling extends Walk {
  /** Height and width of the window, 1 or more. */
  size: readonly [height: number, width: number];
}

/**
 * All lengths of a walk over x.
 *
 * @throws {ShapeError} when x is no batch of pictures, or the window is larger than the padded picture
 * @throws {SettingError} when a stride or a padding is no whole number in its range
 */
export function windowsOf(
  op: string,
  x: Shape,
  [windowHeight, windowWidth]: readonly [number, number],
  { stride, padding }: Walk,
): Windows {
  if (x.length !== 4) {
    throw new ShapeError({
      op,
      problem: "x must be a batch of pictures",
      shapes: { x },
      want: "four axes: [batch, height, width, channels]",
      fix: x.length === 3 ? "a picture of one number per pixel has one channel: [batch, height, width, 1]" : undefined,
    });
  }
  checkNumbers(op, { setting: "window", values: [windowHeight, windowWidth], count: 2, least: 1 });
  checkNumbers(op, { setting: "stride", values: stride, count: 2, least: 1 });
  checkNumbers(op, { setting: "padding", values: padding, count: 4, least: 0 });
  const [batch, height, width, channels] = x;
  const [strideY, strideX] = stride;
  const [top, bottom, left, right] = padding;
  const paddedHeight = height + top + bottom;
  const paddedWidth = width + left + right;
  if (windowHeight > paddedHeight || windowWidth > paddedWidth) {
    const padded =
      paddedHeight === height && paddedWidth === width ? "" : `, ${paddedHeight}×${paddedWidth} with its padding`;
    throw new ShapeError({
      op,
      problem: `a window of ${windowHeight}×${windowWidth} does not fit into a picture of ${height}×${width}${padded}`,
      shapes: { x, window: [windowHeight, windowWidth] },
      want: "a window that is at most as large as the picture",
      fix: "take a smaller window, pad the picture, or make it smaller less often before",
    });
  }
  const outHeight = Math.floor((paddedHeight - windowHeight) / strideY) + 1;
  const outWidth = Math.floor((paddedWidth - windowWidth) / strideX) + 1;
  const sizes = { batch, height, width, channels, outHeight, outWidth, windowHeight, windowWidth };
  return { ...sizes, strideY, strideX, top, left };
}

/** What a thread has room to list. */
const MOST_TAPS = 65_536;

/** Whether pooling windows neither overlap nor leave gaps nor see padding, as most do. */
export function liesSideBySide({ size, stride, padding }: Pooling): boolean {
  return size[0] === stride[0] && size[1] === stride[1] && padding.every((pixels) => pixels === 0);
}

/** The same for pooling, of which every window must see a part of the picture. */
export function poolingWindows(op: string, x: Shape, { size, ...walk }: Pooling): Windows {
  const windows = windowsOf(op, x, size, walk);
  if (size[0] * size[1] > MOST_TAPS) {
    throw new SettingError({
      op,
      problem: `a window of ${size.join("×")} is too large`,
      setting: "size",
      value: size,
      want: `at most ${MOST_TAPS} pixels under a window`,
      fix: "globalAveragePool2d takes the mean of a whole picture",
    });
  }
  const [top, bottom, left, right] = walk.padding;
  if (Math.max(top, bottom) >= size[0] || Math.max(left, right) >= size[1]) {
    throw new SettingError({
      op,
      problem: `with a padding of ${walk.padding.join(", ")} a window of ${size.join("×")} could see nothing but padding`,
      setting: "padding",
      value: walk.padding,
      want: "less than the window's own height above and below, less than its width on the left and right",
    });
  }
  return windows;
}

function checkNumbers(
  op: string,
  { setting, values, count, least }: { setting: string; values: readonly number[]; count: number; least: number },
): void {
  const fits = (value: number) => Number.isInteger(value) && value >= least;
  if (Array.isArray(values) && values.length === count && values.every(fits)) return;
  throw new SettingError({
    op,
    problem: `this is no ${setting}`,
    setting,
    value: values,
    want: `a whole number of at least ${least}, or ${count} of them`,
  });
}
