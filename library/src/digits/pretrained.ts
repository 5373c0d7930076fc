/**
 * Networks that have learnt already and come with the library: those that `inkling reproduce RECIPE --weights` makes of seed
 * 1 of their recipes. Each is a module of its own, so a program loads the one that it asks for and no other.
 *
 * Their cards say what they are: recipe, seed, history, which commit and kernels made them, the hash of their weights, and
 * how far they can be trusted: a temperature and a refusal, learnt from digits that the weights have not seen.
 */
import { nearest, SettingError } from "#base";
import type { Engine } from "#engine";
import { loadModel } from "#formats";
import type { Model } from "#nn";
import { platform } from "#platform";

const networks = {
  mlp: () => import("./generated/mlp.ts"),
  cnn: () => import("./generated/cnn.ts"),
  tiny: () => import("./generated/tiny.ts"),
};

/** The recipe that a trained network was made by, which is its name. */
export type PretrainedName = keyof typeof networks;

/** All trained networks that come with the library. */
export const pretrainedNames = Object.keys(networks) as readonly PretrainedName[];

/**
 * A network that reads handwritten digits, 28×28 pixels in, ten classes out, without any training.
 *
 * @throws {SettingError} when none of that name comes with the library
 * @example
 * const model = await pretrained(engine, "cnn");
 * const drawn = prepareStrokes([[0, 0, 60, 0, 20, 100]]);
 * model.predict(drawn.image).predictions[0]; // 7
 */
export async function pretrained(engine: Engine, name: PretrainedName): Promise<Model> {
  return loadModel(engine, await pretrainedBytes(name));
}

/**
 * The same as the bytes of a model file, to be kept, sent or read without an engine.
 *
 * @throws {SettingError} when none of that name comes with the library
 */
export async function pretrainedBytes(name: PretrainedName): Promise<Uint8Array> {
  if (!Object.hasOwn(networks, name)) {
    const near = nearest(name, pretrainedNames);
    throw new SettingError({
      op: "pretrained",
      problem: `no network called ${JSON.stringify(name)} comes with the library`,
      setting: "name",
      value: name,
      want: `one of ${pretrainedNames.join(", ")}`,
      fix: near === null ? undefined : `did you mean ${near}?`,
    });
  }
  const { hexadecimal } = await networks[name]();
  return platform.bytesOf(hexadecimal);
}
