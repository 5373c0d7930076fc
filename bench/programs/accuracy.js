/**
 * One schedule as a program of its own:  node accuracy.js TARGET SEED THREADS MODULE BATCHES
 *
 * Loads the digits, trains on all 60,000, looks at the test digits once, prints how many of them are right and when each
 * part was done, in ms since the process began. BATCHES, if any, ends the schedule after so many.
 */
import { buildModel, createEngine, evaluate, Rng, train } from "inkling";
import { loadMnist } from "../mnist.js";
import { schedules } from "../schedules.js";

const [target, seed, threads, module, batches] = process.argv.slice(2);
const { architecture, training } = schedules.find((schedule) => schedule.target === Number(target));
const settings = { threads: threads === "" ? undefined : Number(threads), module };
const [engine, data] = await Promise.all([createEngine(settings), loadMnist()]);
const rng = new Rng(Number(seed));
const model = buildModel(engine, architecture, { rng });
const ready = performance.now();
const stopAfter = batches === "" ? undefined : Number(batches);
for await (const record of train(model, { ...training, data, stopAfter, rng })) void record;
const trained = performance.now();
const { accuracy } = await evaluate(model, data.test);
const judged = performance.now();
const conditions = { threads: engine.threads, module: engine.module };
const weights = model.summary().parameters;
process.stdout.write(`${JSON.stringify({ accuracy, weights, ready, trained, judged, ...conditions })}\n`);
engine.close();
