/**
 * A plan: a step that was recorded once and is replayed as a list of kernel calls on fixed arrays. Nothing is allocated
 * while it runs, no graph is walked, and neighbouring operations are one where a fused operation does the work of both.
 *
 * What differs from step to step (the learning rate, the number that masks are drawn from) is captured anew; all other
 * calls are the same bytes each time. An operation of a user's own that computes by itself is called as it stands, on
 * views of the same memory.
 */
import { PlanError } from "#base";
import type { Shape } from "#base";
import { flopsOf } from "#kernels";
import type { Call, Kernels } from "#kernels";
import type { Engine } from "../engine.ts";
import type { View } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { fuse } from "./fuse.ts";
import { Graph } from "./graph.ts";
import { lined, place } from "./place.ts";
import type { Tenant } from "./place.ts";
import type { Recording } from "./recording.ts";
import { backwardEntries, forwardEntries, lengthOf } from "./schedule.ts";
import type { Entry, Phase, Room } from "./schedule.ts";

export interface PlanOptions {
  /** What is differentiated, a single number; without it the plan only computes. */
  loss?: Tensor;
  /** Whose numbers are read after the forward phase. */
  outputs: readonly Tensor[];
  /** Moves the parameters, given their gradients; captured anew each time it runs. */
  update?: Update;
}

/** Moves parameters by their gradients. */
export type Update = (kernels: Kernels, gradients: ReadonlyMap<Tensor, View>) => void;

/** One entry of a plan, as people and programs may read it. */
export interface PlanEntry {
  phase: Phase;
  /** Of the operation. */
  name: string;
  inputs: readonly Shape[];
  output: Shape;
  calls: readonly { name: string; flops: number; bytes: number }[];
  /** Median time of one run in milliseconds; null before `measure`. */
  milliseconds: number | null;
}

/** What a plan does and needs. */
export interface PlanDescription {
  entries: readonly PlanEntry[];
  /** Bytes of all arrays that the plan works in, parameters not among them. */
  arenaBytes: number;
}

/** A recorded step, ready to be replayed. */
export class Plan {
  readonly #engine: Engine;
  readonly #entries: readonly Entry[];
  readonly #calls: Call[][];
  /** The calls of a whole phase, where none of them differs from step to step. */
  readonly #fixed: Readonly<Record<"forward" | "backward", readonly Call[] | null>>;
  readonly #gradients: ReadonlyMap<Tensor, Tensor>;
  readonly #update: Update | null;
  /** All arrays of the plan lie in it; it lasts as long as the plan does, and its calls know only addresses. */
  readonly #arena: Tensor;
  #released = false;
  readonly #milliseconds: (number | null)[];

  /** Plans are made of what `engine.record` returned. */
  constructor(engine: Engine, recording: Recording, { loss, outputs, update }: PlanOptions) {
    const kept = loss === undefined ? outputs : [loss, ...outputs];
    const options = { kept, sparse: recording.sparse, differentiated: loss !== undefined };
    const graph = new Graph(fuse(new Graph(recording.nodes, options)), options);
    const forward = forwardEntries(graph);
    const backward = loss === undefined ? null : backwardEntries(graph, loss);
    this.#engine = engine;
    this.#entries = [...forward, ...(backward?.entries ?? [])];
    this.#gradients = backward?.gradients ?? new Map();
    this.#update = update ?? null;
    this.#arena = this.#furnish(graph, kept);
    this.#calls = this.#entries.map((entry) => this.#captured(entry, 0));
    this.#fixed = { forward: this.#fixedCalls("forward"), backward: this.#fixedCalls("backward") };
    this.#milliseconds = [...this.#entries, "update"].map(() => null);
  }

  /**
   * Computes the outputs, and the loss where there is one, of the inputs as they were filled in before.
   *
   * @param step the number of the step, for masks and the like
   * @throws {PlanError} when the plan was released
   */
  forward(step = 0): void {
    this.#run("forward", step);
  }

  /** Computes the gradients, and moves the parameters where the plan says how. It comes after `forward`. */
  backward(step = 0): void {
    this.#run("backward", step);
    this.#engine.replay(this.#updateCalls());
  }

  /** Gives the plan's memory back at once, instead of when nobody can reach the plan any more; it cannot run again. */
  release(): void {
    this.#released = true;
    this.#engine.release(this.#arena);
  }

