/** A number to predict, from a CSV file with numbers and words.  node examples/houses.js */
import { readFile } from "node:fs/promises";
import { buildModel, createEngine, evaluate, Rng, train } from "inkling";
import { readCsv, tableSplits } from "inkling/data";

const rng = new Rng(1);
const table = readCsv(await readFile(new URL("houses.csv", import.meta.url)), { file: "houses.csv" });
const { splits } = tableSplits(table, { target: "price" });
const engine = await createEngine();
const layers = [{ type: "dense", units: 64 }, { type: "relu" }, { type: "dense", units: 1 }];
const model = buildModel(engine, { input: splits.training.inputShape, layers }, { rng });
const optimizer = { type: "adamw", learningRate: 0.01 };
for await (const { kind, epoch, loss } of train(model, { data: splits, batchSize: 16, epochs: 60, optimizer, rng }))
  if (kind === "epoch" && epoch % 20 === 0) console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}`);
const { meanAbsoluteError, determination } = await evaluate(model, splits.test);
console.log(`off by ${meanAbsoluteError.toFixed(1)} thousand on average, R² ${determination.toFixed(3)}`);
engine.close();
