/** Handwritten digits: the data, the recipes, and how a picture becomes what the network was trained on. */
export { refuseJunk } from "./digit-refusal.ts";
export { fashionMnist, fashionMnistTest } from "./fashion-mnist.ts";
export type { Source } from "./four-files.ts";
export { junkKinds, madeUpJunk } from "./junk.ts";
export type { JunkKind } from "./junk.ts";
export { mnist, mnistTest } from "./mnist.ts";
export { prepareDigit } from "./preparation.ts";
export type { Box, GreyPicture, Picture } from "./picture.ts";
export type { PreparedDigit } from "./preparation.ts";
export {
  cnn,
  deepMlp,
  findRecipe,
  kerasConvnet,
  linear,
  mlp,
  mlpPlain,
  recipeNames,
  recipes,
  resnetSmall,
  table,
  trainingOf,
} from "./recipes/index.ts";
export type { Recipe } from "./recipes/index.ts";
