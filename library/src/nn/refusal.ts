/**
 * Refusal: a classifier of digits says one of ten things about everything, a blot and a cat among them, and often with
 * much confidence. So a small second network, the head, looks at what the first one sees just ahead of its answer,
 *
 *   features = (what the last dense layers are given, ln p of every class)
 *   strangeness = w₂·relu(W₁·features + b₁) + b₂ − threshold
 *
 * and has learnt to tell samples of the classes from strangers. Whatever is stranger than the threshold, above 0, is
 * refused. The classifier itself is left as it is.
 *
 * That a network is taught with some strangers, so that it will know others, is the idea of [Hendrycks19]; there the
 * classifier itself is taught, here a head on top of it.
 */
import { checkSettings, SettingError, whole } from "#base";
import type { Rng } from "#base";
import type { Engine } from "#engine";
import { featureCount } from "./features.ts";
import { buildModel } from "./model.ts";
import type { Model } from "./model.ts";

/** What a file says of a refusal beside the head's weights. */
export interface RefusalSettings {
  /** Hidden units of the head. */
  units: number;
  /** The head's logit above which a sample is refused: higher refuses less. */
  threshold: number;
}

/** The head of a model, and from where on it refuses. */
export class Refusal {
  /** [features] → [1], the logit of being a stranger. */
  readonly head: Model;
  readonly units: number;
  /** May be set: higher refuses less. */
  threshold: number;

  constructor(head: Model, { units, threshold }: RefusalSettings) {
    if (!Number.isFinite(threshold)) {
      const want = "a finite number";
      throw new SettingError({ op: "refusal", problem: "no threshold", setting: "threshold", value: threshold, want });
    }
    this.head = head;
    this.units = units;
    this.threshold = threshold;
  }
}

/**
 * The head of a refusal for a model, not yet taught.
 *
 * @param options.rng source of its starting weights; null for zeros that a file will replace
 */
export function buildHead(
  engine: Engine,
  model: Pick<Model, "layers" | "architecture">,
  { units, rng }: { units: number; rng: Rng | null },
): Model {
  checkSettings("refusal", { units }, { units: whole(1) });
  const input = [featureCount(model)];
  const layers = [{ type: "dense", units }, { type: "relu" }, { type: "dense", units: 1 }] as const;
  return buildModel(engine, { input, layers }, { rng });
}
