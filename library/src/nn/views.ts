/**
 * Test-time augmentation: a picture is looked at several times, moved a little each time, and the probabilities are
 * averaged. A digit that is read as a 4 only where it happens to stand is then outvoted by its neighbours.
 *
 * Training pictures are moved at random; these views are always the same, so that the same picture gets the same answer.
 *
 * @see [Krizhevsky12] section 4.1
 */
import { SettingError, ShapeError } from "#base";
import type { Shape } from "#base";
import type { Values } from "#engine";
import type { ModelCard } from "./card.ts";
import { meanPrediction } from "./classifier.ts";
import type { Classifier, PredictOptions, Predictions } from "./classifier.ts";

/** One way to look at a picture: `shift` moves it by whole pixels; what comes in is 0. */
export type View = { type: "shift"; right: number; down: number };

/** The picture as it is, and moved by so many pixels to each of the four sides: five views. */
export function shiftViews(pixels = 1): View[] {
  return [
    { type: "shift", right: 0, down: 0 },
    { type: "shift", right: pixels, down: 0 },
    { type: "shift", right: -pixels, down: 0 },
    { type: "shift", right: 0, down: pixels },
    { type: "shift", right: 0, down: -pixels },
  ];
}

/** A classifier looked at from several sides: the mean of the probabilities that it gives to each view of a picture. */
export class AveragedViews implements Classifier {
  readonly architecture: { readonly input: Shape };
  readonly outputShape: Shape;
  card: ModelCard;
  readonly #classifier: Classifier;
  readonly #views: readonly View[];

  /**
   * @param classifier who is asked; an ensemble can be, and so can this be a member of one
   * @param views      one at least; default: `shiftViews()`
   * @throws {ShapeError} when samples are no pictures
   * @throws {SettingError} when there is no view, one that nobody knows, or one out of sight
   * @example
   * const steady = new AveragedViews(model);
   * steady.predict(data.inputs).predictions.length; // 20
   */
  constructor(classifier: Classifier, views: readonly View[] = shiftViews()) {
    const { input } = classifier.architecture;
    checkViews(views, input);
    this.architecture = { input };
    this.outputShape = classifier.outputShape;
    this.card = { ...classifier.card, temperature: 1 };
    this.#classifier = classifier;
    this.#views = [...views];
  }

  /** @param x bytes of pictures (Uint8Array) or numbers as they are, one picture after another */
  predict(x: Values, { classes = this.card.classNames.length }: PredictOptions = {}): Predictions {
    return meanPrediction(this.#answers(x, classes), this.card.temperature);
  }

  *#answers(x: Values, classes: number): Generator<Predictions> {
    for (const view of this.#views) {
      yield this.#classifier.predict(viewOf(x, view, this.architecture.input), { classes });
    }
  }
}

/**
 * Pictures as they look from a view, as many as there were.
 *
 * @param pictures bytes or numbers, [samples, height, width, channels]
 * @param shape    of one, [height, width, channels]
 */
function viewOf(pictures: Values, { right, down }: View, [height, width, channels]: Shape): Values {
  if (right === 0 && down === 0) return pictures;
  const size = height * width * channels;
  const moved = pictures instanceof Uint8Array ? new Uint8Array(pictures.length) : new Float64Array(pictures.length);
  const columns = width - Math.abs(right);
  const [from, to] = [Math.max(0, -right), Math.max(0, right)];
  for (let begin = 0; begin < pictures.length; begin += size) {
    for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
      const source = begin + ((row - down) * width + from) * channels;
      const target = begin + (row * width + to) * channels;
      for (let at = 0; at < columns * channels; at++) moved[target + at] = pictures[source + at];
    }
  }
  return moved;
}

function checkViews(views: readonly View[], input: Shape): void {
  const op = "AveragedViews";
  if (input.length !== 3) {
    const want = "pictures: [height, width, channels]";
    throw new ShapeError({ op, problem: "only pictures can be looked at from several sides", shapes: { input }, want });
  }
  if (views.length === 0) {
    throw new SettingError({ op, problem: "there is no view", setting: "views", value: [], want: "one view at least" });
  }
  const [height, width] = input;
  for (const view of views) {
    if (view.type !== "shift") {
      const { type } = view as { type: unknown };
      const problem = `nobody knows a view ${JSON.stringify(type)}`;
      throw new SettingError({ op, problem, setting: "views.type", value: type, want: "shift" });
    }
    const { right, down } = view;
    const fits =
      Number.isInteger(right) && Number.isInteger(down) && Math.abs(right) < width && Math.abs(down) < height;
    if (fits) continue;
    throw new SettingError({
      op,
      problem: `a picture of ${height}×${width} cannot be moved like this`,
      setting: "views",
      value: view,
      want: "whole pixels that leave some of it in sight",
    });
  }
}
