/**
 * Augmentation in an engine: as an operation of the training step, run by its threads and recorded in its plan, and by
 * itself for whoever wants to see what a training sees.
 */
import { ShapeError, sizeOf } from "#base";
import type { Rng, Shape } from "#base";
import { Augmenter } from "#data";
import type { AugmentationDescription } from "#data";
import { apply } from "#engine";
import type { Engine, Op, Tensor, Values } from "#engine";

/** The pictures of a batch, changed; the inputs behind them are the sheets that bend them. */
const augmentationOp: Op<{ augmenter: Augmenter; step: number }> = {
  name: "augmentation",
  callsKernels: true,
  overwrites: true,
  shape: ([images]) => images.shape,
  atStep: (settings, step) => ({ ...settings, step }),
  saved: ([images], { augmenter }) => augmenter.roomFor(images.shape[0]),
  forward(kernels, [images, ...sheets], y, { augmenter, step }, saved) {
    augmenter.perform(kernels, {
      images: images.data,
      target: y.data,
      count: images.shape[0],
      step,
      room: saved.map(({ data }) => data),
      sheets: sheets.map(({ data }) => data),
    });
  },
  backward() {
    // pictures have no gradient
  },
};

/** The same where what is empty stays empty. */
const sparseAugmentationOp = { ...augmentationOp, keepsZeros: true } as const;

/** The augmentation of a training, with what it needs in the memory of the training's engine. */
export class Augmentation {
  readonly #engine: Engine;
  readonly #augmenter: Augmenter | null;
  #sheets: readonly Tensor[] | null = null;

  /**
   * @param options.rng the training's; what is drawn comes from its stream "augment"
   * @throws {SettingError} when a description is wrong
   * @throws {ShapeError} when samples are no pictures, or pictures are too large
   */
  constructor(
    engine: Engine,
    descriptions: readonly AugmentationDescription[],
    { inputShape, rng }: { inputShape: Shape; rng: Rng },
  ) {
    this.#engine = engine;
    const none = descriptions.length === 0;
    this.#augmenter = none ? null : new Augmenter(descriptions, { inputShape, rng: rng.stream("augment") });
  }

  /** The pictures of a step as the network sees them; x is working space afterwards. */
  apply(x: Tensor, step: number): Tensor {
    const augmenter = this.#augmenter;
    if (augmenter === null) return x;
    this.#sheets ??= augmenter.sheets.map((sheet) => this.#engine.lasting(sheet, [sheet.length]));
    const op = augmenter.keepsZeros ? sparseAugmentationOp : augmentationOp;
    return apply(op, [x, ...this.#sheets], { augmenter, step });
  }

  /** Gives its memory back; `apply` takes it anew. */
  release(): void {
    for (const sheet of this.#sheets ?? []) this.#engine.release(sheet);
    this.#sheets = null;
  }
}

export interface AugmentedOptions {
  /** [height, width, channels] of a picture. */
  inputShape: Shape;
  /** Source of all that is drawn. Handed a training's own, the changes are those that the training makes. */
  rng: Rng;
  /** The number of the training step, 0, 1, …; each step makes other changes. Default 0. */
  step?: number;
}

/**
 * Pictures, changed as a training would change the batch that they are: picture i here gets what picture i of the batch of
 * that step gets.
 *
 * @param images [count, height, width, channels], e.g. intensities from 0 to 1; they are left as they are
 * @throws {SettingError} when a description is wrong
 * @throws {ShapeError} when samples are no pictures or too large, or `images` is no whole number of them
 * @example
 * const digits = Float32Array.from(data.inputs, (byte) => byte / 255);
 * augmented(engine, digits, [{ type: "affine", degrees: 10 }], { inputShape: [28, 28, 1], rng }).length; // 15680
 */
export function augmented(
  engine: Engine,
  images: Values,
  descriptions: readonly AugmentationDescription[],
  { inputShape, rng, step = 0 }: AugmentedOptions,
): Float32Array {
  const count = images.length / sizeOf(inputShape);
  if (!Number.isInteger(count)) {
    throw new ShapeError({
      op: "augmented",
      problem: `${images.length} numbers are no whole number of pictures`,
      shapes: { images: [images.length], inputShape },
      want: `a multiple of ${sizeOf(inputShape)}`,
    });
  }
  const augmentation = new Augmentation(engine, descriptions, { inputShape, rng });
  try {
    return engine.step(() => {
      const x = engine.tensor(images, [count, ...inputShape]);
      return Float32Array.from(augmentation.apply(x, step).data);
    });
  } finally {
    augmentation.release();
  }
}
