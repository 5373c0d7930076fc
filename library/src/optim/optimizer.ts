/**
 * An optimiser moves parameters by a rule, and with that ends the step: gradients and everything else that the step
 * made are released.
 */
import { InklingError, SettingError } from "#base";
import type { Parameter, Tensor, View } from "#engine";
import type { Kernels } from "#kernels";
import { adam } from "./adam.ts";
import { momentum } from "./momentum.ts";
import { rmsProp } from "./rms-prop.ts";
import { neighboursJoined } from "./neighbours.ts";
import type { ArrayUpdate } from "./neighbours.ts";
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
  readonly #slots: ReadonlyMap<string, Tensor[]>;
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
    this.#slots = new Map([...parameters.keys()].map((name) => [name, []]));
    const inPlace = [...parameters].toSorted(([, a], [, b]) => a.data.byteOffset - b.data.byteOffset);
    for (const _ of rule.slots) {
      const slots = inPlace.map(([, { engine, shape }]) => engine.lasting(0, shape));
      inPlace.forEach(([name], index) => this.#slots.get(name)?.push(slots[index]));
      inPlace[0]?.[1].engine.gather(slots);
    }
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
    const gradients = new Map<Tensor, View>();
    for (const parameter of this.#parameters.values()) {
      if (parameter.grad?.alive) gradients.set(parameter, parameter.grad);
    }
    const [first] = gradients.keys();
    if (first === undefined) {
      throw new InklingError({
        op: "optimizer.update",
        problem: "no parameter has a gradient",
        want: "loss.backward() in the same step, before the update",
      });
    }
    this.move(first.engine.kernels, gradients, { learningRate });
    this.step++;
    for (const parameter of gradients.keys()) parameter.grad = null;
    first.engine.endStep("an optimizer's update ended the step");
  }

  /**
   * Moves the parameters that have a gradient here; for plans, which know where gradients lie, and count in `step` the
   * updates that they have made.
   *
   * Every rule treats each number by itself, so parameters whose arrays lie one after another move in one call: those of
   * a model that decay, and those that do not.
   */
  move(kernels: Kernels, gradients: ReadonlyMap<Tensor, View>, { learningRate }: { learningRate: number }): void {
    const updates: ArrayUpdate[] = [];
    for (const [name, parameter] of this.#parameters) {
      const gradient = gradients.get(parameter);
      if (gradient === undefined) continue;
      updates.push({
        arrays: [parameter, gradient, ...(this.#slots.get(name) as Tensor[])].map(({ data }) => data),
        weightDecay: parameter.decays ? this.#rule.weightDecay : 0,
      });
    }
    updates.sort(({ arrays: [a] }, { arrays: [b] }) => a.byteOffset - b.byteOffset);
    for (const { arrays, weightDecay } of neighboursJoined(updates)) {
      const [weight, gradient, ...slots] = arrays;
      this.#rule.update(kernels, { weight, gradient, slots, learningRate, weightDecay, step: this.step + 1 });
    }
  }
}
