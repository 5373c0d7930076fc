/**
 * The tables of the examples, made by formulas and a seed:  node examples/make-csv.js
 *
 * houses.csv: the price of a house that never was, in thousands: what each square metre costs in its quarter, less for
 * age, more for a garden, and some luck. spiral.csv: two arms wound around each other, and which of them a point is on.
 */
import { writeFile } from "node:fs/promises";
import { Rng } from "inkling";
import { spirals } from "inkling/data";

const rng = new Rng(1);
const quarters = { harbour: 4.2, hill: 3.4, market: 3.8, woods: 2.6 };
const houses = Array.from({ length: 400 }, () => {
  const quarter = Object.keys(quarters)[rng.integer(4)];
  const area = 40 + rng.integer(160);
  const age = rng.integer(90);
  const garden = rng.uniform() < 0.4 ? "yes" : "no";
  const price = area * quarters[quarter] * (1 - age / 300) + (garden === "yes" ? 45 : 0) + 15 * rng.normal();
  return [area, age, quarter, garden, price.toFixed(1)];
});
const { inputs, labels } = spirals({ samples: 600, rng: new Rng(1) });
const points = Array.from(labels, (arm, i) => [
  inputs[2 * i].toFixed(5),
  inputs[2 * i + 1].toFixed(5),
  `arm ${arm + 1}`,
]);

const save = (name, columns, rows) =>
  writeFile(new URL(name, import.meta.url), [columns, ...rows].map((row) => `${row.join(",")}\n`).join(""));
await save("houses.csv", ["area", "age", "quarter", "garden", "price"], houses);
await save("spiral.csv", ["x", "y", "arm"], points);