  /**
   * Times every entry by itself, and keeps the medians for `describe`. The parameters move meanwhile.
   *
   * @param now a clock, in milliseconds
   * @param repetitions of the whole plan, at least 1
   * @throws {PlanError} when the plan was released
   */
  measure(now: () => number, repetitions: number): void {
    this.#checkAlive();
    const times = this.#milliseconds.map((): number[] => []);
    const timed = (index: number, run: () => void) => {
      const begin = now();
      run();
      times[index].push(now() - begin);
    };
    for (let step = 0; step < repetitions; step++) {
      this.#entries.forEach((entry, index) => {
        const calls = this.#callsAt(index, step);
        timed(index, () => (entry.direct ? entry.perform(this.#engine.kernels, step) : this.#engine.replay(calls)));
      });
      const update = this.#updateCalls();
      timed(this.#entries.length, () => this.#engine.replay(update));
    }
    times.forEach((own, index) => (this.#milliseconds[index] = own.toSorted((a, b) => a - b)[own.length >> 1]));
  }

  /** @throws {PlanError} when the plan was released */
  describe(): PlanDescription {
    this.#checkAlive();
    const entries = this.#entries.map(({ phase, name, inputs, output }, index) => ({
      ...{ phase, name, inputs, output },
      calls: this.#calls[index].map(summarized),
      milliseconds: this.#milliseconds[index],
    }));
    const update: PlanEntry = {
      ...{ phase: "update", name: "update", inputs: [], output: [] },
      calls: this.#updateCalls().map(summarized),
      milliseconds: this.#milliseconds[entries.length],
    };
    return { entries: this.#update === null ? entries : [...entries, update], arenaBytes: this.#arena.data.byteLength };
  }

  #run(phase: "forward" | "backward", step: number): void {
    this.#checkAlive();
    const fixed = this.#fixed[phase];
    if (fixed !== null) {
      this.#engine.replay(fixed);
      return;
    }
    let calls: Call[] = [];
    for (const [index, entry] of this.#entries.entries()) {
      if (entry.phase !== phase) continue;
      if (!entry.direct) {
        calls.push(...this.#callsAt(index, step));
        continue;
      }
      this.#engine.replay(calls);
      calls = [];
      entry.perform(this.#engine.kernels, step);
    }
    this.#engine.replay(calls);
  }

  /** Its calls know addresses only, and another may have been given the memory there. */
  #checkAlive(): void {
    if (!this.#released) return;
    throw new PlanError({
      op: "plan",
      problem: "the plan was released, and its memory with it",
      want: "a plan that is in use: a model keeps those of the last kinds of samples that it was asked about",
      fix: "ask for it again: model.plan(x), training.plan()",
    });
  }

  /** All calls of a phase, if they are the same each time. */
  #fixedCalls(phase: Phase): Call[] | null {
    if (this.#entries.some((entry) => entry.phase === phase && (entry.moving || entry.direct))) return null;
    return this.#entries.flatMap((entry, index) => (entry.phase === phase ? this.#calls[index] : []));
  }

  #callsAt(index: number, step: number): readonly Call[] {
    const entry = this.#entries[index];
    return entry.moving ? this.#captured(entry, step) : this.#calls[index];
  }

  #captured({ perform, direct }: Entry, step: number): Call[] {
    return direct ? [] : this.#engine.capture((kernels) => perform(kernels, step));
  }

  #updateCalls(): Call[] {
    const update = this.#update;
    return update === null ? [] : this.#engine.capture((kernels) => update(kernels, this.#gradients));
  }

  /** Finds room for everything that the entries work with, and gives each its place. */
  #furnish(graph: Graph, kept: readonly Tensor[]): Tensor {
    const roots = [...kept, ...[...graph.aliases()].map(({ alias }) => alias)].map((tensor) => graph.rootOf(tensor));
    const lives = livesOf(this.#entries, new Set(roots));
    // the gradients lie as the parameters do, one after another, so that an update can move all of them in one go
    const parameters = [...this.#gradients].toSorted(([a], [b]) => a.data.byteOffset - b.data.byteOffset);
    const gradients = parameters.map(([, gradient]) => gradient as Room);
    const ofGradients = gradients.map((gradient) => lives.get(gradient) as Life);
    for (const gradient of gradients) lives.delete(gradient);
    const rooms = [...lives.keys()];
    const block: Tenant = {
      length: gradients.reduce((sum, gradient) => sum + lined(lengthOf(gradient)), 0),
      first: Math.min(...ofGradients.map(({ first }) => first)),
      last: this.#entries.length,
    };
    const { offsets, length } = place([
      ...rooms.map((room) => ({ length: lengthOf(room), ...(lives.get(room) as Life) })),
      block,
    ]);
    const arena = this.#engine.lasting(0, [Math.max(1, length)]);
    const give = (room: Room, offset: number) => room.place(arena.data.subarray(offset, offset + lengthOf(room)));
    rooms.forEach((room, index) => give(room, offsets[index]));
    let offset = offsets[rooms.length];
    for (const gradient of gradients) {
      give(gradient, offset);
      offset += lined(lengthOf(gradient));
    }
    for (const { alias, root } of graph.aliases()) alias.place(root.data);
    return arena;
  }
}

/** From which to which entry something is in use. */
interface Life {
  first: number;
  last: number;
}

/** The lives of all that needs room. What is kept lives to the end, and what nobody makes, the inputs, lives throughout. */
function livesOf(entries: readonly Entry[], kept: ReadonlySet<Room>): Map<Room, Life> {
  const lives = new Map<Room, Life>();
  entries.forEach(({ rooms, made }, index) => {
    for (const room of rooms) {
      if (room.placed) continue;
      const life = lives.get(room);
      if (life) life.last = Math.max(life.last, index);
      else lives.set(room, made.includes(room) ? { first: index, last: index } : { first: 0, last: entries.length });
    }
  });
  for (const room of kept) {
    const life = lives.get(room);
    if (life) life.last = entries.length;
    else if (!room.placed) lives.set(room, { first: 0, last: entries.length });
  }
  return lives;
}

function summarized(call: Call): PlanEntry["calls"][number] {
  return { name: call.name, flops: flopsOf(call), bytes: call.bytes };
}
