/**
 * Places in a recipe, e.g. `optimizer.weightDecay`: what stands there, and what the schema says may.
 *
 * The schema is walked as JSON Schema, which is plain data. Where it has alternatives, the value's own `type` chooses.
 */
import { recipeSchema } from "./recipe-schema.ts";

/** A JSON Schema, as far as it is walked here. */
interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
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
  const choose = (candidate: Schema, value: unknown): Schema[] => {
    const alternatives = candidate.oneOf ?? candidate.anyOf;
    if (!alternatives) return [candidate];
    const type = valueAt(value, ["type"]);
    const fitting = alternatives.filter(({ properties }) => properties?.type?.const === type);
    return fitting.length > 0 ? fitting : alternatives;
  };
  let schemas = choose(schema, root);
  path.forEach((name, depth) => {
    const value = valueAt(root, path.slice(0, depth + 1));
    schemas = schemas.flatMap(({ properties, items }) => {
      const next = typeof name === "number" || /^\d+$/.test(String(name)) ? items : properties?.[String(name)];
      return next ? choose(next, value) : [];
    });
  });
  return schemas;
}

/** The keys that may stand in the object at a path. */
export function keysAt(root: unknown, path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(root, path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The words that may stand at a path, when it is one of few. */
export function wordsAt(root: unknown, path: readonly PropertyKey[]): string[] {
  const words = schemasAt(root, path).flatMap((each) => each.enum ?? (each.const === undefined ? [] : [each.const]));
  return [...new Set(words.map(String))];
}
