/**
 * What was done to numbers before a network saw them, as plain data. Those who do it (datasets, tables) and those who
 * write it down for later (a model's card) speak of the same thing and may not know each other, so its words stand here.
 */

/** By what a number was standardised: (own − mean) / deviation. */
export interface Unit {
  readonly mean: number;
  /** Above 0. */
  readonly deviation: number;
}

/** Of a number that was not standardised. */
export const PLAIN: Unit = { mean: 0, deviation: 1 };

/** How one column of a table becomes numbers. */
export type ColumnEncoding =
  /** One number: (own − mean) / deviation. */
  | { readonly name: string; readonly kind: "number"; readonly mean: number; readonly deviation: number }
  /** As many numbers as there are values: 1 at the value's place, 0 elsewhere; all 0 for a value not in the list. */
  | { readonly name: string; readonly kind: "category"; readonly values: readonly string[] };

/** How a row of a table becomes a sample: the columns that go in, in their order, and the one to be learnt. */
export interface TableEncoding {
  readonly inputs: readonly ColumnEncoding[];
  readonly target: ColumnEncoding;
}

/** How many inputs the columns make together. */
export function encodedWidth(inputs: readonly ColumnEncoding[]): number {
  return inputs.reduce((width, input) => width + (input.kind === "number" ? 1 : input.values.length), 0);
}
