/**
 * refusal: of junk, how much a model refuses, and how many digits with it. Its threshold, and those of the scores beside
 * it, were set on validation digits; the test digits are counted once. No kind of foreign junk has taught it.
 */
import { AveragedViews, createEngine, Rng, shiftViews } from "inkling";
import { junkKinds, madeUpJunk, refuseJunk } from "inkling/digits";
import { chosenModel, USUAL } from "../chosen-model.js";
import { foreignJunk } from "../junk/kinds.js";
import { loadMnist } from "../mnist.js";

export const title = "junk that a model refuses, kind by kind, and the digits that it refuses with it";

const SHARE = 0.02; // of the validation digits
const MADE_UP = 1000; // of each kind, others than those that taught the model

export async function run({ threads, module, model: path, fashion, photos }, report) {
  const engine = await createEngine({ threads, module });
  try {
    const data = await loadMnist({ validation: 5000 });
    const model = await chosenModel(engine, path);
    if (model.refusal === null) {
      report("the model cannot refuse yet: it learns to");
      await refuseJunk(model, data, { share: SHARE, rng: new Rng(model.card.seed ?? 1) });
    }
    const scores = scoresOf(model);
    const limits = Object.entries(scores).map(([name, score]) => {
      const values = score(data.validation.inputs).toSorted((a, b) => a - b);
      return { name, score, limit: values[values.length - 1 - Math.floor(SHARE * values.length)] };
    });
    const row = (name, images, { blank = 0, part }) => {
      const count = images.length / 784 + blank;
      const refused = (values, limit) => (blank + values.filter((value) => value > limit).length) / count;
      const beside = limits.map(({ name: score, score: of, limit }) => [score, refused(of(images), limit)]);
      const own = refused(model.predict(images).strangeness, 0);
      return { name, part, count, blank, refused: own, scores: Object.fromEntries(beside) };
    };
    const rng = new Rng(2);
    const made = junkKinds.map((kind) =>
      row(kind, madeUpJunk(kind, { count: MADE_UP, digits: data.validation, rng }), { part: "made up" }),
    );
    const foreign = await foreignJunk({ fashion, photos }, report);
    return {
      work: "refusal",
      model: path ?? USUAL,
      threshold: model.refusal.threshold,
      rows: [
        row("validation digits", data.validation.inputs, { part: "digits" }),
        row("test digits", data.test.inputs, { part: "digits" }),
        ...made,
        ...foreign.map(({ name, images, blank }) => row(name, images, { blank, part: "foreign" })),
      ],
    };
  } finally {
    engine.close();
  }
}

/** Other ways to tell: the higher, the stranger. */
function scoresOf(model) {
  const classes = model.outputShape[0];
  const rows = (values) =>
    Array.from({ length: values.length / classes }, (_, at) => values.subarray(at * classes, (at + 1) * classes));
  const least = ({ probabilities }) => rows(probabilities).map((row) => 1 - Math.max(...row));
  return {
    // [Hendrycks17]: how unsure it is of its answer
    unsure: (images) => least(model.predict(images)),
    // [Liu20]: −ln Σ e^x
    energy: (images) =>
      rows(model.predict(images).logits).map((row) => {
        const largest = Math.max(...row);
        return -largest - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
      }),
    // how little it agrees with itself when the picture is moved by two pixels
    disagreement: (images) => least(new AveragedViews(model, shiftViews(2)).predict(images)),
  };
}

export function format({ model, threshold, rows }) {
  const names = Object.keys(rows[0].scores);
  const percent = (part) => `${(100 * part).toFixed(1)} %`.padStart(8);
  const heading = ["".padEnd(22), "pictures".padStart(9), " refused", ...names.map((name) => name.padStart(13))].join(
    "",
  );
  const lines = rows.map(({ name, count, refused, scores }) =>
    [
      name.padEnd(22),
      String(count).padStart(9),
      percent(refused),
      ...names.map((score) => percent(scores[score]).padStart(13)),
    ].join(""),
  );
  const mean = (part, of) => {
    const own = rows.filter((row) => row.part === part && !/like digits/.test(row.name));
    return own.length === 0 ? "–" : percent(own.reduce((sum, row) => sum + of(row), 0) / own.length);
  };
  const blanks = rows.filter(({ blank }) => blank > 0).map(({ name, blank }) => `${blank} ${name}`);
  return [
    `refusal  ${model}, threshold ${threshold.toFixed(2)}`,
    heading,
    ...lines,
    `mean over foreign kinds, without letters like digits:${mean("foreign", ({ refused }) => refused)}; over made-up kinds:${mean("made up", ({ refused }) => refused)}`,
    ...(blanks.length > 0 ? [`found blank by the preparation, and so refused: ${blanks.join(", ")}`] : []),
  ].join("\n");
}
