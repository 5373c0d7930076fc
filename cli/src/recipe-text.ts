/** A recipe from JSON, and what is said of one that does not fit: the place, what stands there, and what may. */
import type { z } from "zod";
import { nearest } from "inkling";
import type { Recipe } from "inkling/digits";
import { UsageFailure } from "./failure.ts";
import { keysAt, valueAt, wantAt, wordsAt } from "./recipe-places.ts";
import { recipe } from "./recipe-schema.ts";

/**
 * A recipe from parsed JSON.
 *
 * @param options.op where it came from: a file's name or an option
 * @throws {UsageFailure} naming the place, what stands there and what may
 */
export function parseRecipe(value: unknown, { op }: { op: string }): Recipe {
  checkDepth(value, { op });
  const result = recipe.safeParse(value);
  if (!result.success) throw issueFailure(result.error.issues[0], value, op);
  const { $schema: _, ...parsed } = result.data;
  return parsed;
}

/** A recipe has some thousand characters; brackets within brackets by the hundred thousand would exhaust the stack. */
const LONGEST = 100_000;

/** Levels of lists and settings within each other. A block of layers takes two; those of large networks lie three deep. */
const DEEPEST = 100;

/**
 * The schema calls itself for what lies within, and so do those who build the network: thousands of levels would exhaust
 * the stack. Here they are counted level by level, without a call for each.
 *
 * @throws {UsageFailure} when there are more than a hundred
 */
export function checkDepth(value: unknown, { op }: { op: string }): void {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) {
      throw new UsageFailure({
        op,
        problem: `blocks lie within blocks, more than ${DEEPEST} levels deep`,
        want: `at most ${DEEPEST} levels of lists and settings within each other`,
        fix: "layers that come one after the other stand in one list",
      });
    }
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
}

/** JSON text, or a failure that says where it breaks off. */
export function parseJson(text: string, { op }: { op: string }): unknown {
  try {
    if (text.length > LONGEST) throw new RangeError(`${text.length} characters`);
    return JSON.parse(text);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageFailure({
      op,
      problem: "this is not JSON",
      got,
      want: "a recipe as `inkling recipe mlp` prints it",
    });
  }
}

/** A key that may not stand at a path, with the one that was perhaps meant. */
export function unknownKey({
  op,
  at,
  name,
  known,
}: {
  op: string;
  at: readonly PropertyKey[];
  name: string;
  known: string[];
}) {
  const near = nearest(name, known);
  const path = [...at, near].join(".");
  return new UsageFailure({
    op,
    problem: `there is no "${[...at, name].join(".")}"`,
    want: known.length === 0 ? "nothing there" : `${at.length === 0 ? "" : `${at.join(".")} with `}${known.join(", ")}`,
    fix: near === null ? undefined : `did you mean ${path}?`,
  });
}

/** The first thing that is wrong, in our own form. */
function issueFailure(issue: z.core.$ZodIssue, root: unknown, op: string): UsageFailure {
  const at = issue.path;
  if (issue.code === "unrecognized_keys") {
    return unknownKey({
      op,
      at,
      name: issue.keys[0],
      known: keysAt(root, at).filter((key) => key !== "$schema"),
    });
  }
  const place = at.length === 0 ? "the recipe" : at.join(".");
  const value = valueAt(root, at);
  const words = wordsAt(root, at);
  const near = typeof value === "string" ? nearest(value, words) : null;
  return new UsageFailure({
    op,
    problem: value === undefined ? `${place} is missing` : `${place} cannot be ${shorten(JSON.stringify(value))}`,
    want: wantAt(root, at),
    fix: near === null ? undefined : `did you mean ${near}?`,
  });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
