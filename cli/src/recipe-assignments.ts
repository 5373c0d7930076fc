/** `--set path=value`: a recipe changed in places. */
import type { Recipe } from "inkling/digits";
import { UsageFailure } from "./failure.ts";
import { keysAt } from "./recipe-places.ts";
import { parseRecipe, unknownKey } from "./recipe-text.ts";

/**
 * A copy of a recipe with values set by their paths, e.g. `optimizer.weightDecay=0.01` or `architecture.layers.1.units=64`.
 * Values are JSON; what is no JSON is taken as text, and null takes a key away.
 *
 * @throws {UsageFailure} when a path leads nowhere or the value does not fit
 */
export function setValues(base: Recipe, assignments: readonly string[]): Recipe {
  const changed: unknown = structuredClone(base);
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    if (equals < 1) {
      throw new UsageFailure({
        op: "--set",
        problem: `"${assignment}" sets nothing`,
        want: "path=value, for instance optimizer.weightDecay=0.01",
      });
    }
    setValue(changed, assignment.slice(0, equals), readValue(assignment.slice(equals + 1)));
  }
  return parseRecipe(changed, { op: "--set" });
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function setValue(root: unknown, path: string, value: unknown): void {
  const names = path.split(".");
  let container = root;
  for (const [depth, name] of names.entries()) {
    const at = names.slice(0, depth);
    if (typeof container !== "object" || container === null) {
      throw new UsageFailure({
        op: "--set",
        problem: `nothing lies inside ${at.join(".")}`,
        got: `${path}, and ${at.join(".")} is ${JSON.stringify(container)}`,
      });
    }
    if (Array.isArray(container)) {
      if (!/^\d+$/.test(name) || Number(name) >= container.length) {
        throw new UsageFailure({
          op: "--set",
          problem: `${at.join(".")} has no place ${name}`,
          want: container.length === 0 ? "the whole list, as JSON" : `0 to ${container.length - 1}`,
        });
      }
    } else {
      const known = keysAt(root, at);
      if (!known.includes(name) && !(Object.hasOwn(container, name) && value === null))
        throw unknownKey({ op: "--set", at, name, known });
    }
    const record = container as Record<string, unknown>;
    if (depth < names.length - 1) {
      record[name] ??= {};
      container = record[name];
    } else if (value === null) {
      if (Array.isArray(container)) container.splice(Number(name), 1);
      else delete record[name];
    } else {
      record[name] = value;
      if (name === "type") forgetStrangers(record, keysAt(root, at));
    }
  }
}

/** Another type has other settings: those of the old one that it does not know go. */
function forgetStrangers(record: Record<string, unknown>, known: readonly string[]): void {
  for (const name of Object.keys(record)) if (!known.includes(name)) delete record[name];
}
