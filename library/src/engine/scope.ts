/**
 * A scope is the life of the tensors of one step. They lie in the step arena; when the scope ends, the arena is
 * released whole, and each of them knows, through this object, that its numbers are gone.
 */
export class Scope {
  /** Null while the tensors are alive, afterwards what ended them. */
  ended: string | null = null;
  /** Where the arena stood when the scope began. */
  readonly mark: number;

  constructor(mark: number) {
    this.mark = mark;
  }
}
