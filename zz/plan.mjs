import { buildModel, createEngine, Rng, train } from "inkling";
import { loadMnist } from "../bench/mnist.js";
const W = {
  W1: [
    {
      input: [28, 28, 1],
      layers: [{ type: "flatten" }, { type: "dense", units: 128 }, { type: "relu" }, { type: "dense", units: 10 }],
    },
    { type: "sgd", learningRate: 0.1 },
  ],
  W2: [
    {
      input: [28, 28, 1],
      layers: [
        { type: "flatten" },
        { type: "dense", units: 512 },
        { type: "relu" },
        { type: "dense", units: 256 },
        { type: "relu" },
        { type: "dense", units: 10 },
      ],
    },
    { type: "adam", learningRate: 0.001 },
  ],
  W3: [
    {
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
    },
    { type: "adam", learningRate: 0.001 },
  ],
};
const [name = "W1", threads = 2, module = "auto", what = "both"] = process.argv.slice(2);
const engine = await createEngine({ threads: Number(threads), module });
const data = await loadMnist();
const [a, optimizer] = W[name];
const model = buildModel(engine, a, { rng: new Rng(1) });
const t = train(model, { data, batchSize: 128, epochs: name === "W3" ? 1 : 4, optimizer, rng: new Rng(1) });
if (what !== "train") {
  const plan = t.plan();
  plan.measure(() => performance.now(), 100);
  let sum = 0;
  for (const e of plan.describe().entries) {
    sum += e.milliseconds;
    console.log(
      e.phase.padEnd(9),
      e.name.padEnd(16),
      (e.milliseconds * 1000).toFixed(1).padStart(8),
      e.calls.map((c) => c.name).join(" "),
    );
  }
  console.log("sum µs", (sum * 1000).toFixed(0), engine.module, engine.threads);
}
if (what !== "plan") {
  let b = performance.now();
  for await (const r of t)
    if (r.kind === "epoch") {
      console.log("epoch", ((performance.now() - b) / 1000).toFixed(3), r.loss);
      b = performance.now();
    }
}
engine.close();
