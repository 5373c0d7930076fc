/**
 * Runs an op on tensors: checks that they belong together, finds room for the result, computes it, and notes its
 * origin if a gradient may be asked for later. Every operation of the library goes through here, and so may a user's.
 */
import { checkShape, SettingError, sizeOf } from "#base";
import type { Shape } from "#base";
import type { Op } from "./op.ts";
import { Tensor } from "./tensor.ts";

/**
 * `y = op(inputs)`, with the arrays that the op saved for its backward pass.
 *
 * @throws {ShapeError} when the op's shape rule refuses the inputs
 * @throws {MemoryError} when an input belongs to a step that has ended
 */
export function applySaving<Settings>(
  op: Op<Settings>,
  inputs: readonly Tensor[],
  settings: Settings,
): { output: Tensor; saved: readonly Tensor[] } {
  const [first] = inputs;
  const { engine } = first;
  if (inputs.some((input) => input.engine !== engine)) {
    throw new SettingError({
      op: op.name,
      problem: "the inputs belong to different engines",
      setting: "inputs",
      value: inputs.map((input) => input.engine.kernelsName).join(" and "),
      want: "tensors of one engine",
      fix: "copy one over: engine.tensor(other.toArray(), other.shape)",
    });
  }
  const shape = op.shape(inputs, settings);
  checkShape(op.name, shape); // a length that is no number would confuse the memory of the whole engine
  const { recording } = engine;
  const cleared = op.overwrites !== true;
  const room = () => (op.alias ? first.data : engine.reserve(sizeOf(shape), { cleared }));
  const data = recording === null ? room() : null;
  const roomFor = (each: Shape) => (recording === null ? engine.empty(each, { cleared }) : engine.unplaced(each));
  const saved = (op.saved?.(inputs, settings) ?? []).map(roomFor);
  if (data !== null && !op.alias) {
    const memory = (op.memory?.(inputs, settings) ?? []).map((each) => engine.zeros(each));
    op.forward(engine.kernels, inputs, { shape, data }, settings, saved, memory);
  }
  const requiresGradient = inputs.some((input) => input.requiresGradient);
  // what shares its input's memory holds on to the input, whose memory would else be given back
  const remembered = requiresGradient || op.alias === true;
  const origin = remembered ? { op: op as Op<unknown>, inputs, settings, saved } : null;
  const output = new Tensor({ engine, shape, data, scope: engine.scope, requiresGradient, origin });
  recording?.note({ op, inputs, output, settings, saved });
  return { output, saved };
}

/** `y = op(inputs)` for any op, ours or a user's. The shape may be promised by the caller, who knows the op. */
export function apply<S extends Shape = Shape>(op: Op, inputs: readonly Tensor[]): Tensor<S>;
export function apply<S extends Shape = Shape, Settings = unknown>(
  op: Op<Settings>,
  inputs: readonly Tensor[],
  settings: Settings,
): Tensor<S>;
export function apply(op: Op<unknown>, inputs: readonly Tensor[], settings?: unknown): Tensor {
  return applySaving(op, inputs, settings).output;
}
