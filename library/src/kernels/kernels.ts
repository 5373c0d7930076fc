/**
 * The kernels as a contract: the reference kernels say what each does and to which arrays; the fast ones have the same
 * members.
 */
import type * as reference from "./reference/index.ts";

/** Every kernel by name. */
export type Kernels = typeof reference;
