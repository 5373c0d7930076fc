/**
 * Columns that cannot be used, and what is said of them. Three kinds are common: numbers with a slip of the pen among
 * them, names or remarks that say something else in each row, and dates. A table that has several of them is described
 * at once, for nobody likes to mend one only to be told of the next.
 */
import { FormatError, formatValue, shortened } from "#base";
import { isDate, isEmpty, isMark, isNumber, dressOf, undressing } from "./cells.ts";
import type { Column, Table, TextColumn } from "./csv.ts";

/** Where a table came from and what it is used for, as errors mention it. */
export interface Use {
  op: string;
  table: Table;
  file: string | undefined;
  /** What the column in question is: an input or the target of a new encoding, or part of a known one. */
  role: "input" | "target" | "known";
}

type Answers = Omit<ConstructorParameters<typeof FormatError>[0], "op" | "file">;

/** Why a column cannot be used: all of it, and in a few words for a list. */
interface Fault {
  name: string;
  answers: Answers;
  brief: string;
  /** Whether mending cells would do. */
  mendable: boolean;
}

// a column of words in which hardly any comes twice is a name, a number plate or a remark: nothing can be learnt of it
const FEW_VALUES = 64;
// and with more inputs than this for one column a network has no room for the others
const MOST_VALUES = 1000;
// a year has so many months: more days than that stand for a time that goes on, and the next one is not among them
const FEW_DATES = 12;
// of the cells of a column of numbers, so many at most are slips of the pen; with more it is a column of words
const STRAY_SHARE = 0.1;
// with fewer rows than this, values that hardly come again may be all there is to try things out with
const ENOUGH_ROWS = 20;

export function refuse(use: Use, answers: Answers): FormatError {
  return new FormatError({ op: use.op, file: use.file, ...answers });
}

/** Columns' names as an option takes them; never cut, for it is there to be copied. */
export function optionList(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}

/**
 * The row of the first slip in a column of words that is rather one of numbers: but for marks of missing values and for
 * numbers dressed up, nearly all are numbers, or all but one. Null when the column is one of words, or has no slips.
 */
export function slipIn({ values }: TextColumn): number | null {
  let numbers = 0;
  let words = 0;
  let first = -1;
  for (const [row, cell] of values.entries()) {
    if (isEmpty(cell) || isMark(cell)) continue;
    const plain = isNumber(cell);
    if (plain || dressOf(cell) !== null) numbers++;
    else words++;
    if (!plain && first === -1) first = row;
  }
  const most = Math.max(1, STRAY_SHARE * (numbers + words));
  return numbers >= 2 && words <= most && first !== -1 ? first : null;
}

/** What is said of a slip; as words each number would be a thing of its own. */
export function strayCell(column: TextColumn, row: number, use: Use): FormatError {
  return refuse(use, strayAnswers(column, row, use));
}

function strayAnswers({ name, values }: TextColumn, row: number, { role, table }: Use): Answers {
  const asWords = {
    input: `; or if these are names and not numbers: categories: ${optionList([name])}`,
    target: '; or if these are classes and not numbers: task: "classification"',
    known: "",
  };
  const leaveOut = role === "input" ? `; or leave the column out: omit: ${optionList([name])}` : "";
  const advice = dressOf(values[row]) === null ? "write a number there, or delete the row" : undressing(values);
  return {
    problem: `${formatValue(values[row])} stands in a column of numbers`,
    line: table.lines[row],
    column: name,
    want: "a number, such as 12 or -0.5 or 3e4",
    fix: `${advice}${leaveOut}${asWords[role]}`,
  };
}

