/** ONNX Runtime, native and WebAssembly, with the models of onnx.js: they differ in their package and its options only. */
import * as common from "./common.js";
import { onnxModels } from "./onnx.js";

/** @param {{ name: string, runtime: object, settings: object }} package W4 and W5 */
export async function measureOnnx({ name, runtime, settings }) {
  const build = async (network) => {
    const session = await runtime.InferenceSession.create(onnxModels[network](), settings);
    const shape = network === "W3" ? [1, 28, 28] : [784];
    return async (pixels, count) => {
      const { y } = await session.run({ x: new runtime.Tensor("float32", pixels, [count, ...shape]) });
      return y.data;
    };
  };
  const predict = async (network) => common.timePredictions(network, await build(network));
  const works = {
    W4: async () => ({ ...(await predict("W1")), ...(await predict("W3")) }),
    W5: async () => ({ digit: common.highest(await (await build("W1"))(common.firstImage(), 1)) }),
  };
  common.tell({ version: common.version(name), ...(await works[common.work]()) });
}
