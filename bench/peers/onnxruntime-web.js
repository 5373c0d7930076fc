/** ONNX Runtime's WebAssembly build, in Node: prediction only. */
import * as runtime from "onnxruntime-web";
import { options } from "./common.js";
import { measureOnnx } from "./onnxruntime.js";

runtime.env.wasm.numThreads = options.threads;
await measureOnnx({ name: "onnxruntime-web", runtime, settings: { executionProviders: ["wasm"] } });
