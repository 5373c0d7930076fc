/** The figures of docs/ablations.md. */
import { drawFigure, intervals, smallLines } from "../figures/draw.js";
import { cures, find, seeds, trials } from "./variants.js";

const every = Object.keys(cures);

/** How the loss falls, on digits learnt from and on others: a column for each network, a row for each trial. */
export function curvesFigure(statistics) {
  const columns = [
    { title: "plain", cures: [] },
    { title: "batch norm", cures: ["batchNorm"] },
    { title: "augmentation", cures: ["augmentation"] },
    { title: "all five", cures: every },
    { title: "all five and convolutions", network: "convolution", cures: every },
  ];
  const size = { width: 236, height: 216 };
  const panels = Object.entries(trials).flatMap(([trial, { digits }]) => {
    const stepsPerEpoch = Math.ceil(digits / find({ trial, cures: [] }).recipe.batchSize);
    return columns.map(({ title, ...choices }) => {
      const points = seeds.flatMap((seed, index) =>
        ["training", "validation"].flatMap((part) =>
          statistics.lines({ trial, ...choices })[index].curve.map((look) => {
            const [y] = look[part];
            return { name: `loss on ${part} digits`, run: seed, x: (look.epoch * stepsPerEpoch) / 1000, y };
          }),
        ),
      );
      const first = title === "plain";
      return smallLines(points, {
        ...size,
        title: first ? `${digits.toLocaleString("en")} digits: plain` : title,
        xLabel: first ? "thousands of steps →" : null,
        yLabel: first ? "↑ nats" : null,
        xDomain: [0, 2.2],
        yDomain: [0, 0.4],
      });
    });
  });
  return drawFigure(panels, { columns: columns.length, ...size });
}

/** What each cure adds to the plain network, and what the whole one loses without it. */
export function worthFigure(statistics) {
  const size = { width: 560, height: 320 };
  const panels = Object.entries(trials).map(([trial, { digits, epochs }]) => {
    const points = worths(trial).flatMap(({ title, added, lost }) => [
      { row: title, name: "added to the plain network", ...interval(statistics.difference(...added)) },
      { row: title, name: "taken out of the whole one", ...interval(statistics.difference(...lost)) },
    ]);
    return intervals(points, {
      ...size,
      title: `${digits.toLocaleString("en")} digits, ${epochs} passes`,
      xLabel: "points of validation accuracy that it brings",
    });
  });
  return drawFigure(panels, { columns: 2, ...size });
}

/** Two standard errors either way. */
const interval = ({ value, error }) => ({ value, interval: 2 * error });

/** The two pairs of networks that differ by a cure; convolutions are one, too. */
function worths(trial) {
  const [plain, whole] = [[], every].map((own) => ({ trial, cures: own }));
  const convolved = (choices) => ({ ...choices, network: "convolution" });
  return [
    ...every.map((cure) => ({
      title: cures[cure].title,
      added: [{ trial, cures: [cure] }, plain],
      lost: [whole, { trial, cures: every.filter((other) => other !== cure) }],
    })),
    { title: "convolutions", added: [convolved(plain), plain], lost: [convolved(whole), whole] },
  ];
}
