/**
 * docs/ablations.md: the words by hand, the numbers from what was measured. A sentence that draws a conclusion stands
 * beside its condition, in `found`: when a new measurement no longer bears it out, nothing is written, and the sentence is
 * to be thought over.
 */
import { change, fixed, signed, spread, table } from "./tables.js";
import { cures, seeds, trials } from "./variants.js";

const every = Object.keys(cures);
const all = (trial, network = "dense") => ({ trial, network, cures: every });
const without = (trial, cure) => ({ trial, cures: every.filter((other) => other !== cure) });
const plain = (trial, network = "dense") => ({ trial, network, cures: [] });
const alone = (trial, cure) => ({ trial, cures: [cure] });

/** @param {import("./statistics.js").Statistics} statistics */
export function documentOf(statistics) {
  const accuracy = (choices) => fixed(statistics.of(choices, "validationAccuracy").mean, 2);
  const loss = (choices) => fixed(statistics.of(choices, "validationLoss").mean, 3);
  const lowest = (choices) => statistics.lowest(choices);
  const learnt = (choices) => fixed(statistics.of(choices, "trainingAccuracy").mean, 2);
  const gained = (choices, reference) => statistics.difference(choices, reference);
  const points = (choices, reference) => signed(gained(choices, reference).value, 2);
  const isBetter = (a, b) => gained(a, b).clear && gained(a, b).value > 0;
  const isAlike = (a, b) => !gained(a, b).clear;
  const weights = (choices) => statistics.lines(choices)[0].parameters.toLocaleString("en");

  return `# What each cure is worth

A network can fail in two ways. It may not have learnt enough in the time it was given: then it errs on the digits that it learns from as well. Or it may have learnt them by heart: then it errs only on digits that it has not seen. For either there are cures, and each comes with a story that makes it sound indispensable. This page tries them, one by one: added alone to a plain network, and taken out of one that has all of them. What is worth something in the first place and nothing in the second is a cure that others replace.

Everything here is made by one command, which trains ${Object.keys(trials).length} trials of the same networks, each with ${seeds.length} seeds, and writes this page:

\`\`\`
npm run ablations
\`\`\`

## What was tried

The **plain network** is 784-128-128-10 with ReLU (${weights(plain("many"))} weights), learning with Adam [Kingma15] at a constant rate of 0.001, in batches of 128. The cures:

- **Batch norm** [Ioffe15], ahead of each ReLU: every unit's sums are brought to mean 0 and variance 1 over the batch, then scaled and shifted as the unit likes, \`y = γ·(x − μ)/√(σ² + ε) + β\`.
- **Weight decay** [Loshchilov19], 0.3: each step also shrinks every weight, \`w ← (1 − η·λ)·w\`. At rate 0.001 a weight that nothing holds up loses a third to a half of itself in a training.
- **Dropout** [Srivastava14], 0.2 behind each hidden layer: in every step another fifth of the units is silent.
- **Augmentation** [Simard03]: each digit is turned, enlarged, slanted, moved and bent a little, anew each time ([augmentation.md](augmentation.md), \`affine\` with 10 degrees, scale 0.1, shear 0.1 and 2 pixels, then \`elastic\` with amplitude 0.65).
- **One cycle** [Smith19] in place of the constant rate: up to 0.004 during the first 15 % of the steps, then down to 0.
- **Convolutions** [LeCun98] in place of the first hidden layer: 8 filters of 5×5 pixels that take every second place, 16 of 3×3, a 2×2 max pool. What comes out are 7×7×16 = 784 numbers again, and behind them stands 784-128-10: ${weights(plain("many", "convolution"))} weights in all.

Each network stands in two trials. With **many** digits, 55,000, it has 5 passes, which is little time. With **few**, the first 5,000 of them, it has 40, which is time enough to know them all; the number of steps is much the same (2,150 and 1,600).

**What is judged:** the loss and the accuracy on 5,000 digits that are held out from the training file for validation, and on 5,000 of those learnt from, unchanged, with dropout off. The test digits are not opened. **How sure it is:** means over seeds 1, 2 and 3, with the sample deviation behind ±. A difference is given with its standard error, \`s·√(2/3)\`, where s is the deviation between seeds over all networks of the trial (${fixed(statistics.spread("many"), 2)} points with many digits, ${fixed(statistics.spread("few"), 2)} with few); **≈ stands ahead of what is less than two of them, and may be nothing at all.** One digit of the 5,000 is 0.02 points; that other 5,000 digits would have said something a little different is in none of these errors. The doses were chosen with seed 0, which is none of the three, on the same validation digits, among two or three each, for the plain network; the rates were not looked for anew for each network.

![Dots with intervals, for many and for few digits: what each cure adds to the plain network, and what the whole one loses without it.](figures/ablations-worth.svg)

A dot is hollow where its interval, two standard errors either way, holds 0.

## Many digits, little time

${addedTable("many")}

${takenTable("many")}

${found(
    isBetter(alone("many", "schedule"), plain("many")) && isBetter(all("many"), without("many", "schedule")),
    `- **One cycle is worth most, and costs nothing:** ${points(alone("many", "schedule"), plain("many"))} points alone. A large rate goes far, a small one settles, and a constant rate can only do one of both. The last epoch, in which the rate falls to 0, brings more than the two before it.`,
  )}
${found(
    isBetter(alone("many", "batchNorm"), plain("many")),
    `- **Batch norm learns faster,** which is what it was made for: ${points(alone("many", "batchNorm"), plain("many"))} points in the same time.`,
  )}
${found(
    !isBetter(alone("many", "weightDecay"), plain("many")) && !isBetter(alone("many", "dropout"), plain("many")),
    `- **Who has not overeaten needs no diet.** Weight decay and dropout hold a network back from learning by heart. In five passes the plain network has not got to it: it reads ${learnt(plain("many"))} % of the digits learnt from and ${accuracy(plain("many"))} % of the others. Held back, it only learns less.`,
  )}
${found(
    isBetter(plain("many", "convolution"), plain("many")) && isBetter(all("many", "convolution"), all("many")),
    `- **Convolutions with no cure at all** read ${accuracy(plain("many", "convolution"))} %, with fewer weights; with all of them, ${accuracy(all("many", "convolution"))} %. No cure tells a dense network that pixels have neighbours.`,
  )}

## Few digits, time enough

${addedTable("few")}

${takenTable("few")}

${found(
    statistics.of(plain("few"), "trainingAccuracy").mean > 99.9,
    `- **The plain network knows all its digits by heart** (${learnt(plain("few"))} %), and of others it reads ${accuracy(plain("few"))} %.`,
  )}
${found(
    every.every((cure) => cure === "augmentation" || isBetter(alone("few", "augmentation"), alone("few", cure))) &&
      every.every((cure) => cure === "augmentation" || isBetter(without("few", cure), without("few", "augmentation"))),
    `- **Augmentation is worth more than all the others together:** ${points(alone("few", "augmentation"), plain("few"))} points alone, and the whole network without it loses ${points(all("few"), without("few", "augmentation")).slice(1)}. It is the only cure that adds something to be known: that a digit stays what it is when it is turned and bent. The others only take freedom away.`,
  )}

## Learning by heart, seen

![Loss on training and on validation digits along the training, for five networks and both trials.](figures/ablations-curves.svg)

Each line is a seed. With many digits both losses fall together, and what is left between them is small. With few, ${found(
    lowest(plain("few")).loss < 0.95 * statistics.of(plain("few"), "validationLoss").mean && lowest(plain("few")).epoch < 20,
    `the plain network's loss on its own digits goes to 0, while that on others is lowest, ${fixed(lowest(plain("few")).loss, 3)}, after some ${fixed(lowest(plain("few")).epoch, 0)} of 40 passes, and is ${loss(plain("few"))} in the end. Its accuracy does not suffer from that: it errs as often as before, and is ever more certain when it does.`,
  )} ${found(
    lowest(alone("few", "augmentation")).epoch > 36,
    `With augmentation both still fall when the training ends. There is nothing to be learnt by heart, for no digit comes twice.`,
  )}

