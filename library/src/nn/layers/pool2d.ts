/**
 * Pooling makes a picture smaller: of what lies under a window it keeps the largest number, or the mean. What is lost is
 * where exactly something was seen, and for reading a digit that is as well.
 */
import { checkSettings, sizeOf } from "#base";
import type { Shape } from "#base";
import { apply, averagePool2dOp, globalAveragePool2d as globalAverage, maxPool2dOp } from "#engine";
import type { Op, Pooling, Tensor } from "#engine";
import type { Layer, LayerKind } from "../layer.ts";
import { bothOf, checkPicture, drawn, paddingChoice, pair, resolvePadding } from "../windows.ts";
import type { PaddingChoice, Pair } from "../windows.ts";

export interface PoolingDescription<Type extends string = string> {
  type: Type;
  /** Height and width of the window, as one number or two. */
  size: Pair;
  /** Pixels from one place to the next; default the window's own size, so that windows do not overlap. */
  stride?: Pair;
  /** "valid": none. "same": the result has ⌈length / stride⌉ places. Or so many pixels on every side. Default "valid". */
  padding?: PaddingChoice;
}

export type PoolingOptions = Omit<PoolingDescription, "type">;

/** A window that walks over pictures, and what is made of the numbers under it. */
class WindowLayer implements Layer {
  readonly repeatable = true;
  readonly #op: Op<Pooling>;
  readonly #size: readonly [number, number];
  readonly #stride: readonly [number, number];
  readonly #padding: PaddingChoice;

  constructor(op: Op<Pooling>, { size, stride = size, padding = "valid" }: PoolingOptions) {
    this.#op = op;
    this.#size = bothOf(size);
    this.#stride = bothOf(stride);
    this.#padding = padding;
  }

  outputShape(inputShape: Shape): Shape {
    checkPicture(this.#op.name, inputShape);
    return this.#op.shape([drawn([1, ...inputShape])], this.#walk(inputShape)).slice(1);
  }

  forward(x: Tensor): Tensor {
    return apply(this.#op, [x], this.#walk(x.shape.slice(1)));
  }

  /** One operation for each number under each window. */
  flops(inputShape: Shape): number {
    return sizeOf(this.outputShape(inputShape)) * this.#size[0] * this.#size[1];
  }

  #walk(inputShape: Shape): Pooling {
    const [size, stride] = [this.#size, this.#stride];
    return { size, stride, padding: resolvePadding(this.#padding, inputShape, size, stride) };
  }
}

/** The largest number under each window. Shapes: [batch, height, width, channels] → [batch, out height, out width, channels] */
export class MaxPool2d extends WindowLayer {
  constructor(options: PoolingOptions) {
    super(maxPool2dOp, options);
  }
}

/** The mean of the numbers under each window. Shapes as for `MaxPool2d`. */
export class AveragePool2d extends WindowLayer {
  constructor(options: PoolingOptions) {
    super(averagePool2dOp, options);
  }
}

/** The mean of each channel over all pixels. Shapes: [batch, height, width, channels] → [batch, channels] */
export class GlobalAveragePool2d implements Layer {
  readonly repeatable = true;
  outputShape(inputShape: Shape): Shape {
    checkPicture("globalAveragePool2d", inputShape);
    return [inputShape[2]];
  }

  forward(x: Tensor): Tensor {
    return globalAverage(x);
  }

  flops(inputShape: Shape): number {
    return sizeOf(inputShape);
  }
}

function poolingKind<Type extends string>(
  type: Type,
  make: (options: PoolingOptions) => Layer,
): LayerKind<PoolingDescription<Type>> {
  return {
    type,
    build(description) {
      const { size, stride, padding } = checkSettings(type, description, {
        size: pair(),
        stride: pair(description.size),
        padding: paddingChoice(),
      });
      return make({ size, stride, padding });
    },
  };
}

export const maxPool2d = poolingKind("maxPool2d", (options) => new MaxPool2d(options));
export const averagePool2d = poolingKind("averagePool2d", (options) => new AveragePool2d(options));

export interface GlobalAveragePool2dDescription {
  type: "globalAveragePool2d";
}

export const globalAveragePool2d: LayerKind<GlobalAveragePool2dDescription> = {
  type: "globalAveragePool2d",
  build(description) {
    checkSettings("globalAveragePool2d", description, {});
    return new GlobalAveragePool2d();
  },
};
