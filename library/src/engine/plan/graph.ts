/**
 * A recorded step as a graph: who made a tensor, and who uses it. Fusions ask, and the schedule asks.
 */
import type { Tensor } from "../tensor.ts";
import { isOpNode } from "./recording.ts";
import type { Node, OpNode } from "./recording.ts";

export interface GraphOptions {
  /** Tensors that somebody reads after the step, whatever becomes of the nodes. */
  kept: readonly Tensor[];
  /** Inputs that are mostly zero. */
  sparse: ReadonlySet<Tensor>;
  differentiated: boolean;
}

export class Graph {
  /** In an order in which each comes after everything that it uses. */
  readonly nodes: readonly Node[];
  /** Whether gradients will be asked for. */
  readonly differentiated: boolean;
  readonly #makers = new Map<Tensor, OpNode>();
  /** Everything that nodes make, with what they save. */
  readonly #made = new Set<Tensor>();
  readonly #users = new Map<Tensor, Node[]>();
  readonly #kept: ReadonlySet<Tensor>;
  readonly #sparse: ReadonlySet<Tensor>;

  constructor(nodes: readonly Node[], { kept, sparse, differentiated }: GraphOptions) {
    this.nodes = nodes;
    this.#kept = new Set(kept);
    this.#sparse = sparse;
    this.differentiated = differentiated;
    for (const node of nodes) {
      if (isOpNode(node)) {
        this.#makers.set(node.output, node);
        for (const made of [node.output, ...node.saved]) this.#made.add(made);
      }
      for (const tensor of isOpNode(node) ? node.inputs : node.tensors) {
        const users = this.#users.get(tensor);
        if (users) users.push(node);
        else this.#users.set(tensor, [node]);
      }
    }
  }

  /** The node that made a tensor; undefined for what was given. */
  makerOf(tensor: Tensor): OpNode | undefined {
    return this.#makers.get(tensor);
  }

  /** Whether a tensor was there before the step. */
  isGiven(tensor: Tensor): boolean {
    return !this.#made.has(tensor);
  }

  /** The tensor whose memory this one shares, itself mostly. */
  rootOf(tensor: Tensor): Tensor {
    const maker = this.makerOf(tensor);
    return maker?.op.alias ? this.rootOf(maker.inputs[0]) : tensor;
  }

  /** What shares another tensor's memory, with that tensor. */
  *aliases(): Generator<{ alias: Tensor; root: Tensor }> {
    for (const [alias, { op }] of this.#makers) if (op.alias) yield { alias, root: this.rootOf(alias) };
  }

  /** Whether most numbers of a tensor are 0, as far as is known. */
  isSparse(tensor: Tensor): boolean {
    if (this.#sparse.has(tensor)) return true;
    const maker = this.makerOf(tensor);
    return maker !== undefined && (maker.op.alias || maker.op.keepsZeros) === true && this.isSparse(maker.inputs[0]);
  }

  /**
   * The node that made what a tensor shows, and the changes of shape between both, where nobody but `user` looks at any
   * of them.
   */
  rowFromRoot(tensor: Tensor, user: OpNode): OpNode[] | null {
    const maker = this.makerOf(tensor);
    if (maker === undefined || this.onlyUser(maker) !== user) return null;
    if (!maker.op.alias) return [maker];
    const before = this.rowFromRoot(maker.inputs[0], maker);
    return before && [...before, maker];
  }

  /** The only operation that uses what a node made; undefined when there are more, or others. */
  onlyUser({ output }: OpNode): OpNode | undefined {
    const users = this.#users.get(output) ?? [];
    const [user] = users;
    return users.length === 1 && isOpNode(user) && !this.#kept.has(output) ? user : undefined;
  }
}
