/**
 * docs/ablations.md: the words by hand, the numbers from what was measured. A sentence that draws a conclusion stands
 * beside its condition, in `found`: when a new measurement no longer bears it out, nothing is written, and the sentence is
 * to be thought over.
 */
import { change, fixed, spread, table } from "./tables.js";
import { cures, seeds, trials, variants } from "./variants.js";

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
  const gap = (choices) => statistics.of(choices, "gap").mean;
  const gained = (choices, reference) => statistics.difference(choices, reference);
  const points = (choices, reference) => fixed(Math.abs(gained(choices, reference).value), 2);
  const worth = (a, b) => change(gained(a, b));
  const isBetter = (a, b) => gained(a, b).clear && gained(a, b).value > 0;
  const isAlike = (a, b) => !gained(a, b).clear;
  const isSurer = (a, b) => {
    const { value, clear } = statistics.difference(a, b, "validationLoss");
    return clear && value < 0;
  };
  /** Whether batch norm is worth the same to eight hidden layers as to two; an error of two differences is √2 of one. */
  const isAlikeAtDepth = () => {
    const at = (layers) => gained(deep(alone("many", "batchNorm"), layers), deep(plain("many"), layers));
    const [eight, two] = [at(8), at(2)];
    return Math.abs(eight.value - two.value) < 2 * Math.hypot(eight.error, two.error);
  };
  const weights = (choices) => statistics.lines(choices)[0].parameters.toLocaleString("en");
  const convolved = (choices) => ({ ...choices, network: "convolution" });
  const deep = (choices, layers) => ({ ...choices, layers });
  const both = Object.keys(trials);

  return `# What each cure is worth

A network can fail in two ways. It may not have learnt enough in the time that it was given: then it errs on the digits that it learns from as well. Or it may have learnt those by heart: then it errs on all others. For either there are cures, and each comes with a story that makes it sound indispensable. This page tries them: added alone to a plain network, and taken out of one that has all of them. What is worth something in the first place and nothing in the second is a cure that others can replace.

One command trains what is compared, each network with ${seeds.length} seeds, and writes this page with its figures; what was measured before is not trained again.

\`\`\`
npm run ablations
\`\`\`

## In short

${found(
  both.every(
    (trial) =>
      isBetter(convolved(plain(trial)), plain(trial)) &&
      isBetter(convolved(all(trial)), all(trial)) &&
      every.every((cure) => !isBetter(alone(trial, cure), convolved(plain(trial)))),
  ),
  `- **First the right network.** Convolutions in place of one dense layer are worth ${points(convolved(plain("many")), plain("many"))} points with many digits and ${points(convolved(plain("few")), plain("few"))} with few, and the whole network gains by them too. No single cure does clearly more for a dense network.`,
)}
${found(
  every.every((cure) => cure === "augmentation" || isBetter(alone("few", "augmentation"), alone("few", cure))) &&
    every.every((cure) => cure === "augmentation" || isBetter(without("few", cure), without("few", "augmentation"))) &&
    isBetter(alone("few", "augmentation"), without("few", "augmentation")),
  `- **Then more to learn from.** Where digits are few, augmentation alone is worth ${points(alone("few", "augmentation"), plain("few"))} points, the other four together ${points(without("few", "augmentation"), plain("few"))}.`,
)}
${found(
  isBetter(alone("many", "schedule"), plain("many")) &&
    both.every((trial) => isBetter(all(trial), without(trial, "schedule"))) &&
    every.every((cure) => cure === "schedule" || isBetter(alone("many", "schedule"), alone("many", cure))),
  `- **Then a rate that rises and falls.** It costs nothing; where time is short, nothing else that a dense network was given did as much, and in both trials the whole network misses it.`,
)}
${found(
  both.every((trial) => isBetter(without(trial, "dropout"), all(trial))) &&
    both.every((trial) => !isBetter(all(trial), without(trial, "batchNorm"))),
  `- **All cures are not the best cure.** In both trials the whole network reads better without dropout, and as well without batch norm.`,
)}

## What was tried

The **plain network** is 784-128-128-10 with ReLU (${weights(plain("many"))} weights), learning with Adam [Kingma15] at a constant rate of 0.001, in batches of 128. The cures:

- **Batch norm** [Ioffe15], ahead of each ReLU: every unit's sums are brought to mean 0 and variance 1 over the batch, then scaled and shifted as the unit likes, \`y = γ·(x − μ)/√(σ² + ε) + β\`.
- **Weight decay** [Loshchilov19], λ = 0.3: each step also shrinks every weight, \`w ← (1 − η·λ)·w\`. At the rate η = 0.001 a weight that nothing holds up loses two fifths to a half of itself in a training.
- **Dropout** [Srivastava14], 0.2 behind each hidden layer: in every step another fifth of the units is silent.
- **Augmentation** [Simard03]: each digit is turned, enlarged, slanted, moved and bent a little, anew each time ([augmentation.md](augmentation.md); \`affine\` with 10 degrees, scale 0.1, shear 0.1 and 2 pixels, then \`elastic\` with amplitude 0.65).
- **One cycle** [Smith19] in place of the constant rate: up to 0.004 during the first 15 % of the steps, then down to 0.
- **Convolutions** [LeCun98] in place of the first hidden layer: 8 filters of 5×5 pixels that take every second place, 16 of 3×3, a 2×2 max pool. What comes out are 7×7×16 = 784 numbers again, and behind them stands 784-128-10: ${weights(convolved(plain("many")))} weights in all.

The **whole** network has the first five. Each network stands in two trials. With **many** digits, 55,000, it has 5 passes, which is little time. With **few**, the first 5,000 of them, it has 40, which is time enough to know them all; the number of steps is not much different (2,150 and 1,600).

**What is judged:** loss and accuracy on 5,000 digits that are held out from the training file for validation, and on the first 5,000 of those learnt from, as they are and without dropout. The _gap_ is how many points more of the latter are read. The test digits are not opened.

**How sure it is:** means over seeds 1, 2 and 3, with the sample deviation behind ±. A difference stands with its standard error, \`s·√(2/3)\`, where s is the deviation between seeds over all networks of the trial (${fixed(statistics.spread("many"), 2)} points with many digits, ${fixed(statistics.spread("few"), 2)} with few). **≈ stands ahead of what is less than two standard errors, and may be nothing.** With so many comparisons, one or two that are nothing will look like something all the same. One digit of the 5,000 is 0.02 points; that other 5,000 would have said something a little different is in none of these errors.

**What it does not say:** the doses were chosen with seed 0, on the same validation digits, among two to four each, for the plain network; the rates were not looked for anew for each. A larger network, or a longer training, can bear more of everything.

![Dots with intervals, for many and for few digits: what each cure adds to the plain network, and what the whole one loses without it.](figures/ablations-worth.svg)

A dot is hollow where its interval, two standard errors either way, holds 0. Left of the line a cure does harm.

## Many digits, little time

${addedTable("many")}

${takenTable("many")}

${found(
  isBetter(alone("many", "schedule"), plain("many")),
  `- **A constant rate is a compromise.** A large one goes far, a small one settles. One cycle does both, one after the other.`,
)}
${found(
  isSurer(alone("many", "batchNorm"), plain("many")) && gap(alone("many", "batchNorm")) > gap(plain("many")),
  `- **Batch norm learns faster,** which is what it was made for: after the same time it reads ${learnt(alone("many", "batchNorm"))} % of the digits learnt from, the plain network ${learnt(plain("many"))} %. On other digits less of that is left, a lower loss above all.`,
)}
${found(
  ["weightDecay", "dropout", "augmentation"].every((cure) => !isBetter(alone("many", cure), plain("many"))) &&
    ["weightDecay", "dropout", "augmentation"].every((cure) => gap(alone("many", cure)) < gap(plain("many"))),
  `- **Who has not eaten too much needs no diet.** Weight decay, dropout and augmentation hold a network back from learning by heart, and each of them makes the gap smaller. But in five passes the plain network has not got to learning by heart: held back, it only learns less of everything. Hence nothing clear is won by any of the three.`,
)}
${found(
  isBetter(without("many", "dropout"), all("many")) &&
    variants
      .filter(({ trial, network }) => trial === "many" && network === "dense")
      .every((other) => gained(other, without("many", "dropout")).value <= 0),
  `- **A diet on top of a diet is hunger.** Without dropout the whole network reads ${points(without("many", "dropout"), all("many"))} points more: ${accuracy(without("many", "dropout"))} %, the most of all dense ones here. Its 128 units have augmented digits to learn already, and dropout takes a fifth of them away.`,
)}
${found(
  isBetter(convolved(plain("many")), plain("many")) && isBetter(convolved(plain("many")), all("many")),
  `- **Convolutions without any cure** read ${accuracy(convolved(plain("many")))} %, with fewer weights; with all five, ${accuracy(convolved(all("many")))} %. No cure tells a dense network that pixels have neighbours, and that a stroke is a stroke wherever it lies.`,
)}

## Few digits, time enough

${addedTable("few")}

${takenTable("few")}

${found(
  statistics.of(plain("few"), "trainingAccuracy").mean > 99.95,
  `- **The plain network knows all its digits,** and of others it reads ${accuracy(plain("few"))} %, where eleven times as many digits gave ${accuracy(plain("many"))} %.`,
)}
${found(
  isBetter(all("few"), without("few", "augmentation")),
  `- **Augmentation is the only cure that adds something to be known:** that a digit stays what it is when it is turned and bent. Weight decay and dropout only take freedom away. The whole network loses ${points(all("few"), without("few", "augmentation"))} points without it.`,
)}
${found(
  isBetter(alone("few", "dropout"), plain("few")) && isBetter(without("few", "dropout"), all("few")),
  `- **Dropout has its place here,** with ${points(alone("few", "dropout"), plain("few"))} points alone. In the whole network, where augmentation does the same work better, it costs ${points(without("few", "dropout"), all("few"))}.`,
)}
${found(
  isAlike(alone("few", "weightDecay"), plain("few")) && isSurer(alone("few", "weightDecay"), plain("few")),
  `- **Weight decay changes little of what is read, but much of how certainly:** the loss is ${loss(alone("few", "weightDecay"))} and not ${loss(plain("few"))}. Small weights make small logits, and a network that errs with some doubt loses less.`,
)}
${found(
  isBetter(plain("few"), alone("few", "batchNorm")),
  `- **Batch norm alone does harm,** ${points(plain("few"), alone("few", "batchNorm"))} points of it. It is a help in learning, and here there was no want of that.`,
)}
${found(
  isBetter(convolved(plain("few")), plain("few")) && isBetter(convolved(all("few")), all("many")),
  `- **The right network and the right cures replace digits:** convolutions with all five read ${accuracy(convolved(all("few")))} % after 5,000 digits, more than the whole dense network after 55,000 (${accuracy(all("many"))} %).`,
)}

## Learning by heart, seen

![Loss on training and on validation digits along the training, for five networks and both trials.](figures/ablations-curves.svg)

Each line is a seed. With many digits both losses fall together. With few, ${found(
    lowest(plain("few")).loss < 0.95 * statistics.of(plain("few"), "validationLoss").mean &&
      lowest(plain("few")).epoch < 20,
    `the plain network's loss on its own digits goes to 0, while that on others is lowest after some ${fixed(lowest(plain("few")).epoch, 0)} of the 40 passes, at ${fixed(lowest(plain("few")).loss, 3)}, and ends at ${loss(plain("few"))}. Nor does it read fewer digits for that: it errs about as often, and is ever more certain when it does.`,
  )} ${found(
    lowest(alone("few", "augmentation")).epoch > 36,
    `With augmentation both losses still fall when the training ends: there is little to be learnt by heart where no digit comes twice the same.`,
  )}

