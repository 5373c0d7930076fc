/**
 * A tensor: an n-dimensional array of numbers that remembers how it was made.
 *
 * Each tensor made by an op keeps its origin (the op and its inputs); followed backwards, the origins are the graph
 * along which `backward` sends gradients. Tensors of a step live until the step ends; `keep()` makes a lasting copy.
 */
import { MemoryError, PlanError, ShapeError, sizeOf } from "#base";
import type { Shape } from "#base";
import type { Floats } from "#kernels";
import { differentiate } from "./differentiate.ts";
import type { Engine } from "./engine.ts";
import type { Op, View } from "./op.ts";
import type { Scope } from "./scope.ts";

/** How a tensor was made: y = op(inputs). */
export interface Origin {
  readonly op: Op<unknown>;
  readonly inputs: readonly Tensor[];
  readonly settings: unknown;
  readonly saved: readonly View[];
}

export interface TensorParts<S extends Shape> {
  engine: Engine;
  shape: S;
  /** Null while a step is only recorded: a plan will find room for the numbers. */
  data: Floats | null;
  scope: Scope;
  requiresGradient?: boolean;
  origin?: Origin | null;
}

/** An array of numbers that remembers how it was made. */
export class Tensor<S extends Shape = Shape> implements View {
  readonly engine: Engine;
  readonly shape: S;
  /** Whether `backward` computes dL/dthis. */
  readonly requiresGradient: boolean;
  /** The op and inputs that made this tensor; null for one that was given, and where nobody will ask for them. */
  readonly origin: Origin | null;
  /** dL/dthis after `backward`, of the same shape; it ends with the step. */
  grad: Tensor<S> | null = null;
  #data: Floats | null;
  /** The array that the numbers are a part of, which lasts as long as this does; null for numbers of their own. */
  #home: Tensor | null = null;
  readonly #scope: Scope;

  /** Tensors are made by `engine.tensor(values, shape)` and by ops. */
  constructor({ engine, shape, data, scope, requiresGradient = false, origin = null }: TensorParts<S>) {
    this.engine = engine;
    this.shape = shape;
    this.requiresGradient = requiresGradient;
    this.origin = origin;
    this.#data = data;
    this.#scope = scope;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether its step is still running, so that its numbers may be read. */
  get alive(): boolean {
    return this.#scope.ended === null;
  }

  /**
   * The numbers themselves, row-major: a window on the engine's memory, not a copy. The window must not outlive the
   * tensor: the memory of a step is used again by the next one, that of a lasting tensor once nobody holds the tensor.
   *
   * @throws {MemoryError} when the step that made them has ended, or the engine was closed
   * @throws {PlanError} when the step is only recorded, so that there are no numbers yet
   */
  get data(): Floats {
    if (this.#scope.ended !== null) {
      const shape = `[${this.shape.join(", ")}]`;
      const { closed } = this.engine;
      throw new MemoryError({
        op: this.origin?.op.name ?? "Tensor",
        problem: `the numbers of this ${shape} tensor are gone: ${this.#scope.ended}`,
        want: closed ? "a tensor of an engine that is open" : "a tensor of the step that is still running",
        fix: closed
          ? "read .toArray() or .item() before engine.close()"
          : "call .keep() before the step ends, or read .toArray() or .item() within it",
      });
    }
    if (this.#data === null) {
      throw new PlanError({
        op: this.origin?.op.name ?? "Tensor",
        problem: `this ${JSON.stringify(this.shape)} tensor is recorded and not computed, so it has no numbers yet`,
        want: "operations on tensors only, which a plan can repeat",
        fix: "compute with the library's operations or an Op of your own instead of reading numbers",
      });
    }
    return this.#data;
  }

  /** Whether it has numbers; a recorded tensor has none before a plan gives it a place. */
  get placed(): boolean {
    return this.#data !== null;
  }

  /** Gives a recorded tensor its place, or another one a new place in `home`; only plans and engines do so. */
  place(data: Floats, home: Tensor | null = null): void {
    this.#data = data;
    this.#home = home;
  }

  /** Whether its numbers lie beside those of others: see `Engine.gather`. */
  get gathered(): boolean {
    return this.#home !== null;
  }

  /** A copy of the numbers, row-major, as an ordinary array that lasts. */
  toArray(): Floats {
    return this.data.slice();
  }

  /**
   * The only number of a tensor of one element, such as a loss.
   *
   * @throws {ShapeError} when there are more
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError({
        op: "item",
        problem: `there are ${this.size} numbers here, not one`,
        shapes: { tensor: this.shape },
        fix: "use .toArray(), or sum or mean first",
      });
    }
    return this.data[0];
  }

  /** A lasting copy, without history: it survives the step, and its memory is reused once nobody holds it. */
  keep(): Tensor<S> {
    return this.engine.lasting(this.data, this.shape);
  }

  /**
   * Computes dL/dt for every tensor t that this one was made from, into `t.grad`. Gradients of tensors that were given
   * (parameters) add up over several calls within a step.
   *
   * @param upstream dL/dthis, of this tensor's shape; it may be left out when this tensor is L itself, one number
   * @throws {ShapeError} when this tensor is not a single number and no upstream gradient is given
   */
  backward(upstream?: Tensor<S>): void {
    differentiate(this, upstream);
  }
}

/** A tensor that training changes. It lasts, asks for its gradient, and says whether weight decay applies to it. */
export class Parameter<S extends Shape = Shape> extends Tensor<S> {
  /** True for weights; biases, scales and shifts are not pulled towards zero. */
  readonly decays: boolean;

  constructor({ decays, ...parts }: Omit<TensorParts<S>, "requiresGradient"> & { decays: boolean }) {
    super({ ...parts, requiresGradient: true });
    this.decays = decays;
  }
}
