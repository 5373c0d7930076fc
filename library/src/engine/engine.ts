/**
 * An engine: kernels, the memory they work on, and the lives of tensors.
 *
 * Memory has two parts. What lasts (parameters, optimiser state, kept tensors) is given back when nobody holds the
 * tensor any more. What a step makes lies in an arena that is released whole when the step ends: when an optimiser
 * updates, or when the function given to `engine.step` returns. So its users never free anything.
 *
 * Nothing is global: several engines, fast and reference, may live side by side.
 */
import {
  checkSettings,
  checkShape,
  MemoryError,
  number,
  oneOf,
  optional,
  SettingError,
  ShapeError,
  sizeOf,
  whole,
} from "#base";
import type { Shape } from "#base";
import { createFastBackend, loadReferenceBackend } from "#kernels";
import type { Backend, Call, Floats, Kernels } from "#kernels";
import { platform } from "#platform";
import { lined } from "./plan/place.ts";
import { Recording } from "./plan/recording.ts";
import type { EffectNode } from "./plan/recording.ts";
import { Scope } from "./scope.ts";
import { Parameter, Tensor } from "./tensor.ts";

/** Numbers in any ordinary form. */
export type Values = ArrayLike<number>;

export interface EngineOptions {
  /** `fast` (WebAssembly, default) or `reference` (readable TypeScript). */
  kernels?: "fast" | "reference";
  /** Of the reference kernels: `f32` (default) or `f64`. The fast ones work in f32. */
  precision?: "f32" | "f64";
  /** How many threads share the work, 1 to 16; default: the cores of this machine, at most 4. Results do not depend on it. */
  threads?: number;
  /** Which build of the kernels; `auto` (default) takes relaxed-simd where the runtime has it. */
  module?: "auto" | "simd" | "relaxed-simd";
  /**
   * The most memory that the fast kernels may take, in bytes, at most 4 GiB; default 1 GiB. 1 MiB for each thread and
   * 64 KiB are needed to begin with.
   */
  memoryLimit?: number;
}

/**
 * Starts an engine.
 *
 * @throws {SettingError} when an option is unknown or out of range
 * @throws {PlatformError} when the runtime lacks WebAssembly SIMD, or the module that was asked for
 * @example
 * const engine = await createEngine({ threads: 2 });
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const settings = checkSettings("createEngine", options, {
    kernels: oneOf(["fast", "reference"], "fast"),
    precision: optional(oneOf(["f32", "f64"])),
    threads: optional(whole(1)),
    module: oneOf(["auto", "simd", "relaxed-simd"], "auto"),
    memoryLimit: optional(number(1, 4294967296)),
  });
  if (settings.kernels === "reference") {
    return new Engine(await loadReferenceBackend({ precision: settings.precision ?? "f32" }));
  }
  if (settings.precision === "f64") {
    throw new SettingError({
      op: "createEngine",
      problem: "the fast kernels work in f32 only",
      setting: "precision",
      value: "f64",
      fix: 'ask for createEngine({ kernels: "reference", precision: "f64" })',
    });
  }
  const { threads, module, memoryLimit } = settings;
  return new Engine(await createFastBackend(platform, { threads, module, memoryLimit, workers: "later" }));
}

/** Kernels, memory and the lives of tensors, together. */
export class Engine {
  readonly kernels: Kernels;
  readonly #backend: Backend;
  readonly #forever = new Scope(0);
  #scopes: Scope[];
  #recording: Recording | null = null;
  // the memory of a lasting tensor is reused once nobody can reach the tensor
  readonly #lost = new FinalizationRegistry<Floats>((data) => this.#backend.release(data));

  /** Engines are made by `createEngine`. */
  constructor(backend: Backend) {
    this.#backend = backend;
    this.kernels = backend.kernels;
    this.#scopes = [new Scope(backend.mark())];
  }

  get kernelsName(): "fast" | "reference" {
    return this.#backend.name;
  }

  get precision(): "f32" | "f64" {
    return this.#backend.precision;
  }

  /** The build of the kernels that runs; it decides the last bits of every result. */
  get module(): Backend["module"] {
    return this.#backend.module;
  }

  /** How many threads really run. */
  get threads(): number {
    return this.#backend.threads;
  }

  /** A sentence on what differs from what was asked for, such as fewer threads; or null. */
  get note(): string | null {
    return this.#backend.note;
  }

  /** Bytes in use by what lasts, bytes of the step arena, and bytes taken from the system. */
  get memory(): { lasting: number; arena: number; total: number } {
    return this.#backend.bytes();
  }