## Depth

${depthTable()}
`;

  function addedTable(trial) {
    const row = (title, choices, reference) =>
      cells(title, choices, reference === null ? "" : change(gained(choices, reference)));
    return table(heading("added to the plain network", "worth"), [
      row("plain", plain(trial), null),
      ...every.map((cure) => row(cures[cure].title, alone(trial, cure), plain(trial))),
      row("convolutions", plain(trial, "convolution"), plain(trial)),
      row("all five", all(trial), plain(trial)),
      row("all five and convolutions", all(trial, "convolution"), plain(trial)),
    ]);
  }

  /** A cure's worth is what the whole network has more than the one without it. */
  function takenTable(trial) {
    return table(heading("taken out of the whole network", "was worth"), [
      cells("nothing", all(trial), ""),
      ...every.map((cure) =>
        cells(cures[cure].title, without(trial, cure), change(gained(all(trial), without(trial, cure)))),
      ),
    ]);
  }

  /** Validation accuracy by hidden layers; not every field was trained. */
  function depthTable() {
    const columns = [
      { title: "many: plain", layers: [1, 2, 4, 8], choices: plain("many") },
      { title: "many: batch norm", layers: [2, 4, 8], choices: alone("many", "batchNorm") },
      { title: "many: all five", layers: [1, 2, 4], choices: all("many") },
      { title: "few: plain", layers: [1, 2, 4], choices: plain("few") },
      { title: "few: all five", layers: [1, 2, 4], choices: all("few") },
    ];
    return table(
      ["hidden layers", ...columns.map(({ title }) => title)],
      [1, 2, 4, 8].map((layers) => [
        String(layers),
        ...columns.map((column) =>
          column.layers.includes(layers)
            ? spread(statistics.of({ ...column.choices, layers }, "validationAccuracy"), 2)
            : "",
        ),
      ]),
    );
  }

  function heading(first, last) {
    return [first, "training, %", "validation, %", "gap", "loss", last];
  }

  function cells(title, choices, last) {
    return [
      title,
      spread(statistics.of(choices, "trainingAccuracy"), 2),
      spread(statistics.of(choices, "validationAccuracy"), 2),
      fixed(statistics.of(choices, "gap").mean, 2),
      spread(statistics.of(choices, "validationLoss"), 3),
      last,
    ];
  }
}

/** A sentence and what must be true for it. @throws {Error} when it is not */
function found(condition, sentence) {
  if (condition) return sentence;
  throw new Error(
    `docs/ablations.md: what was measured does not bear this out, to be thought over in scripts/ablations/document.js:\n  ${sentence}`,
  );
}
