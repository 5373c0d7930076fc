import { buildModel, createEngine, Rng } from "inkling";
const module = process.argv[2] ?? "auto",
  threads = Number(process.argv[3] ?? 2);
const engine = await createEngine({ threads, module });
const W1 = {
  input: [28, 28, 1],
  layers: [{ type: "flatten" }, { type: "dense", units: 128 }, { type: "relu" }, { type: "dense", units: 10 }],
};
const W3 = {
  input: [28, 28, 1],
  layers: [
    { type: "conv2d", filters: 32, size: 3 },
    { type: "relu" },
    { type: "maxPool2d", size: 2 },
    { type: "conv2d", filters: 64, size: 3 },
    { type: "relu" },
    { type: "maxPool2d", size: 2 },
    { type: "flatten" },
    { type: "dropout", rate: 0.5 },
    { type: "dense", units: 10 },
  ],
};
import { loadMnist } from "../bench/mnist.js";
const { test } = await loadMnist();
const images = test.inputs;
for (const [name, a] of Object.entries({ W1, W3 })) {
  const m = buildModel(engine, a, { rng: new Rng(1) });
  const one = Uint8Array.from(images.subarray(0, 784));
  const times = [];
  for (let i = 0; i < 3000; i++) {
    const im = images.subarray((i % 10000) * 784, ((i % 10000) + 1) * 784);
    const b = performance.now();
    m.predict(im);
    times.push(performance.now() - b);
  }
  times.sort((a, b) => a - b);
  const t2 = [];
  for (let i = 0; i < 7; i++) {
    const b = performance.now();
    m.predict(images);
    t2.push(performance.now() - b);
  }
  t2.sort((a, b) => a - b);
  console.log(
    name,
    "one image µs",
    (1000 * times[1500]).toFixed(2),
    "min",
    (1000 * times[0]).toFixed(2),
    " images/s",
    Math.round((10000 / t2[3]) * 1000),
    Math.round((10000 / t2[0]) * 1000),
  );
}
console.log(engine.module, engine.threads, process.version);
engine.close();
