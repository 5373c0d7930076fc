/**
 * A step as it was recorded: which operations it consists of, in which order, on which tensors. No number was computed;
 * the tensors are places that a plan will fill.
 */
import { sameShape } from "#base";
import type { Kernels } from "#kernels";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** One operation: output = op(inputs), with what it saves for its backward pass. */
export interface OpNode {
  readonly op: Op<unknown>;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly settings: unknown;
  readonly saved: readonly Tensor[];
}

/** Something that a pass does besides its result, such as moving a running average. */
export interface EffectNode {
  readonly name: string;
  /** What it reads or writes. */
  readonly tensors: readonly Tensor[];
  readonly perform: (kernels: Kernels) => void;
  /** True when it does nothing but call the kernels that it is handed. */
  readonly callsKernels?: true;
}

export type Node = OpNode | EffectNode;

export function isOpNode(node: Node): node is OpNode {
  return "op" in node;
}

/** The operations of a step in their order. */
export class Recording {
  readonly nodes: Node[] = [];
  /** Inputs that are mostly zero, as whoever knows the data says. */
  readonly sparse = new Set<Tensor>();

  note(node: Node): void {
    this.nodes.push(node);
  }
}

/**
 * Whether two recordings of the same pass at different steps differ in nothing but what their ops say that a step
 * changes. A pass that does otherwise (that draws random numbers of its own, or counts) cannot be repeated by a plan.
 */
export function alike(first: Recording, second: Recording): boolean {
  const twins = new Map<Tensor, Tensor>();
  const isTwin = (a: Tensor, b: Tensor | undefined) => b !== undefined && (twins.get(a) ?? a) === b;
  /** What came from outside must be the same tensor, the same constant, or an input of the same shape. */
  const fits = (a: Tensor, b: Tensor | undefined) => {
    if (isTwin(a, b)) return true;
    if (b === undefined || twins.has(a) || !sameShape(a.shape, b.shape) || a.placed !== b.placed) return false;
    return !a.placed || a.data.every((value, index) => Object.is(value, b.data[index]));
  };
  return (
    first.nodes.length === second.nodes.length &&
    first.nodes.every((node, index) => {
      const other = second.nodes[index];
      if (!isOpNode(node)) return !isOpNode(other) && node.name === other.name;
      if (!isOpNode(other) || node.op !== other.op || !sameShape(node.output.shape, other.output.shape)) return false;
      if (node.inputs.length !== other.inputs.length) return false;
      if (!node.inputs.every((input, place) => fits(input, other.inputs[place]))) return false;
      twins.set(node.output, other.output);
      node.saved.forEach((saved, place) => twins.set(saved, other.saved[place]));
      const { op, settings } = node;
      return op.atStep === undefined
        ? same(settings, other.settings)
        : same(op.atStep(settings, 0), op.atStep(other.settings, 0));
    })
  );
}

/** Whether two settings say the same: plain data by what it holds, anything else when it is one and the same. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  const other = b as Record<string, unknown>;
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => key in other && same((a as Record<string, unknown>)[key], other[key]))
  );
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
