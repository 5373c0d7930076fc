/** The ground floor: errors, shapes, random numbers and mathematics of our own. Imports nothing. */
export { isMostlyZero } from "./density.ts";
export { encodedWidth, PLAIN } from "./encoding.ts";
export type { ColumnEncoding, TableEncoding, Unit } from "./encoding.ts";
export {
  FormatError,
  formatValue,
  InklingError,
  MemoryError,
  PlanError,
  PlatformError,
  SettingError,
  ShapeError,
  shortened,
} from "./errors.ts";
export { isObject, parseJson } from "./json.ts";
export * from "./math.ts";
export { nearest } from "./nearest.ts";
export { philox, Rng } from "./rng.ts";
export type { RngState } from "./rng.ts";
export { checkSettings, flag, fraction, number, oneOf, optional, positive, whole } from "./settings.ts";
export type { Field } from "./settings.ts";
export { broadcastShapes, checkShape, formatShape, sameShape, sizeOf, stridesOf } from "./shape.ts";
export type { Shape } from "./shape.ts";
