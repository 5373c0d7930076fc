/**
 * The schedule of a plan: what happens when, and on which arrays. Forward, each operation in its order; backward, from
 * the loss to the parameters, in the order of eager differentiation; at the end whatever moves the parameters.
 *
 * A gradient is cleared only where it must be: the first operation that adds to it writes it instead, where it can.
 *
 * @see differentiate.ts
 */
import type { Floats, Kernels } from "#kernels";
import { sizeOf } from "#base";
import type { Shape } from "#base";
import type { View } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import type { Graph } from "./graph.ts";
import { isOpNode } from "./recording.ts";
import type { OpNode } from "./recording.ts";

export type Phase = "forward" | "backward" | "update";

/** An array that a plan finds room for: a tensor's numbers, a gradient, something saved, a workspace. */
export interface Room {
  readonly shape: Shape;
  /** Whether it has its place, such as a parameter's. */
  readonly placed: boolean;
  place(data: Floats): void;
}

/** One thing that a plan does. */
export interface Entry {
  readonly phase: Phase;
  readonly name: string;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** What must be in memory meanwhile. */
  readonly rooms: readonly Room[];
  /** What of it comes to life here; anything else in `rooms` was there before. */
  readonly made: readonly Room[];
  /** Whether its numbers differ from step to step, so that its calls are captured anew each time. */
  readonly moving: boolean;
  /** Whether it computes by itself instead of calling kernels, so that there is nothing to capture. */
  readonly direct: boolean;
  readonly perform: (kernels: Kernels, step: number) => void;
}

/** A view whose memory is found later: room to work in, or to remember something in. */
class Workspace implements View, Room {
  readonly shape: Shape;
  #data: Floats | null = null;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  get placed(): boolean {
    return this.#data !== null;
  }

  get data(): Floats {
    return this.#data as Floats; // plans place everything before they perform anything
  }

  place(data: Floats): void {
    this.#data = data;
  }
}

/** Kernel calls that are the same each time. */
const STILL = { moving: false, direct: false };

function paceOf(op: OpNode["op"]): Pick<Entry, "moving" | "direct"> {
  return { moving: op.atStep !== undefined, direct: op.callsKernels !== true };
}

/** The forward pass. */
export function forwardEntries(graph: Graph): Entry[] {
  return graph.nodes
    .filter((node) => !(isOpNode(node) && node.op.alias))
    .map((node): Entry => {
      if (!isOpNode(node)) {
        const { name, tensors, perform, callsKernels } = node;
        const rooms = tensors.map((tensor) => graph.rootOf(tensor));
        return {
          phase: "forward",
          name,
          inputs: shapesOf(tensors),
          output: [],
          rooms,
          made: [],
          moving: false,
          direct: callsKernels !== true,
          perform,
        };
      }
      const { op, inputs, output, saved } = node;
      // nobody makes it, so it keeps its place throughout
      const memory = roomsFor(op.memory?.(inputs, node.settings));
      return {
        phase: "forward",
        name: op.name,
        inputs: shapesOf(inputs),
        output: output.shape,
        rooms: [...inputs.map((input) => graph.rootOf(input)), output, ...saved, ...memory],
        made: [output, ...saved],
        ...paceOf(op),
        perform(kernels, step) {
          if (!op.overwrites) for (const { data } of [output, ...saved]) kernels.fill(data, 0);
          op.forward(kernels, inputs, output, settingsAt(node, step), saved, memory);
        },
      };
    });
}

/** The backward pass: its entries, and the gradient of each parameter that has a part in the loss. */
export function backwardEntries(
  graph: Graph,
  loss: Tensor,
): { entries: Entry[]; gradients: ReadonlyMap<Tensor, Tensor> } {
  const gradients = new Map<Tensor, Tensor>();
  const started = new Set<Tensor>();
  /** dL/d(tensor); a tensor seen in another shape has the gradient of what it shows. */
  const gradientOf = (tensor: Tensor): Tensor => {
    const root = graph.rootOf(tensor);
    const found = gradients.get(root);
    if (found) return found;
    const gradient = root.engine.unplaced(root.shape);
    gradients.set(root, gradient);
    return gradient;
  };
  const seed = gradientOf(loss);
  const entries: Entry[] = [
    {
      phase: "backward",
      name: "seed",
      inputs: [],
      output: seed.shape,
      rooms: [seed],
      made: [seed],
      ...STILL,
      perform: (kernels) => kernels.fill(seed.data, 1),
    },
  ];
  for (const node of graph.nodes.toReversed()) {
    // without a gradient nobody who needs one was reached: the node has no part in the loss
    if (!isOpNode(node) || node.op.alias || !node.output.requiresGradient || !gradients.has(node.output)) continue;
    const entry = backwardEntry(graph, node, gradientOf, started);
    entries.push(entry);
  }
  const ofParameters = [...gradients].filter(([tensor]) => graph.makerOf(tensor) === undefined);
  return { entries, gradients: new Map(ofParameters) };
}

function backwardEntry(
  graph: Graph,
  node: OpNode,
  gradientOf: (tensor: Tensor) => Tensor,
  started: Set<Tensor>,
): Entry {
  const { op, inputs, output, saved } = node;
  const workspace = roomsFor(op.workspace?.(inputs, node.settings));
  const roots = inputs.map((input) => (input.requiresGradient ? graph.rootOf(input) : null));
  const wanted = inputs.map((input, index) => (roots[index] === null ? null : gradientOf(input)));
  // an input that is there twice cannot be both begun and added to
  const twice = roots.map((root) => root !== null && roots.indexOf(root) !== roots.lastIndexOf(root));
  const first = roots.map((root) => root !== null && !started.has(root));
  const fresh = first.map((begins, index) => begins && op.startsGradients === true && !twice[index]);
  const cleared = new Set(wanted.filter((_, index) => first[index] && !fresh[index]));
  for (const root of roots) if (root !== null) started.add(root);
  const dy = gradientOf(output);
  /** The gradient in the shape that the op knows its input by. */
  const seenAs = (gradient: Tensor, shape: Shape, isFresh: boolean) => ({
    shape,
    fresh: isFresh,
    get data() {
      return gradient.data;
    },
  });
  const upstream = seenAs(dy, output.shape, false);
  const dxs = wanted.map((gradient, index) => gradient && seenAs(gradient, inputs[index].shape, fresh[index]));
  const present = wanted.filter((gradient) => gradient !== null);
  return {
    phase: "backward",
    name: op.name,
    inputs: [output.shape],
    output: present[0]?.shape ?? [],
    rooms: [...inputs.map((input) => graph.rootOf(input)), output, ...saved, dy, ...present, ...workspace],
    made: [...present, ...workspace],
    ...paceOf(op),
    perform(kernels, step) {
      for (const gradient of cleared) if (gradient) kernels.fill(gradient.data, 0);
      op.backward(kernels, inputs, output, upstream, dxs, settingsAt(node, step), saved, workspace);
    },
  };
}

function roomsFor(shapes: readonly Shape[] = []): Workspace[] {
  return shapes.map((shape) => new Workspace(shape));
}

function settingsAt({ op, settings }: OpNode, step: number): unknown {
  return op.atStep?.(settings, step) ?? settings;
}

function shapesOf(tensors: readonly Tensor[]): Shape[] {
  return tensors.map(({ shape }) => shape);
}

/** How many numbers a room needs. */
export function lengthOf({ shape }: Room): number {
  return sizeOf(shape);
}
