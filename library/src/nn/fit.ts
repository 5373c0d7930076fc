/**
 * An architecture is drawn for one kind of samples. This file draws it again for another: the same layers over another
 * input, with as many numbers at the end as there are classes or targets.
 */
import { SettingError } from "#base";
import type { Shape } from "#base";
import type { Architecture } from "./architecture.ts";

/** Layers that may stand behind the last dense one: each makes as many numbers of a sample as it gets. */
const followers = new Set(["relu", "leakyRelu", "elu", "gelu", "sigmoid", "tanh", "softmax", "dropout"]);

/**
 * The same layers for another input shape, the last dense layer with other units; everything else stays as it is.
 *
 * @param options.input   the shape of one sample
 * @param options.outputs how many numbers the network is to end in
 * @throws {SettingError} when no dense layer stands at the end, at most an activation behind it
 * @example
 * const digits = { input: [784], layers: [{ type: "dense", units: 10 }] };
 * fitArchitecture(digits, { input: [5], outputs: 3 }).layers[0]; // { type: "dense", units: 3 }
 */
export function fitArchitecture(
  architecture: Architecture,
  { input, outputs }: { input: Shape; outputs: number },
): Architecture {
  const { layers } = architecture;
  const last = layers.findLastIndex(({ type }) => !followers.has(type));
  if (layers[last]?.type !== "dense") {
    throw new SettingError({
      op: "fitArchitecture",
      problem: "no dense layer stands at the end",
      setting: "architecture.layers",
      value: layers.map(({ type }) => type),
      want: `a dense layer that can be given ${outputs} units, with nothing but activations behind it`,
      fix: `add { "type": "dense", "units": ${outputs} }`,
    });
  }
  const fitted = layers.map((layer, index) =>
    index === last && layer.type === "dense" ? { ...layer, units: outputs } : layer,
  );
  return { ...architecture, input: [...input], layers: fitted };
}
