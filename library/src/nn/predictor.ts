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
  /** [samples × classes]; null where nobody asked for them. */
  probabilities: Floats | null;
  /** [samples], the logits of a refusal's head; null without a refusal, and where nobody asked. */
  strangeness: Floats | null;
}

/** What is asked. */
export interface Question {
  /** Numbers or bytes of the samples, one after another. */
  samples: Values;
  /** What is wanted: the results alone, or also what they say about classes, of which one result may stand for two. */
  wants: "results" | "classes" | "two classes";
}

/** The plans of so many kinds of questions are kept, those that were asked last: whole chunks, the rest of them, single samples. */
const MOST_PLANS = 8;

interface Answering {
  plan: Plan;
  into: Uint8Array | Floats;
  results: Tensor;
  probabilities: Tensor | null;
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
      const model = this.#model;
      return model.engine.step(() => take(numbersOf(answerOf(model, model.input(question.samples), question.wants))));
    }
    planned.into.set(question.samples);
    planned.plan.forward();
    take(numbersOf(planned));
  }

  planFor(question: Question): Plan | null {
    return this.#answeringOf(question)?.plan ?? null;
  }

  /** What answers a question, or null when the model cannot be recorded. */
  #answeringOf(question: Question): Answering | null {
    const { samples, wants } = question;
    this.#heedRefusal();
    const { preprocessing, temperature } = this.#model.card;
    const { scale, mostlyZero } = preprocessing;
    const kind = samples instanceof Uint8Array ? `bytes·${scale}` : "numbers";
    const key = `${samples.length} ${kind} ${wants} ${mostlyZero} ${temperature}`;
    const known = this.#plans.get(key);
    this.#plans.delete(key);
    if (known === undefined && this.#plans.size === MOST_PLANS) this.#forgetOldest();
    const found = known === undefined ? this.#record(question) : known;
    this.#plans.set(key, found); // behind all others: it was asked last
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

  #record({ samples, wants }: Question): Answering | null {
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
        return { x, answer: answerOf(model, x, wants) };
      });
      const { x, answer } = result;
      const plan = new Plan(engine, recording, { outputs: Object.values(answer).filter((each) => each !== null) });
      const release = () => {
        plan.release();
        engine.release(numbers);
        if (images !== null) engine.release(images);
      };
      return { plan, into: images ?? x.data, ...answer, release };
    } catch (error) {
      // a layer of the user's own that reads numbers along the way is computed as it stands
      if (error instanceof PlanError) return null;
      throw error;
    }
  }
}

/** An answer before it was computed. */
type Answered = Pick<Answering, "results" | "probabilities" | "strangeness">;

function numbersOf({ results, probabilities, strangeness }: Answered): Answer {
  return { results: results.data, probabilities: probabilities?.data ?? null, strangeness: strangeness?.data ?? null };
}

/** What is said of a batch; operations that are computed or recorded. */
function answerOf(model: Model, x: Tensor, wants: Question["wants"]): Answered {
  if (wants === "results") return { results: model.forward(x), probabilities: null, strangeness: null };
  const { temperature } = model.card;
  const head = model.refusal?.head ?? null;
  const activations = head === null ? [model.forward(x)] : model.activations(x);
  const results = activations.at(-1) as Tensor;
  const probabilities = probabilitiesOf(results, { isBinary: wants === "two classes", temperature });
  return {
    results,
    probabilities,
    strangeness: head === null ? null : head.forward(featuresOf(model, x, activations)),
  };
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
