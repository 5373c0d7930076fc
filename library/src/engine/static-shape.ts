/**
 * Shapes as types: where the compiler knows the lengths, shapes that cannot meet do not compile.
 *
 * A length that is only known as `number` fits everything here; it is checked when the program runs.
 */
import type { Shape } from "#base";

/** What the compiler shows in place of a parameter whose shape is wrong. No tensor has this property. */
export interface Mismatch<Problem extends string, Left, Right> {
  readonly shapeError: { problem: Problem; left: Left; right: Right };
}

/** Whether two lengths can be equal. */
export type Same<A, B> = number extends A ? true : number extends B ? true : [A] extends [B] ? true : false;

/** Whether the compiler knows the rank and every length. */
type Known<S extends Shape> = number extends S["length"] ? false : number extends S[number] ? false : true;

type LengthPair<A, B> = number extends A | B ? number : A extends 1 ? B : B extends 1 ? A : A extends B ? A : never;

/** The broadcast shape of two known shapes, from the last axis to the first; `never` within it marks lengths that differ. */
type Pairs<A extends Shape, B extends Shape> = A extends readonly [...infer RestA extends Shape, infer LastA]
  ? B extends readonly [...infer RestB extends Shape, infer LastB]
    ? readonly [...Pairs<RestA, RestB>, LengthPair<LastA, LastB>]
    : A
  : B;

/** The shape of an element-wise operation on A and B, as far as it is known. */
export type Broadcast<A extends Shape, B extends Shape> =
  Known<A> extends true ? (Known<B> extends true ? Pairs<A, B> : Shape) : Shape;

type HasNever<S extends Shape> = S extends readonly [infer First, ...infer Rest extends Shape]
  ? [First] extends [never]
    ? true
    : HasNever<Rest>
  : false;

/** Fits every B that can be broadcast with A. */
export type Broadcastable<A extends Shape, B extends Shape> =
  HasNever<Broadcast<A, B>> extends true ? Mismatch<"the shapes cannot be broadcast together", A, B> : unknown;

/** As many axes as S has, of lengths that only the run will tell. */
export type SameRank<S extends Shape> = { readonly [Axis in keyof S]: number };

/** S without its axis number Axis. */
export type WithoutAxis<S extends Shape, Axis extends number> =
  Known<S> extends true ? (number extends Axis ? Shape : Remove<S, Axis>) : Shape;

type Remove<S extends Shape, Axis extends number, Before extends Shape = readonly []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Before["length"] extends Axis
    ? readonly [...Before, ...Rest]
    : Remove<Rest, Axis, readonly [...Before, First]>
  : Before;

/** Fits every B by which A can be multiplied: [m, k] · [k, n]. */
export type Multipliable<A extends Shape, B extends Shape> = A extends readonly [number, infer K]
  ? B extends readonly [infer L, number]
    ? Same<K, L> extends true
      ? unknown
      : Mismatch<"a's columns are not b's rows", A, B>
    : AnyRank<B, Mismatch<"b is no matrix", A, B>>
  : AnyRank<A, Mismatch<"a is no matrix", A, B>>;

/** Anything where the number of axes is not known, else the problem. */
type AnyRank<S extends Shape, Problem> = number extends S["length"] ? unknown : Problem;

/** The shape of the product of two matrices, as far as it is known. */
export type Product<A extends Shape, B extends Shape> = readonly [
  A extends readonly [infer M extends number, number] ? M : number,
  B extends readonly [number, infer N extends number] ? N : number,
];

/** Fits every batch of rows of `Length` numbers. */
export type Rows<S extends Shape, Length extends number> = S extends readonly [number, infer Own]
  ? Same<Own, Length> extends true
    ? unknown
    : Mismatch<"the rows have another length", S, Length>
  : AnyRank<S, Mismatch<"these are no rows", S, Length>>;
