import { readFileSync, readdirSync } from "node:fs";
const f = readdirSync(".")
  .filter((n) => n.endsWith(".cpuprofile"))
  .map((n) => n)
  .sort()
  .at(-1);
const p = JSON.parse(readFileSync(f));
const self = new Map();
const dt = p.timeDeltas;
const idx = new Map(p.nodes.map((n) => [n.id, n]));
let total = 0;
p.samples.forEach((id, i) => {
  const n = idx.get(id);
  const k =
    n.callFrame.functionName + " " + n.callFrame.url.split("/").slice(-2).join("/") + ":" + n.callFrame.lineNumber;
  self.set(k, (self.get(k) ?? 0) + dt[i]);
  total += dt[i];
});
for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 32))
  console.log((v / 1000).toFixed(1).padStart(8), ((100 * v) / total).toFixed(1).padStart(5) + "%", k);
