/** The learners of a training, one for each size of batch: the last batch of an epoch may be smaller. */
import { MemoryError } from "#base";
import { createLearner } from "./learner.ts";
import type { Learner, Lesson } from "./learner.ts";

export class Learners {
  readonly #lesson: Lesson;
  readonly #bySize = new Map<number, Learner>();

  constructor(lesson: Lesson) {
    this.#lesson = lesson;
  }

  /** The learner for batches of so many samples, made when it is first asked for. */
  ofSize(count: number): Learner {
    const found = this.#bySize.get(count);
    if (found) return found;
    const learner = this.#make(count);
    this.#bySize.set(count, learner);
    const arePicturesRead = [...this.#bySize.values()].some(({ plan }) => plan !== null);
    if (!arePicturesRead) this.#lesson.pictures.release();
    return learner;
  }

  /** What only the steps needed is given back. */
  release(): void {
    this.#releaseAll();
    this.#lesson.pictures.release();
    this.#lesson.augmentation.release();
  }

  #make(count: number): Learner {
    const { pictures } = this.#lesson;
    try {
      return createLearner(this.#lesson, count);
    } catch (error) {
      if (!(error instanceof MemoryError) || !pictures.areResident) throw error;
      // where all pictures and the plans have no room together, the pictures come batch by batch
      this.#releaseAll();
      pictures.stayOutside();
      return createLearner(this.#lesson, count);
    }
  }

  #releaseAll(): void {
    for (const learner of this.#bySize.values()) learner.release();
    this.#bySize.clear();
  }
}
