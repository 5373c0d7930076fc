/** From bytes to batches: files, datasets, their splits, the order of an epoch, augmentation. */
export type { Unit } from "#base";
export { augment, checkAugmentation } from "./augmentation.ts";
export type { AugmentationDescription } from "./augmentation.ts";
export { batchCount, epochOrder, gatherSamples, targetWidth } from "./batches.ts";
export { createDataset, splitValidation, takeSamples } from "./dataset.ts";
export type { ClassDataset, Dataset, Splits, ValueDataset } from "./dataset.ts";
export { isGzip, readIdx } from "./idx.ts";
export type { IdxArray } from "./idx.ts";