/** Refuses input columns that cannot be used, all of them at once. @param categories those that are said to be names */
export function refuseUnfit(columns: readonly Column[], categories: readonly string[], use: Use): void {
  const faults = columns.flatMap((column) => faultOf(column, categories.includes(column.name), use) ?? []);
  if (faults.length === 0) return;
  if (faults.length === 1) throw refuse(use, faults[0].answers);
  const mendable = faults.filter((fault) => fault.mendable).map(({ name }) => shortened(name, 30));
  throw refuse(use, {
    problem: `${faults.length} columns cannot be used as they are`,
    got: faults.map(({ name, brief }) => `${shortened(name, 30)}: ${brief}`).join("\n        "),
    want: `numbers, or a few values that come again (at most ${MOST_VALUES})`,
    fix: [
      `leave the columns out: omit: ${optionList(faults.map(({ name }) => name))}`,
      ...(mendable.length === 0 ? [] : [`write plain numbers in ${mendable.join(", ")}`]),
    ].join("; or "),
  });
}

function faultOf(column: Column, isCategory: boolean, use: Use): Fault | null {
  const { name } = column;
  const leaveOut = `leave the column out: omit: ${optionList([name])}`;
  const cells = Array.from<string | number, string>(column.values, (cell) =>
    typeof cell === "number" && Number.isNaN(cell) ? "" : String(cell),
  ).filter((cell) => !isEmpty(cell));
  if (cells.length === 0) {
    const answers = { problem: "a column is empty", column: name, want: "a value in each row", fix: leaveOut };
    return { name, answers, brief: "empty", mendable: false };
  }
  if (column.kind === "number" && !isCategory) return null;
  if (column.kind === "text" && !isCategory) {
    const slip = slipIn(column);
    if (slip !== null) {
      const brief = `${formatValue(shortened(column.values[slip], 40))} among numbers (line ${use.table.lines[slip]})`;
      return { name, answers: strayAnswers(column, slip, use), brief, mendable: true };
    }
  }
  const different = new Set(cells).size;
  const rows = use.table.rows;
  const example = formatValue(shortened(cells[0], 40));
  if (!isCategory && different > FEW_DATES && areDates(cells)) {
    const answers: Answers = {
      problem: `${different} different dates in ${rows} rows`,
      column: name,
      got: `dates, such as ${example}`,
      want: "numbers: the year, the month, the days since some day",
      fix: `put such numbers in columns of their own, and ${leaveOut}`,
    };
    return { name, answers, brief: `dates, such as ${example}`, mendable: false };
  }
  const mostly = different > FEW_VALUES && isMostlyDifferent(different, rows);
  if (!mostly && different <= MOST_VALUES) return null;
  const problem = `${different} different values in ${rows} rows`;
  const answers: Answers = {
    problem,
    column: name,
    got: mostly ? "what looks like names or remarks, which say nothing of other rows" : "too many for an input each",
    want: `numbers, or a few values that come again (at most ${MOST_VALUES})`,
    fix: leaveOut,
  };
  const brief = `${problem}, such as ${example}${mostly ? ": names or remarks" : ""}`;
  return { name, answers, brief, mendable: false };
}

/** Refuses a target of classes in which nearly every row is a class of its own. */
export function refuseCrowd(column: Column, names: readonly string[], use: Use): void {
  const different = new Set(names).size;
  if (!isMostlyDifferent(different, names.length)) return;
  const dates = areDates(names);
  const dressed = names.filter((name) => isNumber(name) || dressOf(name) !== null).length > names.length / 2;
  const looks = dates ? "dates" : dressed ? "what looks like numbers" : "what looks like names or remarks";
  throw refuse(use, {
    problem: `${different} different values in ${names.length} rows cannot be told apart as classes`,
    column: column.name,
    got: `${looks}, such as ${formatValue(shortened(names[0], 40))}`,
    want: "a target of numbers, or of a few values that come again",
    fix: dressed ? (undressing(names) ?? 'to predict the number itself: task: "regression"') : "choose another target",
  });
}

function isMostlyDifferent(different: number, rows: number): boolean {
  return rows >= ENOUGH_ROWS && different > rows / 2;
}

function areDates(cells: readonly string[]): boolean {
  return cells.filter((cell) => isDate(cell)).length >= (1 - STRAY_SHARE) * cells.length;
}
