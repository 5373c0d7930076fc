/** A model as a table: what each layer makes of a sample, how many numbers it learns, how much it computes. */
import { formatShape } from "#base";
import type { Shape } from "#base";
import type { Architecture } from "./architecture.ts";
import type { Layer } from "./layer.ts";

export interface LayerSummary {
  /** Its place in the list, counted from 0. */
  index: number;
  type: string;
  /** The shape of one sample after this layer. */
  shape: Shape;
  parameters: number;
  /** Floating-point operations of one sample's forward pass; a multiplication and an addition are two. */
  flops: number;
}

export interface ModelSummary {
  input: Shape;
  layers: LayerSummary[];
  parameters: number;
  flops: number;
}

/** The table as data. */
export function summarize(model: { architecture: Architecture; layers: readonly Layer[] }): ModelSummary {
  let shape = model.architecture.input;
  const layers = model.layers.map((layer, index) => {
    const flops = layer.flops?.(shape) ?? 0;
    shape = layer.outputShape(shape);
    const parameters = Object.values(layer.parameters ?? {}).reduce((sum, { size }) => sum + size, 0);
    return { index, type: model.architecture.layers[index].type, shape, parameters, flops };
  });
  return {
    input: model.architecture.input,
    layers,
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    flops: layers.reduce((sum, { flops }) => sum + flops, 0),
  };
}

/** The table as text, columns aligned. */
export function formatSummary({ input, layers, parameters, flops }: ModelSummary): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const rows = [
    ["", "layer", "sample", "parameters", "FLOP"],
    ["", "input", formatShape(input), "", ""],
    ...layers.map((layer) => [
      String(layer.index),
      layer.type,
      formatShape(layer.shape),
      count(layer.parameters),
      count(layer.flops),
    ]),
    ["", "total", "", count(parameters), count(flops)],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 || column === 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
