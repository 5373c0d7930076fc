import { buildModel, createEngine, Rng, train } from "inkling";
import { findRecipe, trainingOf } from "inkling/digits";
import { loadMnist } from "../bench/mnist.js";
const [name="keras-convnet", threads="1", steps="40"] = process.argv.slice(2);
const engine = await createEngine({ threads: +threads, module: "simd" });
const data = await loadMnist();
const r = findRecipe(name);
const model = buildModel(engine, r.architecture, { rng: new Rng(1) });
const times = new Map();
for (const [n, f] of Object.entries(engine.kernels)) engine.kernels[n] = (...a) => { const t = performance.now(); const v = f(...a); const e = times.get(n) ?? [0,0]; e[0] += performance.now()-t; e[1]++; times.set(n, e); return v; };
const t0 = performance.now();
for await (const rec of train(model, { ...trainingOf(r), data: data.training, rng: new Rng(1), stopAfter: +steps })) {}
const total = performance.now() - t0;
console.log(name, threads, "ms/step", (total/ +steps).toFixed(2));
for (const [n, [t, c]] of [...times].sort((a,b)=>b[1][0]-a[1][0]).slice(0,18)) console.log(n.padEnd(28), (t/ +steps).toFixed(2).padStart(8), (c/ +steps).toFixed(1));
process.exit(0);
