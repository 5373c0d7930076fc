/** How weights move: update rules, learning-rate schedules, gradient clipping, limits and averages. */
export { WeightAverage } from "./average.ts";
export { clip, clipGradients } from "./clip.ts";
export { limitNorms } from "./max-norm.ts";
export { Optimizer, optimizerTypes } from "./optimizer.ts";
export type { OptimizerDescription } from "./optimizer.ts";
export { buildSchedule } from "./schedule.ts";
export type { Progress, ScheduleDescription } from "./schedule.ts";