  /** The innermost scope that is open: what is made now belongs to it. */
  get scope(): Scope {
    return this.#scopes[this.#scopes.length - 1];
  }

  /**
   * A tensor of given numbers, for the step that is running; `.keep()` makes it last.
   *
   * @param values as many numbers as the shape has elements, row-major
   * @throws {ShapeError} when their count differs
   * @example
   * const x = engine.tensor([1, 2, 3, 4, 5, 6], [2, 3]);
   */
  tensor<const S extends Shape>(values: Values, shape: S): Tensor<S> {
    if (this.#recording !== null) return this.lasting(values, shape); // a constant of the plan
    checkCount("tensor", values, shape);
    const data = this.reserve(sizeOf(shape), { cleared: false });
    data.set(values);
    return new Tensor({ engine: this, shape, data, scope: this.scope });
  }

  /** Bytes as a tensor for the step that is running: element = byte · scale; 1 / 255 makes intensities from 0 to 1. */
  pixels<const S extends Shape>(bytes: Uint8Array, shape: S, scale: number): Tensor<S> {
    if (this.#recording !== null)
      return this.lasting(
        Float32Array.from(bytes, (byte) => byte * scale),
        shape,
      );
    checkCount("pixels", bytes, shape);
    const near = this.reserveBytes(bytes.length);
    near.set(bytes);
    const data = this.reserve(bytes.length, { cleared: false });
    this.kernels.pixels(near, data, scale);
    return new Tensor({ engine: this, shape, data, scope: this.scope });
  }

  /** A tensor of zeros for the step that is running. */
  zeros<const S extends Shape>(shape: S): Tensor<S> {
    return this.empty(shape, { cleared: true });
  }

  /** A tensor of whatever the memory holds, for the step that is running and for whoever fills it. */
  empty<const S extends Shape>(shape: S, { cleared = false } = {}): Tensor<S> {
    if (this.#recording !== null) return this.lasting(0, shape); // a constant of the plan
    return new Tensor({ engine: this, shape, data: this.reserve(sizeOf(shape), { cleared }), scope: this.scope });
  }

  /** A tensor that lasts and asks for no gradient: running statistics, optimiser state, kept results; one number fills it. */
  lasting<const S extends Shape>(values: Values | number, shape: S): Tensor<S> {
    const data = this.#allocate("lasting", values, shape);
    const tensor = new Tensor({ engine: this, shape, data, scope: this.#forever });
    this.#lost.register(tensor, data, tensor);
    return tensor;
  }

  /**
   * A tensor that lasts and asks for its gradient.
   *
   * @param values the starting numbers, or one number for all
   * @param options.decays whether weight decay applies to it (weights: yes; biases: no); default true
   */
  parameter<const S extends Shape>(values: Values | number, shape: S, { decays = true } = {}): Parameter<S> {
    const data = this.#allocate("parameter", values, shape);
    const parameter = new Parameter({ engine: this, shape, data, scope: this.#forever, decays });
    this.#lost.register(parameter, data, parameter);
    return parameter;
  }

  /** Bytes that last as long as somebody holds this array itself. */
  lastingBytes(length: number): Uint8Array {
    const data = this.#backend.allocate(Math.max(1, Math.ceil(length / 4)));
    const bytes = new Uint8Array(data.buffer, data.byteOffset, length);
    this.#lost.register(bytes, data, bytes);
    return bytes;
  }

  /**
   * Gives the room of something that lasts back at once. Only who made it may do so, and knows that nobody else holds it;
   * whatever is not given back goes when nobody can reach it any more.
   */
  release(held: Tensor | Uint8Array): void {
    if (!this.#lost.unregister(held)) return;
    this.#backend.release(held instanceof Uint8Array ? held : held.data);
  }

  /**
   * Moves what lasts next to one another, in the order given, so that all of it can be worked on as one array. Windows on
   * the numbers that were taken before, `data`, no longer show them: it is for whoever has just made these tensors.
   */
  gather(tensors: readonly Tensor[]): void {
    if (tensors.length === 0) return;
    const begins: number[] = [];
    let length = 0;
    for (const { size } of tensors) {
      begins.push(length);
      length += lined(size);
    }
    const home = this.lasting(0, [length]);
    tensors.forEach((tensor, index) => {
      const data = home.data.subarray(begins[index], begins[index] + tensor.size);
      data.set(tensor.data);
      this.release(tensor);
      tensor.place(data, home);
    });
  }

  /** A tensor that lasts and whose numbers a plan will give a place. */
  unplaced<const S extends Shape>(shape: S): Tensor<S> {
    return new Tensor({ engine: this, shape, data: null, scope: this.#forever });
  }

  /** The recording that is running, or null: see `record`. */
  get recording(): Recording | null {
    return this.#recording;
  }

  /**
   * Runs `body` without computing: its operations are noted, in their order, for a plan. What is made of given numbers
   * meanwhile is a constant of the plan; tensors that operations make have no numbers before a plan gives them room.
   *
   * @throws {PlanError} from within, when `body` asks for the numbers of such a tensor
   */
  record<Result>(body: () => Result): { recording: Recording; result: Result } {
    const recording = new Recording();
    const outer = this.#recording;
    this.#recording = recording;
    this.#scopes.push(this.#forever);
    try {
      return { recording, result: body() };
    } finally {
      this.#scopes.pop();
      this.#recording = outer;
    }
  }

  /**
   * Something that a pass does besides its result, such as moving a running average: now, or, while a step is recorded,
   * each time that the plan runs.
   *
   * @param effect.tensors      what it reads or writes
   * @param effect.callsKernels whether it does nothing but call the kernels that it is handed, so that a plan may note
   *                            these calls once and repeat them
   */
  perform(effect: EffectNode): void {
    if (this.#recording === null) effect.perform(this.kernels);
    else this.#recording.note(effect);
  }

  /** The kernel calls that `body` would make; nothing is computed. */
  capture(body: (kernels: Kernels) => void): Call[] {
    return this.#backend.record(body);
  }

  /**
   * Makes kernel calls that were captured, one after another. They know their arrays by address only: who keeps calls must
   * keep the arrays.
   *
   * @throws {MemoryError} when the engine was closed
   */
  replay(calls: readonly Call[]): void {
    if (this.closed)
      throw new MemoryError({ op: "plan", problem: "the engine was closed", want: "an engine that is open" });
    this.#backend.run(calls);
  }

  /** Room for `length` numbers in the step arena; all zero, unless it need not be cleared. */
  reserve(length: number, { cleared = true } = {}): Floats {
    const array = this.#backend.reserve(length);
    if (cleared) this.kernels.fill(array, 0);
    return array;
  }

  /** Room for `length` bytes in the step arena. */
  reserveBytes(length: number): Uint8Array {
    return this.#backend.reserveBytes(length);
  }

  /**
   * Runs `body` as a step of its own: whatever it makes is released when it returns. Steps may be nested.
   *
   * @returns what `body` returned; let it be numbers or arrays, for its tensors end here
   */
  step<Result>(body: () => Result): Result {
    this.#scopes.push(new Scope(this.#backend.mark()));
    try {
      const result = body();
      if (result instanceof Promise) {
        throw new SettingError({
          op: "engine.step",
          problem: "the step's function is asynchronous, so its end cannot be seen",
          setting: "body",
          value: "async function",
          want: "a function that returns when its work is done",
          fix: "await the data first, then compute inside engine.step",
        });
      }
      return result;
    } finally {
      this.#end(this.scope, "the function given to engine.step returned"); // another scope than at first, after an update
      this.#scopes.pop();
    }
  }

  /** Ends the running step; optimisers call it after their update. */
  endStep(reason: string): void {
    const { scope } = this;
    this.#end(scope, reason);
    this.#scopes[this.#scopes.length - 1] = new Scope(scope.mark);
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#forever.ended !== null;
  }

  /** Ends the threads and all tensors. An engine that is never closed does not keep a program alive. */
  close(): void {
    for (const scope of [...this.#scopes, this.#forever]) scope.ended = "the engine was closed";
    this.#backend.close();
  }

  #end(scope: Scope, reason: string): void {
    scope.ended = reason;
    this.#backend.releaseTo(scope.mark);
  }

  #allocate(op: string, values: Values | number, shape: Shape): Floats {
    if (typeof values === "number") checkShape(op, shape);
    else checkCount(op, values, shape);
    const data = this.#backend.allocate(sizeOf(shape));
    if (typeof values !== "number") data.set(values);
    else if (values !== 0) data.fill(values);
    return data;
  }
}

function checkCount(op: string, values: Values, shape: Shape): void {
  checkShape(op, shape);
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError({
      op,
      problem: `${values.length} numbers cannot fill a shape of ${sizeOf(shape)}`,
      shapes: { values: [values.length], shape },
      want: "as many numbers as the product of the shape's lengths",
    });
  }
}
