/** Two arms wound around each other: no straight line parts them, a small network does.  node examples/spiral.js */
import { buildModel, createEngine, evaluate, Rng, train } from "inkling";
import { holdOut, spirals } from "inkling/data";

const rng = new Rng(1);
const data = holdOut(spirals({ samples: 1200, rng }), { validation: 200, test: 200 });
const engine = await createEngine();
const hidden = [{ type: "dense", units: 64 }, { type: "tanh" }];
const architecture = { input: [2], layers: [...hidden, ...hidden, { type: "dense", units: 2 }] };
const model = buildModel(engine, architecture, { rng });
const optimizer = { type: "adamw", learningRate: 0.01 };
for await (const { kind, epoch, loss } of train(model, { data, batchSize: 32, epochs: 60, optimizer, rng }))
  if (kind === "epoch" && epoch % 20 === 0) console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}`);
const { accuracy } = await evaluate(model, data.test);
console.log(`accuracy on points it has not seen: ${(100 * accuracy).toFixed(1)} %`);
engine.close();
