/**
 * Fusion: where a known row of operations stands, one operation takes its place that does the same work with fewer ways
 * through memory. A fusion computes what the row would have computed, up to rounding: sums have another order, Winograd's
 * way and folded weights round elsewhere.
 *
 *   product, + bias, relu                       → dense, or sparseDense for an input that is mostly zero
 *   convolution, + bias, relu                   → convolution
 *   convolution, + bias, relu, max pool         → convolutionPool, which keeps only the largest of each window
 *   batch norm, relu, max pool                  → batchNormRelu
 *   …, batch norm in evaluation                 → the same with its scale and shift folded into weights and bias
 */
import { sameShape } from "#base";
import { batchNormReluOp, canPoolBatchNorm } from "../fused/batch-norm-relu.ts";
import { canPoolConvolution, convolutionPoolOp } from "../fused/convolution-pool.ts";
import { convolutionOp } from "../fused/convolution.ts";
import { denseOp } from "../fused/dense.ts";
import { foldBatchNormOp } from "../fused/fold-batch-norm.ts";
import { packNonZerosOp, packPixelsOp } from "../fused/pack.ts";
import { sparseDenseOp } from "../fused/sparse-dense.ts";
import type { Op } from "../op.ts";
import { addOp } from "../ops/add.ts";
import { batchNormEvaluationOp, batchNormOp } from "../ops/batch-norm.ts";
import { conv2dOp } from "../ops/conv2d.ts";
import { matmulOp } from "../ops/matmul.ts";
import { maxPool2dOp } from "../ops/max-pool2d.ts";
import { reluOp } from "../ops/relu.ts";
import type { Tensor } from "../tensor.ts";
import type { Pooling, Walk } from "../windows.ts";
import type { Graph } from "./graph.ts";
import { pixelsOp } from "./pixels.ts";
import type { PixelSettings } from "./pixels.ts";
import { isOpNode } from "./recording.ts";
import type { Node, OpNode } from "./recording.ts";

/** What stands in place of a row of operations. */
interface Replacement {
  /** The operations that go; the last of them made what the last of the others makes. */
  replaced: readonly OpNode[];
  /** What comes, where the node stood at which the row was found: what it uses was there by then. */
  by: readonly OpNode[];
}

/** The nodes of a graph after all fusions, each new one where its row was found. */
export function fuse(graph: Graph): Node[] {
  const gone = new Set<Node>();
  const instead = new Map<Node, readonly OpNode[]>();
  for (const node of graph.nodes) {
    if (!isOpNode(node) || gone.has(node)) continue;
    const found = replacementAt(node, graph);
    if (found === null) continue;
    for (const each of found.replaced) gone.add(each);
    instead.set(node, found.by);
  }
  return graph.nodes.flatMap((node): readonly Node[] => instead.get(node) ?? (gone.has(node) ? [] : [node]));
}

function replacementAt(node: OpNode, graph: Graph): Replacement | null {
  if (node.op === matmulOp) return fuseProduct(node, graph);
  if (node.op === conv2dOp) return fuseConvolution(node, graph);
  if (node.op === batchNormOp) return fuseBatchNorm(node, graph);
  return null;
}

/** x·w, with what follows. */
function fuseProduct(product: OpNode, graph: Graph): Replacement | null {
  const tail = new Tail(product, graph);
  tail.takeBias().takeEvaluatedNorm().takeRelu();
  const lists = listsOf(product, graph);
  if (lists === null && tail.row.length === 1) return null;
  const [x, weight] = product.inputs;
  const { folding, weight: folded, bias } = tail.weights(weight);
  const inputs = lists === null ? [x, folded, bias] : [...lists.tensors, folded, bias];
  const op = lists === null ? denseOp : sparseDenseOp;
  const fused = makeNode(op, inputs, tail.output, { relu: tail.relu });
  return { replaced: [...(lists?.replaced ?? []), ...tail.row], by: [...(lists?.by ?? []), ...folding, fused] };
}

/** A convolution, with what follows. */
function fuseConvolution(convolution: OpNode, graph: Graph): Replacement | null {
  const tail = new Tail(convolution, graph);
  const [x, weight] = convolution.inputs;
  const walk = convolution.settings as Walk;
  tail.takeBias().takeEvaluatedNorm().takeRelu();
  tail.takePool((pooling) => canPoolConvolution(x.shape, weight.shape, { walk, pooling, relu: true }));
  tail.takeRelu(); // what is cut off at 0 after the pool might as well have been before
  const { relu, pooling, output } = tail;
  if (tail.row.length === 1) {
    return { replaced: tail.row, by: [makeNode(convolutionOp, [x, weight], output, { walk, relu })] };
  }
  const { folding, weight: folded, bias } = tail.weights(weight);
  const fused =
    pooling === null
      ? makeNode(convolutionOp, [x, folded, bias], output, { walk, relu })
      : makeNode(convolutionPoolOp, [x, folded, bias], output, { walk, pooling, relu });
  return { replaced: tail.row, by: [...folding, fused] };
}

