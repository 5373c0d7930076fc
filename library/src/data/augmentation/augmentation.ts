/**
 * Augmentation: small changes to a training picture that leave its label true. What a network has seen moved, turned, bent
 * and written with another pen it no longer knows by heart.
 *
 * What is done is described as data, a list of changes in their order. Which change a picture gets is a function of (key,
 * step, position in the list, number in the batch) computed inside the kernels, so neither threads nor an interruption can
 * alter it.
 */
import { checkSettings, nearest, SettingError, ShapeError } from "#base";
import type { Shape } from "#base";
import { affine } from "./affine.ts";
import type { AffineDescription } from "./affine.ts";
import { deskew } from "./deskew.ts";
import type { DeskewDescription } from "./deskew.ts";
import { elastic } from "./elastic.ts";
import type { ElasticDescription } from "./elastic.ts";
import { erase } from "./erase.ts";
import type { EraseDescription } from "./erase.ts";
import type { Kind } from "./kind.ts";
import { noise } from "./noise.ts";
import type { NoiseDescription } from "./noise.ts";
import { shift } from "./shift.ts";
import type { ShiftDescription } from "./shift.ts";
import { stroke } from "./stroke.ts";
import type { StrokeDescription } from "./stroke.ts";

/** One change; what each does is told by its kind. */
export type AugmentationDescription =
  | ShiftDescription
  | AffineDescription
  | ElasticDescription
  | StrokeDescription
  | NoiseDescription
  | EraseDescription
  | DeskewDescription;

/** A checked description: all settings are there. */
export type Settings = Required<AugmentationDescription>;
type Type = Settings["type"];

const kinds: { readonly [Name in Type]: Kind<Extract<Settings, { type: Name }>> } = {
  shift,
  affine,
  elastic,
  stroke,
  noise,
  erase,
  deskew,
};

/** The types that a description may have. */
export const augmentationTypes = Object.keys(kinds) as readonly Type[];

/** The kind of a description, for settings of that very kind. */
export function kindOf({ type }: AugmentationDescription): Kind<Settings> {
  return kinds[type];
}

/**
 * The description, checked and complete.
 *
 * @param inputShape of one sample, where it is known already: [height, width, channels]
 * @throws {SettingError} when the type is unknown or a setting is out of its range
 * @throws {ShapeError} when samples are no pictures, or pictures are too large
 */
export function checkAugmentation(description: AugmentationDescription, inputShape?: Shape): Settings {
  const type: unknown = (description as { type?: unknown }).type;
  if (typeof type !== "string" || !Object.hasOwn(kinds, type)) {
    const near = nearest(String(type), augmentationTypes);
    throw new SettingError({
      op: "augmentation",
      problem: `nobody knows the type ${JSON.stringify(type)}`,
      setting: "type",
      value: type,
      want: `one of ${augmentationTypes.join(", ")}`,
      fix: near === null ? undefined : `did you mean ${near}?`,
    });
  }
  const op = `augmentation ${type}`;
  const kind = kindOf(description);
  const settings = { type, ...checkSettings(op, description, kind.fields) } as Settings;
  kind.check?.(settings);
  if (inputShape === undefined) return settings;
  if (inputShape.length !== 3) {
    throw new ShapeError({
      op,
      problem: "only pictures can be changed so",
      shapes: { inputShape },
      want: "[height, width, channels]",
    });
  }
  kind.checkPictures?.(settings, inputShape);
  return settings;
}
