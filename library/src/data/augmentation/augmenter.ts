/**
 * A list of changes made ready: which kernels run on a batch, one after another.
 *
 * Each change that writes pictures is a walk of its own. A change that only says where pixels come from waits for its
 * neighbour: turned and bent, in either order, is one walk, `y(p) = x(A·(p + d(p)) + t)`. (Bent first and turned then, the
 * field d would have to be looked up at the turned place; but a field that is turned with the picture is as likely as one
 * that is not.) Setting upright looks at the picture, so it is joined only with a bend that follows.
 */
import type { Rng, Shape } from "#base";
import type { Floats, Kernels } from "#kernels";
import { checkAugmentation, kindOf } from "./augmentation.ts";
import type { AugmentationDescription, Settings } from "./augmentation.ts";
import type { Bends, Maps, Pictures, Rewrites } from "./kind.ts";
import { makeSheet } from "./sheet.ts";

/** A batch of pictures, and room to change them in. */
export interface AugmentedBatch {
  /** [count, height, width, channels]; working space too, which holds nothing of use afterwards. */
  images: Floats;
  /** As long as `images`; the result. */
  target: Floats;
  /** How many pictures. */
  count: number;
  /** The number of the training step, 0, 1, …; the same generator and step give the same changes. */
  step: number;
  /** Arrays of the shapes of `roomFor`; what they hold before and afterwards is of no matter. */
  room: readonly Floats[];
  /** The augmenter's `sheets`, where the kernels can read them. */
  sheets: readonly Floats[];
}

/** A change at its place in the list, with random numbers of its own. */
interface Step<Way> {
  settings: Settings;
  way: Way;
  rng: Rng;
}

/** A bend with its sheet: the number among all, and how many rows it has. */
interface Bend {
  step: Step<Bends<Settings>>;
  sheet: number;
  side: number;
}

/** What is done in one walk over the pictures. */
type Walk =
  | { name: "rewrite"; step: Step<Rewrites<Settings>> }
  | { name: "warp"; map: Step<Maps<Settings>> | null; bend: Bend | null };

/** Changes pictures of one size. */
export class Augmenter {
  /** What bends pictures, one for each elastic distortion: [side, side + width] numbers. */
  readonly sheets: readonly Float32Array[];
  /** Whether pictures that are mostly 0 still are afterwards. */
  readonly keepsZeros: boolean;
  readonly #size: Omit<Pictures, "count">;
  readonly #walks: readonly Walk[];

  /**
   * @param options.inputShape [height, width, channels] of a picture
   * @param options.rng        what is drawn depends on its key
   * @throws {SettingError} when a description is wrong
   * @throws {ShapeError} when samples are no pictures, or pictures are too large
   */
  constructor(descriptions: readonly AugmentationDescription[], { inputShape, rng }: { inputShape: Shape; rng: Rng }) {
    const steps = descriptions.map((description, position) => ({
      settings: checkAugmentation(description, inputShape),
      way: kindOf(description).way,
      rng: rng.stream(position), // or two shifts would both move the same way
    }));
    const [height, width, channels] = inputShape;
    this.#size = { height, width, channels };
    this.keepsZeros = steps.every(({ settings }) => kindOf(settings).keepsZeros(settings));
    const sheets: Float32Array[] = [];
    this.#walks = walksOf(steps, (step) => {
      const { side, sigma } = step.way.sheetOf(step.settings, inputShape);
      sheets.push(makeSheet({ side, overlap: width, sigma, rng: step.rng.stream("sheet") }));
      return { step, sheet: sheets.length - 1, side };
    });
    this.sheets = sheets;
  }

  /** Shapes of the arrays that `perform` works in: maps, and pieces of sheets. */
  roomFor(count: number): Shape[] {
    return this.#walks.some(({ name }) => name === "warp") ? [MAPS, PIECES].map((numbers) => [count, numbers]) : [];
  }

  /** Changes a batch of pictures. */
  perform(kernels: Kernels, batch: AugmentedBatch): void {
    const { images, target, count, step } = batch;
    const pictures = { count, ...this.#size };
    let [x, y] = [images, target];
    for (const walk of this.#walks) {
      if (walk.name === "warp") this.#warp(kernels, walk, { ...batch, ...pictures, images: x, target: y });
      else walk.step.way.perform(kernels, walk.step.settings, { ...pictures, x, y }, [...walk.step.rng.key, step]);
      [x, y] = [y, x];
    }
    if (x !== target) kernels.copy(x, target);
  }

  /** Says of each picture where its pixels come from, and reads them there. */
  #warp(kernels: Kernels, { map, bend }: Walk & { name: "warp" }, batch: AugmentedBatch & Pictures): void {
    const { images: x, target: y, count, height, width, channels, step, room, sheets } = batch;
    const [maps, pieces] = room;
    const pictures = { count, height, width, channels };
    if (map === null) kernels.affineMaps(maps, count, height, width, 0, 0, 0, 0, 0, 0, 0, 0); // each pixel where it is
    else map.way.perform(kernels, map.settings, { ...pictures, x, maps }, [...map.rng.key, step]);
    if (bend === null) {
      kernels.warpImages(x, maps, null, null, y, count, height, width, channels, 0);
      return;
    }
    const { step: own, sheet, side } = bend;
    own.way.perform(kernels, own.settings, { ...pictures, pieces, side }, [...own.rng.key, step]);
    kernels.warpImages(x, maps, sheets[sheet], pieces, y, count, height, width, channels, side);
  }
}

/** Numbers of a map, and of two pieces of a sheet. */
const [MAPS, PIECES] = [6, 6];

/** The walks that a list of changes needs: a map and a bend that are neighbours share one. */
function walksOf(
  steps: readonly Step<Rewrites<Settings> | Maps<Settings> | Bends<Settings>>[],
  bendOf: (step: Step<Bends<Settings>>) => Bend,
): Walk[] {
  const walks: Walk[] = [];
  for (const step of steps) {
    const { way } = step;
    const last = walks.at(-1);
    const before = last?.name === "warp" ? last : null;
    if (way.name === "rewrites") walks.push({ name: "rewrite", step: { ...step, way } });
    else if (way.name === "maps") {
      const map = { ...step, way };
      if (before?.map === null && !way.looks) before.map = map;
      else walks.push({ name: "warp", map, bend: null });
    } else {
      const bend = bendOf({ ...step, way });
      if (before?.bend === null) before.bend = bend;
      else walks.push({ name: "warp", map: null, bend });
    }
  }
  return walks;
}
