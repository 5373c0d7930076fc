/**
 * Augmentation: small changes to a training picture that leave its label true. A 7 moved by two pixels is a 7, and a
 * network that has seen it in 25 places no longer learns places by heart.
 *
 * What is done is described as data. Which change a picture gets is a function of (key, step, position in the list,
 * number in the batch) computed inside the kernel, so neither threads nor an interruption can alter it.
 */
import { checkSettings, Rng, SettingError, ShapeError, whole } from "#base";
import type { Shape } from "#base";
import type { Floats, Kernels } from "#kernels";

/** One change: `shift` moves each picture by −pixels … pixels, whole steps, each way; what comes in is 0. */
export type AugmentationDescription = { type: "shift"; pixels: number };

/**
 * The description, checked.
 *
 * @param inputShape of one sample, where it is known already: [height, width, channels]
 * @throws {SettingError} when the type is unknown or a setting is out of its range
 * @throws {ShapeError} when samples are no pictures
 */
export function checkAugmentation(description: AugmentationDescription, inputShape?: Shape): AugmentationDescription {
  const op = "augmentation";
  switch (description.type) {
    case "shift": {
      const settings = checkSettings(`${op} shift`, description, { pixels: whole(0) });
      if (inputShape !== undefined) checkShift(settings.pixels, inputShape);
      return { type: "shift", ...settings };
    }
    default: {
      const type: unknown = (description as { type?: unknown }).type;
      const problem = `nobody knows the type ${JSON.stringify(type)}`;
      throw new SettingError({ op, problem, setting: "type", value: type, want: "one of shift" });
    }
  }
}

function checkShift(pixels: number, inputShape: Shape): void {
  if (inputShape.length !== 3) {
    throw new ShapeError({
      op: "augmentation shift",
      problem: "only pictures can be moved",
      shapes: { inputShape },
      want: "[height, width, channels]",
    });
  }
  const side = Math.min(inputShape[0], inputShape[1]);
  if (pixels >= side) {
    throw new SettingError({
      op: "augmentation shift",
      problem: `${pixels} pixels would move a picture of ${inputShape[0]}×${inputShape[1]} out of sight`,
      setting: "pixels",
      value: pixels,
      want: `0 to ${side - 1}`,
    });
  }
}

/** A batch of pictures, and what decides how they are changed. */
export interface AugmentedBatch {
  /** [count, height, width, channels]; working space too, which holds nothing of use afterwards. */
  images: Floats;
  /** As long as `images`; the result. */
  target: Floats;
  count: number;
  /** [height, width, channels] */
  inputShape: Shape;
  /** Of the training's random stream for augmentation. */
  key: readonly [number, number];
  /** The number of the training step, 0, 1, …; the same key and step give the same changes. */
  step: number;
}

/** Applies the described changes in their order to a batch of pictures. */
export function augment(
  kernels: Pick<Kernels, "copy" | "shiftImages">,
  descriptions: readonly AugmentationDescription[],
  { images, target, count, inputShape, key, step }: AugmentedBatch,
): void {
  const [height, width, channels] = inputShape;
  let from = images;
  let to = target;
  descriptions.forEach((description, position) => {
    // each place in the list has a key of its own, or two shifts would both move the same way
    const [key0, key1] = Rng.restore({ key, position: 0 }).stream(position).key;
    kernels.shiftImages(from, to, count, height, width, channels, description.pixels, key0, key1, step);
    [from, to] = [to, from];
  });
  if (from !== target) kernels.copy(from, target);
}
