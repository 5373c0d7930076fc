/**
 * Rows of a table beside what a model said of them. A dataset has standardised numbers; here they are turned back into
 * what stood in the file, as far as single precision remembers it.
 */
import type { ClassDataset, TableEncoding } from "inkling/data";
import type { ClassEvaluation } from "inkling/train";
import { shortened } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { percent, valueTextLike } from "./numbers.ts";
import { printable } from "./printable.ts";

const WIDEST_CELL = 14;

/** A heading, and a line for each sample: its cells, its class, what was said and how surely. */
export function drawRows(
  samples: readonly number[],
  { data, encoding, test }: { data: ClassDataset; encoding: TableEncoding; test: ClassEvaluation },
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const classes = test.probabilities.length / test.samples;
  const verdicts = samples.map((sample) => {
    const said = test.predictions[sample];
    return {
      isRight: said === data.labels[sample],
      is: cell(data.classNames[data.labels[sample]]),
      said: cell(data.classNames[said]),
      sure: percent(test.probabilities[sample * classes + said], 1),
    };
  });
  const width = (heading: string, texts: readonly string[]) =>
    Math.max(heading.length, ...texts.map(({ length }) => length));
  const widths = {
    is: width(
      "is",
      verdicts.map(({ is }) => is),
    ),
    said: width(
      "said",
      verdicts.map(({ said }) => said),
    ),
    sure: width(
      "sure",
      verdicts.map(({ sure }) => sure),
    ),
  };

  // as many columns of the table as there is room for, the first ones
  let room = columns - widths.is - widths.said - widths.sure - 8;
  const texts = columnsOf(samples, data, encoding);
  const shown: { name: string; width: number; column: number }[] = [];
  for (const [column, { name }] of encoding.inputs.entries()) {
    const own = width(cell(name), texts[column]);
    if (room - own - 2 < 0) break;
    room -= own + 2;
    shown.push({ name: cell(name), width: own, column });
  }
  const heading = [
    ...shown.map(({ name, width: own }) => name.padStart(own)),
    " ",
    "is".padEnd(widths.is),
    "said".padEnd(widths.said),
    "sure".padStart(widths.sure),
  ];
  return [
    colors.dim(heading.join("  ")),
    ...verdicts.map(({ isRight, is, said, sure }, index) => {
      const row = shown.map(({ column, width: own }) => texts[column][index].padStart(own));
      const verdict = said.padEnd(widths.said);
      return [
        ...row,
        " ",
        is.padEnd(widths.is),
        isRight ? colors.green(verdict) : colors.red(verdict),
        colors.dim(sure.padStart(widths.sure)),
      ].join("  ");
    }),
  ];
}

/** The samples' cells as texts, column by column. */
function columnsOf(samples: readonly number[], { inputs, length }: ClassDataset, encoding: TableEncoding): string[][] {
  const width = inputs.length / length;
  let at = 0;
  return encoding.inputs.map((column) => {
    const begin = at;
    at += column.kind === "number" ? 1 : column.values.length;
    if (column.kind === "number") {
      const values = samples.map((sample) => inputs[sample * width + begin] * column.deviation + column.mean);
      return values.map(valueTextLike(values));
    }
    return samples.map((sample) => {
      const places = inputs.subarray(sample * width + begin, sample * width + at);
      const place = places.indexOf(1);
      return place === -1 ? "?" : cell(column.values[place]);
    });
  });
}

function cell(text: string): string {
  return shortened(printable(text), WIDEST_CELL);
}