/** A batch norm in training, with the ReLU that follows. */
function fuseBatchNorm(norm: OpNode, graph: Graph): Replacement | null {
  const tail = new Tail(norm, graph);
  tail.takeRelu();
  if (!tail.relu) return null;
  tail.takePool((pooling) => canPoolBatchNorm(norm.output.shape, pooling));
  const { epsilon } = norm.settings as { epsilon: number };
  const fused = makeNode(batchNormReluOp, norm.inputs, tail.output, { epsilon, pooling: tail.pooling });
  // mean and variance keep their places: the running averages read them
  return { replaced: tail.row, by: [{ ...fused, saved: [...norm.saved, ...fused.saved.slice(norm.saved.length)] }] };
}

/** What follows a node and is used by nobody else, as far as it is known. */
class Tail {
  readonly row: OpNode[];
  bias: Tensor | null = null;
  norm: OpNode | null = null;
  relu = false;
  pooling: Pooling | null = null;
  readonly #graph: Graph;

  constructor(first: OpNode, graph: Graph) {
    this.row = [first];
    this.#graph = graph;
  }

  get #last(): OpNode {
    return this.row[this.row.length - 1];
  }

  get output(): Tensor {
    return this.#last.output;
  }

  /** One number for each column or channel, given from outside. */
  takeBias(): this {
    const next = this.#graph.onlyUser(this.#last);
    if (next?.op !== addOp) return this;
    const bias = next.inputs.find((input) => input !== this.output);
    const channels = this.output.shape.slice(-1);
    const isBias = bias !== undefined && sameShape(bias.shape, channels) && this.#graph.isGiven(bias);
    if (isBias) this.#take(next, () => (this.bias = bias));
    return this;
  }

  /** Fixed statistics make a batch norm a straight line, which weights and bias can take over. */
  takeEvaluatedNorm(): this {
    const next = this.#graph.onlyUser(this.#last);
    if (this.#graph.differentiated || next?.op !== batchNormEvaluationOp || next.inputs[0] !== this.output) return this;
    if (!next.inputs.slice(1).every((input) => this.#graph.isGiven(input))) return this;
    return this.#take(next, () => (this.norm = next));
  }

  takeRelu(): this {
    const next = this.#graph.onlyUser(this.#last);
    return next?.op === reluOp && !this.relu ? this.#take(next, () => (this.relu = true)) : this;
  }

  /** Max pooling that the fused operation can do. */
  takePool(fits: (pooling: Pooling) => boolean): this {
    const next = this.#graph.onlyUser(this.#last);
    if (next?.op !== maxPool2dOp) return this;
    const pooling = next.settings as Pooling;
    return fits(pooling) ? this.#take(next, () => (this.pooling = pooling)) : this;
  }

  /** Weights and bias with everything linear in them; a bias that is not there is 0. */
  weights(weight: Tensor): { folding: OpNode[]; weight: Tensor; bias: Tensor } {
    const { engine } = weight;
    const channels = weight.shape.slice(-1);
    if (this.norm === null) return { folding: [], weight, bias: this.bias ?? engine.lasting(0, channels) };
    const [, ...statistics] = this.norm.inputs;
    const inputs = [weight, ...statistics, ...(this.bias === null ? [] : [this.bias])];
    const folding = makeNode(
      foldBatchNormOp,
      inputs,
      engine.unplaced(weight.shape),
      this.norm.settings as { epsilon: number },
    );
    return { folding: [folding], weight: folding.output, bias: folding.saved[0] };
  }

  #take(next: OpNode, note: () => void): this {
    note();
    this.row.push(next);
    return this;
  }
}

/**
 * Lists of what is not zero in the input of a product, where that is known to be little: [positions, values, counts].
 * Bytes that nobody else looks at are listed as they are; otherwise the numbers are.
 */
function listsOf(product: OpNode, graph: Graph): (Replacement & { tensors: Tensor[] }) | null {
  const [x] = product.inputs;
  if (!graph.isSparse(x) || x.requiresGradient) return null;
  const { engine } = x;
  const [rows, columns] = x.shape;
  const values = engine.unplaced([rows, columns]);
  const row = graph.rowFromRoot(x, product);
  const pixels = row?.[0];
  const lists =
    pixels?.op === pixelsOp
      ? makeNode(packPixelsOp, pixels.inputs, values, pixels.settings as PixelSettings)
      : makeNode(packNonZerosOp, [x], values, undefined);
  const [positions, counts] = lists.saved;
  return {
    tensors: [positions, values, counts],
    replaced: pixels?.op === pixelsOp ? (row as OpNode[]) : [],
    by: [lists],
  };
}

/** A new node; what it saves is made here. */
function makeNode<Settings>(op: Op<Settings>, inputs: readonly Tensor[], output: Tensor, settings: Settings): OpNode {
  const saved = (op.saved?.(inputs, settings) ?? []).map((shape) => output.engine.unplaced(shape));
  return { op, inputs, output, settings, saved };
}
