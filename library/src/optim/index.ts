/** How weights move: update rules, learning-rate schedules, gradient clipping. */
export { clipGradients } from "./clip.ts";
export { Optimizer, optimizerTypes } from "./optimizer.ts";
export type { OptimizerDescription } from "./optimizer.ts";
export { buildSchedule } from "./schedule.ts";
export type { Progress, ScheduleDescription } from "./schedule.ts";
