/** From bytes to batches: files, tables, pictures and arrays, datasets of them, their splits, the order of an epoch. */
export { encodedWidth } from "#base";
export type { ColumnEncoding, TableEncoding, Unit } from "#base";
export { fromArrays } from "./arrays.ts";
export { augment, checkAugmentation } from "./augmentation.ts";
export type { AugmentationDescription } from "./augmentation.ts";
export { batchCount, epochOrder, gatherInputs, gatherSamples, gatherTargets, targetWidth } from "./batches.ts";
export { readCsv } from "./csv.ts";
export type { Column, NumberColumn, Table, TextColumn } from "./csv.ts";
export { createDataset, takeSamples } from "./dataset.ts";
export type { ClassDataset, Dataset, Splits, ValueDataset } from "./dataset.ts";
export { isGzip, readIdx } from "./idx.ts";
export type { IdxArray } from "./idx.ts";
export { imageSet } from "./image-set.ts";
export type { NamedPicture } from "./image-set.ts";
export { holdOut, splitValidation } from "./split.ts";
export { encodeInputs, encodeTable, tableSplits } from "./table.ts";
export { blobs, circles, moons, spirals, xor } from "./toys.ts";
