/** Models and tensors as bytes. */
export { checkFormat, metadataReader } from "./metadata.ts";
export { cardMetadata, checkFit, hashWeights, loadModel, readCard, readModelFile, saveModel } from "./model-file.ts";
export type { ModelFile } from "./model-file.ts";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
export type { Safetensors, StoredTensor } from "./safetensors.ts";
