/**
 * How a model computes what it says: by plans, one for each number of samples that are asked about at once. The first
 * question of a kind is recorded; from then on it is a list of kernel calls.
 */
import { PlanError, sizeOf } from "#base";
import { divide, pad, pixels, Plan, softmax, Tensor } from "#engine";
import type { Values } from "#engine";
import type { Floats } from "#kernels";
import { featuresOf } from "./features.ts";
import type { Model } from "./model.ts";
import type { Refusal } from "./refusal.ts";

/** What a model says about some samples: windows on the engine's memory that hold until the next question. */
export interface Answer {
  /** [samples × outputs] */
  results: Floats;
  /** [samples × classes] */
  probabilities: Floats;
  /** [samples], the logits of a refusal's head; null without a refusal. */
  strangeness: Floats | null;
}

/** What is asked. */
export interface Question {
  /** Numbers or bytes of the samples, one after another. */
  samples: Values;
  /** Whether one number stands for two classes. */
  isBinary: boolean;
}

/** Questions of so many kinds are remembered: whole chunks, the rest of them, single samples. */
const MOST_PLANS = 4;

interface Answering {
  plan: Plan;
  into: Uint8Array | Floats;
  results: Tensor;
  probabilities: Tensor;
  strangeness: Tensor | null;
  release(): void;
}

export class Predictor {
  readonly #model: Model;
  readonly #plans = new Map<string, Answering | null>();
  #refusal: Refusal | null = null;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Lets `take` look at the answer, which may be gone afterwards. */
  ask(question: Question, take: (answer: Answer) => void): void {
    const planned = this.#answeringOf(question);
    if (planned === null) {
      const { model, samples, isBinary } = { model: this.#model, ...question };
      return model.engine.step(() => {
        const { results, probabilities, strangeness } = answerOf(model, model.input(samples), isBinary);
        take({ results: results.data, probabilities: probabilities.data, strangeness: strangeness?.data ?? null });
      });
    }
    const { plan, into, results, probabilities, strangeness } = planned;
    into.set(question.samples);
    plan.forward();
    take({ results: results.data, probabilities: probabilities.data, strangeness: strangeness?.data ?? null });
  }

  planFor(question: Question): Plan | null {
    return this.#answeringOf(question)?.plan ?? null;
  }

  /** What answers a question, or null when the model cannot be recorded. */
  #answeringOf(question: Question): Answering | null {
    const { samples, isBinary } = question;
    this.#heedRefusal();
    const { preprocessing, temperature } = this.#model.card;
    const { scale, mostlyZero } = preprocessing;
    const kind = samples instanceof Uint8Array ? `bytes·${scale}` : "numbers";
    const key = `${samples.length} ${kind} ${isBinary} ${mostlyZero} ${temperature}`;
    let found = this.#plans.get(key);
    if (found === undefined) {
      found = this.#record(question);
      if (this.#plans.size === MOST_PLANS) this.#forgetOldest();
      this.#plans.set(key, found);
    }
    return found;
  }

  /** Plans are of a model with its refusal: with another one they say nothing. */
  #heedRefusal(): void {
    const { refusal } = this.#model;
    if (refusal === this.#refusal) return;
    while (this.#plans.size > 0) this.#forgetOldest();
    this.#refusal = refusal;
  }

  #forgetOldest(): void {
    const [[key, oldest]] = this.#plans;
    this.#plans.delete(key);
    oldest?.release();
  }

  #record({ samples, isBinary }: Question): Answering | null {
    const model = this.#model;
    if (!model.repeatable) return null;
    const { engine, architecture, card } = model;
    const shape = [samples.length / sizeOf(architecture.input), ...architecture.input];
    const { scale, mostlyZero } = card.preprocessing;
    const images = samples instanceof Uint8Array ? engine.lastingBytes(samples.length) : null;
    const [count, ...sample] = shape;
    const numbers = engine.lasting([...Array(count).keys()], [count]);
    try {
      const { recording, result } = engine.record(() => {
        const x = images === null ? engine.unplaced(shape) : pixels(numbers, { images, sample, scale });
        if (mostlyZero) engine.recording?.sparse.add(x);
        return { x, ...answerOf(model, x, isBinary) };
      });
      const { x, results, probabilities, strangeness } = result;
      const outputs = [results, probabilities, ...(strangeness === null ? [] : [strangeness])];
      const plan = new Plan(engine, recording, { outputs });
      const release = () => {
        plan.release();
        engine.release(numbers);
        if (images !== null) engine.release(images);
      };
      return { plan, into: images ?? x.data, results, probabilities, strangeness, release };
    } catch (error) {
      // a layer of the user's own that reads numbers along the way is computed as it stands
      if (error instanceof PlanError) return null;
      throw error;
    }
  }
}

/** Everything that is said of a batch; operations that are computed or recorded. */
function answerOf(model: Model, x: Tensor, isBinary: boolean) {
  const { temperature } = model.card;
  const head = model.refusal?.head ?? null;
  const activations = head === null ? [model.forward(x)] : model.activations(x);
  const results = activations.at(-1) as Tensor;
  const probabilities = probabilitiesOf(results, { isBinary, temperature });
  return { results, probabilities, strangeness: head === null ? null : head.forward(featuresOf(x, activations)) };
}

/**
 * `softmax(x / T)` over the last axis, the results themselves left as they are; of one logit x for two classes it is that
 * of (0, x), both sides of the logistic function.
 */
function probabilitiesOf(
  results: Tensor,
  { isBinary, temperature }: { isBinary: boolean; temperature: number },
): Tensor {
  const logits = isBinary ? pad(results, { before: [0, 1], after: [0, 0] }) : results;
  return softmax(temperature === 1 ? logits : divide(logits, results.engine.tensor([temperature], [1])));
}
