/** ONNX Runtime's native library: prediction only. */
import * as runtime from "onnxruntime-node";
import { options } from "./common.js";
import { measureOnnx } from "./onnxruntime.js";

const settings = { intraOpNumThreads: options.threads, interOpNumThreads: 1, executionProviders: ["cpu"] };
await measureOnnx({ name: "onnxruntime-node", runtime, settings });
