/**
 * An optimiser moves parameters by a rule, and with that ends the step: gradients and everything else that the step
 * made are released.
 */
import { InklingError, SettingError } from "#base";
import type { Engine, Parameter, Tensor } from "#engine";
import { adam } from "./adam.ts";
import { momentum } from "./momentum.ts";
import { rmsProp } from "./rms-prop.ts";
import type { BoundRule, Rule } from "./rule.ts";
import { sgd } from "./sgd.ts";

const rules = [sgd, momentum, adam, rmsProp] as const;

type DescriptionOf<R> = R extends Rule<infer Description> ? Description : never;

/** An optimiser as plain data, e.g. `{ type: "adamw", learningRate: 3e-3 }`. */
export type OptimizerDescription = DescriptionOf<(typeof rules)[number]>;

/** The names that `type` may have. */
export const optimizerTypes: readonly string[] = rules.flatMap(({ types }) => types);

/** An update rule at work on a set of parameters. */
export class Optimizer {
  readonly description: OptimizerDescription;
  /** How many updates were made. */
  step = 0;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #slots: Map<string, Tensor[]>;
  readonly #slotNames: readonly string[];
  readonly #rule: BoundRule;

  /**
   * @param parameters by name, as `model.parameters` gives them
   * @throws {SettingError} when the type is unknown or a setting out of range
   * @example
   * new Optimizer(model.parameters, { type: "sgd", learningRate: 0.1 });
   */
  constructor(parameters: ReadonlyMap<string, Parameter>, description: OptimizerDescription) {
    const type: unknown = (description as { type?: unknown } | null)?.type;
    const rule = rules.find(({ types }) => (types as readonly unknown[]).includes(type));
    if (rule === undefined) {
      throw new SettingError({
        op: "optimizer",
        problem: `nobody knows an optimizer ${JSON.stringify(type) ?? "without a type"}`,
        setting: "optimizer.type",
        value: type,
        want: `one of ${optimizerTypes.join(", ")}`,
      });
    }
    this.description = description;
    this.#parameters = parameters;
    this.#rule = (rule as Rule<OptimizerDescription>).bind(description);
    this.#slotNames = rule.slots;
    this.#slots = new Map(
      [...parameters].map(([name, { engine, shape }]) => [name, rule.slots.map(() => engine.lasting(0, shape))]),
    );
  }

  /** What the rule remembers, by name: "mean.0.weight". */
  get state(): ReadonlyMap<string, Tensor> {
    const state = new Map<string, Tensor>();
    for (const [index, slot] of this.#slotNames.entries()) {
      for (const [name, slots] of this.#slots) state.set(`${slot}.${name}`, slots[index]);
    }
    return state;
  }

  /**
   * Moves every parameter that has a gradient, then ends the step.
   *
   * @param options.learningRate this step's, as a schedule says; default: the description's
   * @throws {InklingError} when no parameter has a gradient
   */
  update({ learningRate = this.description.learningRate } = {}): void {
    let engine: Engine | null = null;
    for (const [name, parameter] of this.#parameters) {
      const { grad } = parameter;
      if (!grad?.alive) continue;
      ({ engine } = parameter);
      this.#rule.update(engine.kernels, {
        weight: parameter.data,
        gradient: grad.data,
        slots: (this.#slots.get(name) as Tensor[]).map(({ data }) => data),
        learningRate,
        weightDecay: parameter.decays ? this.#rule.weightDecay : 0,
        step: this.step + 1,
      });
      parameter.grad = null;
    }
    if (engine === null) {
      throw new InklingError({
        op: "optimizer.update",
        problem: "no parameter has a gradient",
        want: "loss.backward() in the same step, before the update",
      });
    }
    this.step++;
    engine.endStep("an optimizer's update ended the step");
  }
}
