/**
 * W1 as a program of its own, as a reader would write it:  node process.js THREADS MODULE EPOCHS
 *
 * Loads the digits, trains, prints the accuracy on the test digits.
 */
import { buildModel, createEngine, evaluate, Rng, train } from "inkling";
import { loadMnist } from "../mnist.js";
import { models } from "../models.js";

const [threads, module, epochs] = process.argv.slice(2);
const { architecture, training } = models.W1;
const settings = { threads: threads === "" ? undefined : Number(threads), module };
const [engine, data] = await Promise.all([createEngine(settings), loadMnist()]);
const rng = new Rng(1);
const model = buildModel(engine, architecture, { rng });
for await (const record of train(model, { ...training, data, epochs: Number(epochs), rng })) void record;
const { accuracy } = await evaluate(model, data.test);
const conditions = { threads: engine.threads, module: engine.module };
process.stdout.write(`${JSON.stringify({ testAccuracy: accuracy, ...conditions })}\n`);
engine.close();