## Depth

Validation accuracy of dense networks, by the number of their hidden layers of 128 units; not every field was trained.

${depthTable()}

${found(
  both.every(
    (trial) =>
      isBetter(all(trial), deep(all(trial), 1)) &&
      !isBetter(deep(all(trial), 4), all(trial)) &&
      isAlike(deep(plain(trial), 4), plain(trial)),
  ),
  `- **A second hidden layer pays where there is more to be learnt,** in the whole network, which meets augmented digits: ${points(all("many"), deep(all("many"), 1))} points with many digits, ${points(all("few"), deep(all("few"), 1))} with few. Two more bring nothing.`,
)}
${found(
  isBetter(plain("many"), deep(plain("many"), 8)) && isAlikeAtDepth(),
  `- **Eight layers learn worse than two,** ${points(plain("many"), deep(plain("many"), 8))} points worse in the same time, although they could say all that two can say. Batch norm helps them (${worth(deep(alone("many", "batchNorm"), 8), deep(plain("many"), 8))}) no more than it helps two (${worth(alone("many", "batchNorm"), plain("many"))}), as far as three seeds can tell.`,
)}
- **What depth needs** is another thing: layers that each see a little more of a picture, and a way past them. [depth.md](depth.md) is about that.
`;

  function addedTable(trial) {
    const row = (title, choices, reference) =>
      cells(title, choices, reference === null ? "" : worth(choices, reference));
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
      ...every.map((cure) => cells(cures[cure].title, without(trial, cure), worth(all(trial), without(trial, cure)))),
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
