/**
 * Reverse-mode differentiation: the chain rule, walked from the loss back to the parameters.
 *
 * Every op knows how to turn dL/dy into dL/dinput. If each tensor is visited after all tensors that were made from it,
 * its gradient is complete when its turn comes; a value that was used twice has simply received two additions.
 *
 * @see [Linnainmaa70] [Rumelhart86]
 */
import { sameShape, ShapeError } from "#base";
import type { Tensor } from "./tensor.ts";

/** Fills `grad` of every tensor that `loss` depends on and that requires a gradient. */
export function differentiate(loss: Tensor, upstream?: Tensor): void {
  const { engine } = loss;
  if (!loss.requiresGradient) {
    throw new ShapeError({
      op: "backward",
      problem: "no parameter has a part in this tensor, so there is nothing to differentiate by",
      shapes: { tensor: loss.shape },
      fix: "make a tensor with engine.parameter(values, shape), or compute the loss from a model",
    });
  }
  const { length } = loss.data; // a graph whose step has ended is refused here
  if (upstream === undefined ? length !== 1 : !sameShape(upstream.shape, loss.shape)) {
    throw new ShapeError({
      op: "backward",
      problem:
        upstream === undefined
          ? "only a single number has a gradient by itself"
          : "the upstream gradient has another shape",
      shapes: upstream === undefined ? { tensor: loss.shape } : { tensor: loss.shape, upstream: upstream.shape },
      want: upstream === undefined ? "a loss of shape []" : "one number of dL/dy for each number of y",
      fix: "take sum(y) or mean(y), or pass dL/dy as the argument",
    });
  }
  const order = afterTheirInputs(loss);
  for (const tensor of order) {
    // gradients inside the graph belong to this pass; those of given tensors go on adding up
    if (tensor.origin !== null || !tensor.grad?.alive) tensor.grad = engine.zeros(tensor.shape);
  }
  const seed = gradientOf(loss);
  if (upstream === undefined) engine.kernels.fill(seed.data, 1);
  else engine.kernels.copy(upstream.data, seed.data);

  for (const tensor of order.toReversed()) {
    if (tensor.origin === null) continue;
    const { op, inputs, settings, saved } = tensor.origin;
    const gradients = inputs.map((input) => (input.requiresGradient ? gradientOf(input) : null));
    const workspace = (op.workspace?.(inputs, settings) ?? []).map((shape) => engine.empty(shape));
    op.backward(engine.kernels, inputs, tensor, gradientOf(tensor), gradients, settings, saved, workspace);
  }
}

function gradientOf(tensor: Tensor): Tensor {
  return tensor.grad as Tensor; // made for every tensor of the order
}

/** The tensors below `loss` that require a gradient, each after everything that it was made from. */
function afterTheirInputs(loss: Tensor): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>([loss]);
  // an explicit stack, for a graph may be deeper than the host's call stack
  const stack = [{ tensor: loss, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const input = top.tensor.origin?.inputs[top.next++];
    if (input === undefined) {
      order.push(top.tensor);
      stack.pop();
    } else if (input.requiresGradient && !seen.has(input)) {
      seen.add(input);
      stack.push({ tensor: input, next: 0 });
    }
  }
  return order;
}
