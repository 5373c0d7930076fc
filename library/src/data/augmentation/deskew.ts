/**
 * Setting upright: each picture is slanted back by as much as its ink leans, found by its second moments (the kernel
 * deskewMaps). It draws nothing: the same picture is always set upright in the same way.
 *
 * So it is rather a preparation than a change. As an augmentation with a probability below 1 it shows a network a picture
 * as written and upright by turns. A network that is to see upright pictures only must be asked about upright ones too:
 * prepare all its pictures alike, those to learn from, to judge by and to predict, with
 * `augmented(engine, images, [{ type: "deskew" }], …)`, and leave it out of the training's augmentation.
 *
 * @see [LeCun98] section III.A
 */
import { checkFrame } from "./frame.ts";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Slants each picture so that it stands upright. */
export interface DeskewDescription {
  type: "deskew";
  /** Of being set upright at all, 0 to 1; default 1. */
  probability?: number;
}

export const deskew: Kind<Required<DeskewDescription>> = {
  fields: { probability: probability(1) },
  checkPictures: (_, inputShape) => checkFrame("deskew", inputShape),
  keepsZeros: () => true,
  way: {
    name: "maps",
    looks: true,
    perform(kernels, { probability: part }, { x, maps, count, height, width, channels }, stream) {
      kernels.deskewMaps(x, maps, count, height, width, channels, part, ...stream);
    },
  },
};
