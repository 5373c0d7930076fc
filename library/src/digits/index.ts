/** Handwritten digits: the data, the recipes, and how a picture becomes what the network was trained on. */
export { refuseJunk } from "./digit-refusal.ts";
export { fashionMnist, fashionMnistTest } from "./fashion-mnist.ts";
export type { Source } from "./four-files.ts";
export { junkKinds, madeUpJunk } from "./junk.ts";
export type { JunkKind } from "./junk.ts";
export { mnist, mnistTest } from "./mnist.ts";
export { readDrawings } from "./drawings.ts";
export type { Drawing } from "./drawings.ts";
export type { Stroke } from "./pen.ts";
export type { Box, GreyPicture, Picture } from "./picture.ts";
export { plainDigit, prepareDigit } from "./preparation.ts";
export type { PictureSteps, PreparedPicture } from "./preparation.ts";
export type { PreparedDigit, Steps } from "./placement.ts";
export { pretrained, pretrainedBytes, pretrainedNames } from "./pretrained.ts";
export type { PretrainedName } from "./pretrained.ts";
export {
  best,
  cnn,
  deepMlp,
  ensemble,
  findRecipe,
  kerasConvnet,
  linear,
  mlp,
  mlpPlain,
  recipeNames,
  recipes,
  resnetSmall,
  table,
  tiny,
  trainingOf,
} from "./recipes/index.ts";
export type { EnsembleRecipe, Recipe } from "./recipes/index.ts";
export { plainStrokes, prepareStrokes } from "./strokes.ts";
export type { StrokeOptions } from "./strokes.ts";
