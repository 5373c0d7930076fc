/**
 * A model's architecture and card as a file's metadata, and back: each of their parts is JSON behind a key of its own.
 *
 * `architecture`, `task`, `classNames`, `targetNames`, `targetUnits`, `preprocessing`, `temperature`, `recipe`, `seed`,
 * `history`, `origin`. Files of before there were tasks have no `task`, `targetNames`, `targetUnits` and no table: theirs is
 * classification. Files of before there was calibration have no `temperature`: theirs is 1. Files that do not say what made them have no `origin`.
 */
import { encodedWidth, FormatError, isObject, sizeOf } from "#base";
import type { ColumnEncoding, TableEncoding, Unit } from "#base";
import type { Architecture, Model, ModelCard, ModelOrigin } from "#nn";
import { metadataReader } from "./metadata.ts";
import type { Safetensors } from "./safetensors.ts";

/** Architecture and card as metadata. */
export function cardMetadata({ architecture, card }: Model): Record<string, string> {
  const { task, classNames, targetNames, targetUnits, preprocessing, temperature, recipe, seed, history, origin } =
    card;
  const about = { task, classNames, targetNames, targetUnits, preprocessing, temperature };
  const parts = { architecture, ...about, recipe, seed, history, origin };
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, JSON.stringify(part)]));
}

/** Architecture and card from metadata. @throws {FormatError} when a part is missing or is not what it should be */
export function readCard(
  metadata: Safetensors["metadata"],
  { op = "loadModel", file }: { op?: string; file?: string },
): { architecture: Architecture; card: ModelCard } {
  const read = metadataReader(metadata, { op, file });
  const readNew: typeof read = (name, fits, want) => read(name, fits, `${want}, or nothing`);
  const architecture = read("architecture", isArchitecture, "an object with input and layers");
  const classNames = read("classNames", isTextList, "a list of class names");
  const preprocessing = read("preprocessing", isPreprocessing, '{ "scale": a number, "table": columns or null }');
  const history = read("history", Array.isArray, "a list of records");
  const seed = read("seed", isSeed, "a whole number or null");
  const recipe = read("recipe", (value): value is unknown => value !== undefined, "JSON");
  const task = readNew("task", orNull(isTask), '"classification" or "regression"') ?? "classification";
  const targetNames = readNew("targetNames", orNull(isTextList), "a list of target names") ?? [];
  const targetUnits = readNew("targetUnits", orNull(isUnitList), "a list of finite means and deviations above 0") ?? [];
  const temperature = readNew("temperature", orNull(isTemperature), "a number from 0.001 to 1000") ?? 1;
  const origin = readNew("origin", orNull(isOrigin), "the commit, the module and the hash of the weights");
  const { scale, table = null, mostlyZero } = preprocessing;
  return {
    architecture,
    card: {
      task,
      classNames,
      targetNames,
      targetUnits,
      preprocessing: { scale, table, ...(mostlyZero === undefined ? {} : { mostlyZero }) },
      temperature,
      recipe,
      seed,
      history,
      origin,
    },
  };
}

/**
 * Whether a card's parts fit each other and the model: whoever uses one later need not ask again.
 *
 * @throws {FormatError} when names, units or columns are more or fewer than the numbers they belong to
 */
export function checkCard(
  { task, classNames, targetNames, targetUnits, preprocessing: { table } }: ModelCard,
  { architecture, outputShape }: Model,
  { op = "loadModel", file }: { op?: string; file?: string },
): void {
  const refuse = (problem: string, got: string, want: string): never => {
    throw new FormatError({ op, problem: `the model's card contradicts itself: ${problem}`, file, got, want });
  };
  const expect = (what: string, got: number, want: number) => {
    if (got !== want) refuse(`it has ${got} ${what}`, String(got), String(want));
  };
  if (task === "classification") {
    expect("target names for classes", targetNames.length, 0);
    expect("target units for classes", targetUnits.length, 0);
    const outputs = sizeOf(outputShape);
    const most = outputs === 1 ? 2 : outputs; // two classes may share one logit
    if (classNames.length > most)
      refuse(`it has ${classNames.length} class names`, `${outputs} outputs`, `at most ${most}`);
  } else {
    expect("class names for numbers", classNames.length, 0);
    // none at all: a model that was saved before it was trained
    if (targetNames.length > 0) expect("target names", targetNames.length, sizeOf(outputShape));
    expect("target units", targetUnits.length, targetNames.length);
  }
  if (table === null) return;
  expect("numbers from a row of its table", encodedWidth(table.inputs), sizeOf(architecture.input));
  const kind = task === "classification" ? "category" : "number";
  if (table.target.kind === "category" && table.target.values.join("\n") !== classNames.join("\n")) {
    refuse(
      "its table speaks of other classes",
      table.target.values.join(", ").slice(0, 100),
      classNames.join(", ").slice(0, 100),
    );
  }
  if (table.target.kind !== kind) refuse(`the target column is not one for ${task}`, table.target.kind, kind);
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === "string");
const isSeed = (value: unknown): value is number | null => value === null || Number.isSafeInteger(value);
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);
const isTemperature = (value: unknown): value is number => isFiniteNumber(value) && value >= 0.001 && value <= 1000;
const isTask = (value: unknown): value is ModelCard["task"] => value === "classification" || value === "regression";
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === "string";
const isOrigin = (value: unknown): value is ModelOrigin =>
  isObject(value) &&
  isTextOrNull(value.commit) &&
  isTextOrNull(value.module) &&
  typeof value.weights === "string" &&
  /^sha256:[0-9a-f]{64}$/.test(value.weights);
const isUnit = (value: unknown): value is Unit =>
  isObject(value) && isFiniteNumber(value.mean) && isFiniteNumber(value.deviation) && value.deviation > 0;
const isUnitList = (value: unknown): value is Unit[] => Array.isArray(value) && value.every(isUnit);
const isColumn = (value: unknown): value is ColumnEncoding =>
  isObject(value) &&
  typeof value.name === "string" &&
  ((value.kind === "number" && isUnit(value)) || (value.kind === "category" && isTextList(value.values)));
const isTable = (value: unknown): value is TableEncoding =>
  isObject(value) && Array.isArray(value.inputs) && value.inputs.every(isColumn) && isColumn(value.target);
const isPreprocessing = (
  value: unknown,
): value is { scale: number; table?: TableEncoding | null; mostlyZero?: boolean } =>
  isObject(value) &&
  isFiniteNumber(value.scale) &&
  (value.mostlyZero === undefined || typeof value.mostlyZero === "boolean") &&
  (value.table === undefined || value.table === null || isTable(value.table));
const isArchitecture = (value: unknown): value is Architecture =>
  isObject(value) &&
  Array.isArray(value.input) &&
  value.input.every(Number.isInteger) &&
  Array.isArray(value.layers) &&
  value.layers.every((layer) => isObject(layer) && typeof layer.type === "string");

/** The same test, with null let through as well: a key that is missing reads as null. */
function orNull<T>(fits: (value: unknown) => value is T): (value: unknown) => value is T | null {
  return (value): value is T | null => value === null || fits(value);
}
