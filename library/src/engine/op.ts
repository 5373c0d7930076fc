/**
 * The contract of a differentiable operation: a shape rule, a forward pass and its backward pass, side by side.
 *
 * An op is a plain object. It sees shaped windows on memory and the kernels it is handed, nothing else: no graph, no
 * engine, no other op. So one file teaches one idea, and an op written by a user is no different from one of ours.
 */
import type { Shape } from "#base";
import type { Floats, Kernels } from "#kernels";

/** A shaped window on memory: all that an op may know of a tensor. */
export interface View {
  readonly shape: Shape;
  readonly data: Floats;
}

/** One differentiable operation `y = op(inputs)`. */
export interface Op<Settings = undefined> {
  readonly name: string;

  /** True when y is its first input seen in another shape: it shares that input's memory, and `forward` is not called. */
  readonly alias?: true;

  /** The output's shape, or a ShapeError that says which inputs cannot meet. */
  shape(inputs: readonly View[], settings: Settings): Shape;

  /** Shapes of what `forward` keeps for `backward`, such as a batch norm's means. Most ops need none. */
  saved?(inputs: readonly View[], settings: Settings): readonly Shape[];

  /** Fills `y`, which is zero beforehand, and the arrays of `saved`. */
  forward(kernels: Kernels, inputs: readonly View[], y: View, settings: Settings, saved: readonly View[]): void;

  /** Given dL/dy, adds dL/dinput to each entry of `dxs`; an entry is null where nobody asks. */
  backward(
    kernels: Kernels,
    inputs: readonly View[],
    y: View,
    dy: View,
    dxs: readonly (View | null)[],
    settings: Settings,
    saved: readonly View[],
  ): void;
}
