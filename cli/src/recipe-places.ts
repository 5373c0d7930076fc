/**
 * Places in a recipe, e.g. `optimizer.weightDecay`: what stands there, and what the schema says may.
 *
 * The schema is walked as JSON Schema, which is plain data. Where it has alternatives, the value's own `type` chooses.
 */
import { recipeSchema } from "./recipe-schema.ts";

/** A JSON Schema, as far as it is walked here. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  prefixItems?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  const?: unknown;
  default?: unknown;
  enum?: unknown[];
  minItems?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
  pattern?: string;
  description?: string;
  /** "#/$defs/layer": a part that lies apart, so that it can hold itself. */
  $ref?: string;
  $defs?: Record<string, Schema>;
}

const schema = recipeSchema() as Schema;

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const name of path) {
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[name] : undefined;
  }
  return value;
}

/** The schemas that may hold at a path; where there are alternatives, those that the value's own `type` allows. */
function schemasAt(root: unknown, path: readonly PropertyKey[]): Schema[] {
  let schemas = choose(schema, root);
  path.forEach((name, depth) => {
    const value = valueAt(root, path.slice(0, depth + 1));
    schemas = schemas.flatMap(({ properties, items, prefixItems }) => {
      const isPlace = typeof name === "number" || /^\d+$/.test(String(name));
      const next = isPlace ? (prefixItems?.[Number(name)] ?? items) : properties?.[String(name)];
      return next ? choose(next, value) : [];
    });
  });
  return schemas;
}

function choose(candidate: Schema, value: unknown): Schema[] {
  const found = candidate.$ref === undefined ? candidate : schema.$defs?.[candidate.$ref.replace("#/$defs/", "")];
  const alternatives = found?.oneOf ?? found?.anyOf;
  if (!found || !alternatives) return found ? [found] : [];
  const type = valueAt(value, ["type"]);
  const fitting = alternatives.filter(({ properties }) => {
    const own = properties?.type;
    return own !== undefined && own.const === (type ?? own.default);
  });
  return fitting.length > 0 ? fitting : alternatives;
}

/** The keys that may stand in the object at a path. */
export function keysAt(root: unknown, path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(root, path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** What the schema says of each setting that may stand in the object at a path. */
export function settingsAt(root: unknown, path: readonly PropertyKey[]): Record<string, string> {
  const properties = schemasAt(root, path).flatMap((each) => Object.entries(each.properties ?? {}));
  return Object.fromEntries(properties.map(([name, { description }]) => [name, description ?? ""]));
}

/** The words that may stand at a path. */
export function wordsAt(root: unknown, path: readonly PropertyKey[]): string[] {
  const words = schemasAt(root, path).flatMap((each) => each.enum ?? (each.const === undefined ? [] : [each.const]));
  return [...new Set(words.map(String))];
}

/** What may stand at a path, in words. */
export function wantAt(root: unknown, path: readonly PropertyKey[]): string {
  const words = wordsAt(root, path);
  const others = schemasAt(root, path).filter((each) => each.enum === undefined && each.const === undefined);
  const kinds = new Set(others.map(kindInWords));
  return [...(words.length > 0 ? [`one of ${words.join(", ")}`] : []), ...kinds].join(", or ");
}

function kindInWords(place: Schema): string {
  const { type, properties, prefixItems, minItems = 0, pattern, description } = place;
  if (type === "integer" || type === "number") {
    return `${type === "integer" ? "a whole number" : "a number"}${limitsInWords(place)}`;
  }
  if (type === "boolean") return "true or false";
  if (type === "array") return `a list of ${prefixItems?.length ?? `at least ${minItems}`}, in brackets`;
  if (type === "string")
    return pattern !== undefined && description !== undefined ? `a text: ${description}` : "a text";
  const names = Object.keys(properties ?? {}).filter((name) => name !== "$schema");
  return names.length > 0 ? `an object with ${names.join(", ")}` : "another value";
}

function limitsInWords({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string {
  const limits = [
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(minimum === undefined ? [] : [`of at least ${minimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
    // whole numbers go as far as they are exact, which nobody wants to know here
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`at most ${maximum}`]),
  ];
  return limits.length === 0 ? "" : ` ${limits.join(" and ")}`;
}
