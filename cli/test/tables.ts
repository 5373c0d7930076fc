/** Small tables as CSV, the same ones every time: houses with prices, flowers of three kinds, two arms of a spiral. */
import { writeFileSync } from "node:fs";
import { Rng } from "inkling";

const TOWNS = { Ash: 0, Birch: 40, Cedar: -30 };

/** price = 50 + 2.2·area + 12·rooms + what the town is worth + a curve, in thousands, and noise of about 5. */
export function houses(count: number): string[] {
  const rng = new Rng(1);
  const lines = ["id,area,rooms,town,price"];
  for (let house = 0; house < count; house++) {
    const [area, rooms] = [40 + rng.uniform() * 120, 1 + rng.integer(5)];
    const town = Object.keys(TOWNS)[rng.integer(3)] as keyof typeof TOWNS;
    const price = 50 + 2.2 * area + 12 * rooms + TOWNS[town] + 0.008 * (area - 100) ** 2 + rng.normal() * 5;
    lines.push([`h${house}`, area.toFixed(1), rooms, town, price.toFixed(1)].join(","));
  }
  return lines;
}

/** Kinds that differ in the length of their petals. */
export function flowers(count: number): string[] {
  const rng = new Rng(2);
  const kinds = ["daisy", "rose", "tulip"];
  const lines = ["petal;leaf;colour;kind"];
  for (let flower = 0; flower < count; flower++) {
    const kind = flower % 3;
    const petal = (1 + kind * 2 + rng.normal() * 0.4).toFixed(2);
    const leaf = (5 + rng.normal()).toFixed(2);
    lines.push([petal, leaf, ["white", "red"][rng.integer(2)], kinds[kind]].join(";"));
  }
  return lines;
}

/** Two arms that wind around each other one and a half times: no straight line parts them. */
export function spiral(count: number): string[] {
  const rng = new Rng(3);
  const lines = ["x,y,class"];
  for (let point = 0; point < count; point++) {
    const arm = point % 2;
    const turn = 0.3 + Math.sqrt(rng.uniform()) * 3 * Math.PI;
    const [radius, angle] = [turn / (3 * Math.PI), turn + arm * Math.PI];
    const [x, y] = [radius * Math.cos(angle) + rng.normal() * 0.015, radius * Math.sin(angle) + rng.normal() * 0.015];
    lines.push([x.toFixed(4), y.toFixed(4), arm === 0 ? "inner" : "outer"].join(","));
  }
  return lines;
}

export function writeLines(path: string, lines: readonly string[]): string {
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}
