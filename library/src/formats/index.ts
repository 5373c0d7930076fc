/** Models and tensors as bytes. */
export { cardMetadata, readCard } from "./card.ts";
export { checkFormat, metadataReader } from "./metadata.ts";
export { checkFit, hashWeights, loadModel, readModelFile, saveModel } from "./model-file.ts";
export type { ModelFile } from "./model-file.ts";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
export type { Safetensors, StoredTensor } from "./safetensors.ts";
