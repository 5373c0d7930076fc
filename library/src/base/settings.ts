/**
 * Settings that come from outside (a description in JSON, an options object) are checked once, at the boundary:
 * every key known, every value in its range, every default filled in. A wrong one is named with its place and its range.
 *
 *   const settings = checkSettings("dense", given, { units: whole(1), bias: flag(true) });
 */
import { formatValue, SettingError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** One setting: says whether a value fits, in words what would, and what stands in when nothing is given. */
export interface Field<Value> {
  fits(value: unknown): value is Value;
  want: string;
  fallback?: Value;
  optional?: boolean;
}

type Values<Fields> = { [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never };

/** Any finite number between two bounds. */
export function number(low: number, high: number, fallback?: number): Field<number> {
  const upper = high === Infinity ? "" : ` and at most ${high}`;
  return {
    fits: (value): value is number => typeof value === "number" && value >= low && value <= high && value !== Infinity,
    want: low === -Infinity ? "a number" : `a number of at least ${low}${upper}`,
    fallback,
  };
}

/** A finite number above 0. */
export function positive(fallback?: number): Field<number> {
  return {
    fits: (value): value is number => typeof value === "number" && value > 0 && value < Infinity,
    want: "a number above 0",
    fallback,
  };
}

/** A number from 0 to just below 1. */
export function fraction(fallback?: number): Field<number> {
  return {
    fits: (value): value is number => typeof value === "number" && value >= 0 && value < 1,
    want: "a number from 0 to below 1",
    fallback,
  };
}

/** A whole number of at least `low`. */
export function whole(low: number, fallback?: number): Field<number> {
  return {
    fits: (value): value is number => Number.isSafeInteger(value) && (value as number) >= low,
    want: `a whole number of at least ${low}`,
    fallback,
  };
}

/** True or false. */
export function flag(fallback?: boolean): Field<boolean> {
  return { fits: (value): value is boolean => typeof value === "boolean", want: "true or false", fallback };
}

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[], fallback?: Word): Field<Word> {
  return {
    fits: (value): value is Word => words.includes(value as Word),
    want: `one of ${words.join(", ")}`,
    fallback,
  };
}

/** The same field, but it may be left out and then stays undefined. */
export function optional<Value>(field: Field<Value>): Field<Value | undefined> {
  return {
    fits: (value): value is Value | undefined => value === undefined || field.fits(value),
    want: field.want,
    optional: true,
  };
}

/**
 * The settings of `given`, complete and in range. A key `type` is the caller's business and passed over.
 *
 * @throws {SettingError} when a key is unknown, a value is missing or out of its range
 */
export function checkSettings<Fields extends Record<string, Field<unknown>>>(
  op: string,
  given: object,
  fields: Fields,
): Values<Fields> {
  const known = Object.keys(fields);
  for (const [name, value] of Object.entries(given)) {
    if (name !== "type" && !known.includes(name)) {
      const near = nearest(name, known);
      throw new SettingError({
        op,
        problem: `nobody knows a setting "${name}"`,
        setting: name,
        value,
        want: known.length === 0 ? "no settings" : `only ${known.join(", ")}`,
        fix: near === null ? undefined : `did you mean ${near}?`,
      });
    }
  }
  const settings: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const stated = (given as Record<string, unknown>)[name];
    const value = stated === undefined ? field.fallback : stated;
    if (!field.fits(value)) {
      const problem = value === undefined ? `${name} is missing` : `${name} cannot be ${formatValue(value)}`;
      throw new SettingError({ op, problem, setting: name, value, want: field.want });
    }
    settings[name] = value;
  }
  return settings as Values<Fields>;
}
