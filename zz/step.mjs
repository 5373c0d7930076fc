// where a W1 step's wall time goes: kernels by plan phases vs JS
import { buildModel, createEngine, Rng, train } from "inkling";
import { loadMnist } from "../bench/mnist.js";
const threads = Number(process.argv[2] ?? 1);
const engine = await createEngine({ threads });
const data = await loadMnist();
const model = buildModel(
  engine,
  {
    input: [28, 28, 1],
    layers: [{ type: "flatten" }, { type: "dense", units: 128 }, { type: "relu" }, { type: "dense", units: 10 }],
  },
  { rng: new Rng(1) },
);
let inReplay = 0;
const orig = engine.replay.bind(engine);
engine.replay = (c) => {
  const b = performance.now();
  orig(c);
  inReplay += performance.now() - b;
};
const t = train(model, {
  data,
  batchSize: 128,
  epochs: 5,
  optimizer: { type: "sgd", learningRate: 0.1 },
  rng: new Rng(1),
});
let b = performance.now();
for await (const r of t)
  if (r.kind === "epoch") {
    const e = performance.now();
    console.log(
      "epoch ms",
      (e - b).toFixed(0),
      "in kernels",
      inReplay.toFixed(0),
      "js µs/step",
      ((1000 * (e - b - inReplay)) / 469).toFixed(0),
    );
    inReplay = 0;
    b = performance.now();
  }
engine.close();
