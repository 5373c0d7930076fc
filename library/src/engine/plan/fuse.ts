import type { Graph } from "./graph.ts";
import type { Node } from "./recording.ts";
export function fuse(graph: Graph): Node[] {
  return [...graph.nodes];
}
