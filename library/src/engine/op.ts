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

/** A gradient as a backward pass finds it. */
export interface GradientView extends View {
  /** Whether nothing was added yet: its memory holds whatever it holds. Only ops with `startsGradients` meet this. */
  readonly fresh?: boolean;
}

/** For each gradient 1 if a kernel is to write it, 0 if it is to add to it (or nobody asks for it). */
export function freshness<Gradients extends readonly (GradientView | null)[]>(
  ...gradients: Gradients
): { [Index in keyof Gradients]: number } {
  return gradients.map((gradient) => (gradient?.fresh ? 1 : 0)) as { [Index in keyof Gradients]: number };
}

/** One differentiable operation `y = op(inputs)`. */
export interface Op<Settings = undefined> {
  readonly name: string;

  /** True when y is its first input seen in another shape: it shares that input's memory, and `forward` is not called. */
  readonly alias?: true;

  /** True when `forward` writes every number of y and of `saved`, so that nobody need clear them first. */
  readonly overwrites?: true;

  /**
   * True when both passes do nothing but call the kernels that they are handed, so that a plan may note these calls once
   * and repeat them. An op that computes by itself is called by the plan each time.
   */
  readonly callsKernels?: true;

  /** True when `backward` writes a `fresh` gradient instead of adding to it, so that nobody need clear it first. */
  readonly startsGradients?: true;

  /** True when an input that is mostly zero has an output that is: shapes and places change, a few numbers, no zeros. */
  readonly keepsZeros?: true;

  /** The output's shape, or a ShapeError that says which inputs cannot meet. */
  shape(inputs: readonly View[], settings: Settings): Shape;

  /** The settings at another step, for an op that changes from step to step, such as a mask. */
  atStep?(settings: Settings, step: number): unknown;

  /** Shapes of what `forward` keeps for `backward`, such as a batch norm's means. Most ops need none. */
  saved?(inputs: readonly View[], settings: Settings): readonly Shape[];

  /** Shapes of what `backward` works in: whatever it holds before and after. */
  workspace?(inputs: readonly View[], settings: Settings): readonly Shape[];

  /**
   * Shapes of what `forward` remembers from one time to the next in a plan, such as weights in another form, which need
   * not be made again while the weights stay the same. It is zero at first, and each time where nothing is repeated.
   */
  memory?(inputs: readonly View[], settings: Settings): readonly Shape[];

  /** Fills `y` and the arrays of `saved`, which are zero beforehand unless the op `overwrites`. */
  forward(
    kernels: Kernels,
    inputs: readonly View[],
    y: View,
    settings: Settings,
    saved: readonly View[],
    memory: readonly View[],
  ): void;

  /** Given dL/dy, adds dL/dinput to each entry of `dxs`; an entry is null where nobody asks. */
  backward(
    kernels: Kernels,
    inputs: readonly View[],
    y: View,
    dy: View,
    dxs: readonly (GradientView | null)[],
    settings: Settings,
    saved: readonly View[],
    workspace: readonly View[],
  ): void;
}
