import { Rng } from "inkling";
const r = new Rng(1).stream("shuffle");
for (let i = 0; i < 8; i++) {
  const b = performance.now();
  r.stream("epoch " + i).permutation(60000);
  console.log((performance.now() - b).toFixed(2));
}
