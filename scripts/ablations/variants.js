/**
 * What is compared: networks with one cure, with all of them, with all but one.
 *
 * A network is plain or whole, or lies one cure from either: its choices are a list of cures, and everything else about it
 * follows from them. Each stands in two trials, one of speed (all digits, few passes) and one of memory (few digits, many
 * passes); what a cure is worth depends on the illness.
 */
import { createHash } from "node:crypto";

/** The digits and the time that a network is given. Steps: 2,150 and 1,600. */
export const trials = {
  many: { digits: 55_000, epochs: 5 },
  few: { digits: 5_000, epochs: 40 },
};

/** Random numbers of a training: starting weights, order, masks, changes to pictures. */
export const seeds = [1, 2, 3];

const RATE = 1e-3;
const BATCH_SIZE = 128;
const UNITS = 128;
/** Hidden layers of the dense network, where depth is not the question. */
const LAYERS = 2;

/** Each with what it changes in the choices of a network. The doses were chosen with seed 0, which is none of the three. */
export const cures = {
  batchNorm: { title: "batch norm", choices: { norm: [{ type: "batchNorm" }] } },
  weightDecay: { title: "weight decay", choices: { weightDecay: 0.3 } },
  dropout: { title: "dropout", choices: { dropout: 0.2 } },
  augmentation: {
    title: "augmentation",
    choices: {
      augmentation: [
        { type: "affine", degrees: 10, scale: 0.1, shear: 0.1, pixels: 2 },
        { type: "elastic", amplitude: 0.65 },
      ],
    },
  },
  schedule: { title: "one cycle", choices: { learningRate: 4 * RATE, schedule: { type: "oneCycle" } } },
};

const every = Object.keys(cures);

/** Everything that is trained, in the order in which it is. */
export const variants = Object.keys(trials).flatMap((trial) => [
  variant({ trial, cures: [] }),
  variant({ trial, cures: every }),
  ...every.map((cure) => variant({ trial, cures: [cure] })),
  ...every.map((cure) => variant({ trial, cures: every.filter((other) => other !== cure) })),
  ...[[], every].map((own) => variant({ trial, network: "convolution", cures: own })),
  ...[1, 4].flatMap((layers) => [[], every].map((own) => variant({ trial, layers, cures: own }))),
  // how deep a plain network may be, and what batch norm has to do with it
  ...(trial === "few" ? [] : [4, 8].map((layers) => variant({ trial, layers, cures: ["batchNorm"] }))),
  ...(trial === "few" ? [] : [variant({ trial, layers: 8, cures: [] })]),
]);

/** The variant of these choices. @throws {Error} when nobody trains it */
export function find({ trial, network = "dense", layers = LAYERS, cures: own }) {
  const name = nameOf({ trial, network, layers, cures: own });
  const found = variants.find((each) => each.name === name);
  if (found === undefined) throw new Error(`ablations: no variant "${name}" in scripts/ablations/variants.js`);
  return found;
}

function variant({ trial, network = "dense", layers = LAYERS, cures: own }) {
  const recipe = recipeOf(trial, network, layers, Object.assign({}, ...own.map((cure) => cures[cure].choices)));
  const { digits } = trials[trial];
  const basis = createHash("sha256").update(JSON.stringify({ digits, recipe })).digest("hex").slice(0, 16);
  return { name: nameOf({ trial, network, layers, cures: own }), trial, network, layers, cures: own, recipe, basis };
}

/** E.g. "many dense 2: dropout", "few convolution: whole without dropout". */
function nameOf({ trial, network, layers, cures: own }) {
  const missing = every.filter((cure) => !own.includes(cure));
  const described =
    own.length <= 1 ? (own[0] ?? "plain") : `whole${missing.map((cure) => ` without ${cure}`).join("")}`;
  return `${trial} ${network === "dense" ? `dense ${layers}` : network}: ${described}`;
}

/** All choices of a training, as `inkling recipe` has them. Adam where no weight decays, AdamW where they do. */
function recipeOf(trial, network, layers, choices) {
  const { norm = [], dropout = 0, weightDecay = 0, learningRate = RATE, ...others } = choices;
  const bias = norm.length === 0; // a batch norm would take it away again
  const hidden = Array.from({ length: network === "dense" ? layers : 1 }, () => [
    { type: "dense", units: UNITS, bias },
    ...norm,
    { type: "relu" },
    ...(dropout === 0 ? [] : [{ type: "dropout", rate: dropout }]),
  ]);
  const front = [
    { type: "conv2d", filters: 8, size: 5, stride: 2, padding: 2, bias },
    ...norm,
    { type: "relu" },
    { type: "conv2d", filters: 16, size: 3, padding: 1, bias },
    ...norm,
    { type: "relu" },
    { type: "maxPool2d", size: 2 },
  ];
  return {
    architecture: {
      input: [28, 28, 1],
      layers: [
        ...(network === "dense" ? [] : front),
        { type: "flatten" },
        ...hidden.flat(),
        { type: "dense", units: 10 },
      ],
    },
    optimizer: { type: "adamw", learningRate, weightDecay },
    schedule: { type: "constant" },
    batchSize: BATCH_SIZE,
    epochs: trials[trial].epochs,
    ...others,
  };
}
