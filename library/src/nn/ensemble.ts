/**
 * An ensemble: several models, each trained for itself, that vote. Their mistakes differ more than what they get right,
 * so the mean of their probabilities,
 *
 * `p = (p₁ + p₂ + … + pₙ) / n`
 *
 * is right more often than any of them. It costs n times as much.
 *
 * @see [Hansen90], [Lakshminarayanan17]
 */
import { formatShape, sameShape, SettingError, ShapeError } from "#base";
import type { Shape } from "#base";
import type { Values } from "#engine";
import type { ModelCard } from "./card.ts";
import { meanPrediction } from "./classifier.ts";
import type { Classifier, PredictOptions, Predictions } from "./classifier.ts";

/** Models that vote by the mean of their probabilities; it predicts as a model does. */
export class Ensemble implements Classifier {
  readonly members: readonly Classifier[];
  readonly architecture: { readonly input: Shape };
  readonly outputShape: Shape;
  /** Classes and preprocessing are those of the members; recipe, history and origin are not, for it was never trained as one. */
  card: ModelCard;

  /**
   * @param members of the same samples and classes, one at least
   * @throws {ShapeError} when they take or make other numbers of samples
   * @throws {SettingError} when there is none, one predicts numbers, or their classes or tables differ
   * @example
   * const ensemble = new Ensemble([model, model]);
   * ensemble.predict(data.inputs).predictions.length; // 20
   */
  constructor(members: readonly Classifier[]) {
    checkMembers(members);
    const [first] = members;
    this.members = [...members];
    this.architecture = { input: first.architecture.input };
    this.outputShape = first.outputShape;
    this.card = { ...first.card, temperature: 1, recipe: null, seed: null, history: [], origin: null };
  }

  /** @param x bytes of pictures (Uint8Array) or inputs as they are, one sample after another */
  predict(x: Values, { classes = this.card.classNames.length }: PredictOptions = {}): Predictions {
    return meanPrediction(this.#answers(x, classes), this.card.temperature);
  }

  *#answers(x: Values, classes: number): Generator<Predictions> {
    for (const member of this.members) yield member.predict(x, { classes });
  }
}

function checkMembers(members: readonly Classifier[]): void {
  const op = "Ensemble";
  if (members.length === 0) {
    const want = "one model at least";
    throw new SettingError({ op, problem: "there is no model in it", setting: "members", value: [], want });
  }
  const [first, ...others] = members;
  const numbers = members.find(({ card }) => card.task !== "classification");
  if (numbers !== undefined) {
    throw new SettingError({
      op,
      problem: "one of the models predicts numbers, and only classes are voted on",
      setting: "task",
      value: numbers.card.task,
      want: '"classification"',
    });
  }
  others.forEach((other, index) => {
    const which = `model ${index + 2}`;
    const fit = (what: string, shape: Shape, want: Shape) => {
      if (sameShape(shape, want)) return;
      throw new ShapeError({
        op,
        problem: `${which} ${what} ${formatShape(shape)}, and the first ${formatShape(want)}`,
        shapes: { [which]: shape, "the first": want },
        want: "models of the same samples and classes",
      });
    };
    fit("takes samples of", other.architecture.input, first.architecture.input);
    fit("makes logits of", other.outputShape, first.outputShape);
    const agree = (what: string, got: unknown, want: unknown) => {
      if (JSON.stringify(got) === JSON.stringify(want)) return;
      throw new SettingError({
        op,
        problem: `${which} was trained with other ${what} than the first`,
        setting: what,
        value: got,
        want: JSON.stringify(want),
        fix: "train all of them with the same data",
      });
    };
    agree("classes", other.card.classNames, first.card.classNames);
    agree("columns", other.card.preprocessing.table, first.card.preprocessing.table);
  });
}
