/** The pictures in the terminal, as text: the same story gives the same lines. */
import { describe, expect, it } from "vitest";
import type { ModelCard } from "inkling";
import { createDataset } from "inkling/data";
import { classScores } from "inkling/nn";
import type { ValueEvaluation } from "inkling/train";
import { bar, drawCloud, drawCurves, sparkline } from "../src/chart.ts";
import { bareText, makeColors, widthOf } from "../src/colors.ts";
import { epochText, headingLine, renderTraining } from "../src/display.ts";
import { renderEvaluation } from "../src/evaluation-view.ts";
import { count, duration, lossText, percent } from "../src/numbers.ts";
import { folded } from "../src/output.ts";
import { drawPicture, halve } from "../src/pictures.ts";
import { Screen } from "../src/screen.ts";
import { Story } from "../src/story.ts";

const plain = makeColors("none");
const full = makeColors("all");
const blankCard: ModelCard = {
  ...{
    task: "classification",
    classNames: [],
    targetNames: [],
    targetUnits: [],
    recipe: null,
    seed: 1,
    history: [],
    origin: null,
  },
  preprocessing: { scale: 1, table: null },
  temperature: 1,
};

/** A training of 4 epochs with 100 steps each, told up to a step; the loss falls as 2 / (1 + step / 10). */
function storyUpTo(step: number): Story {
  const story = new Story({ epochs: 4, steps: 400, lastStep: 400 });
  const lossAt = (at: number) => 2 / (1 + at / 10);
  let seen: number[] = [];
  for (let at = 10; at <= step; at += 10) {
    const common = { epoch: Math.ceil(at / 100), step: at, steps: 400, learningRate: 0.01, samples: at * 128 };
    seen = at % 100 === 10 ? [lossAt(at)] : [...seen, lossAt(at)];
    const loss = seen.reduce((sum, value) => sum + value, 0) / seen.length; // the epoch's mean so far
    const values = { loss, accuracy: 1 - lossAt(at) / 4, meanAbsoluteError: null };
    const time = { took: 0.1, seconds: at / 100 };
    story.observe({ kind: "progress", ...common, ...values, batchLoss: lossAt(at) }, time);
    if (at % 100 > 0) continue;
    const validation = {
      validationLoss: lossAt(at) * 0.8,
      validationAccuracy: 0.9 + at / 10_000,
      validationMeanAbsoluteError: null,
    };
    story.observe({ kind: "epoch", ...common, ...values, ...validation }, { took: 0.05, seconds: at / 100 });
  }
  return story;
}

describe("the live block", () => {
  it("shows epoch, curve, accuracies, speed and time left", () => {
    expect(renderTraining(storyUpTo(250), { columns: 80, colors: plain }).join("\n")).toMatchInlineSnapshot(`
      "
        epoch 3/4  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━────────────────────────────    50 %

         1.000 │ ⠈⠢⡀                                                               
          loss │   ⠉⠢⣀                                                             
         (log) │      ⠉⠒⠤⣀⡀                                                        
               │          ⠈⠉⠒⠢⠤⣀⣀⡀                                                 
               │                •⠈⠉⠑⠒⠒⠤⠤⢄⣀⣀⣀                                       
        0.0762 │                            ⠉⠉⠉⠑••⠒⠢⠤⠤⠤⠤⣀⣀                         
               └────────────────1────────────────2───────────────3────────────────4
                ⠒⠒ training   • validation   logarithmic axis   over epochs

        train 98.08 %   validation 92.00 %   12,800 images/s   1.5 s left
      "
    `);
  });

  it("has something to show before the first step", () => {
    const story = new Story({ epochs: 4, steps: 400, lastStep: 400 });
    expect(renderTraining(story, { columns: 60, colors: plain }).join("\n")).toMatchInlineSnapshot(`
      "
        epoch 1/4  ────────────────────────────────────     0 %

               │                                               
          loss │                                               
         (log) │                                               
               │                                               
               │                                               
               │                                               
               └───────────1───────────2──────────3───────────4
                ⠒⠒ training   • validation   logarithmic axis

        train –   validation –   0 images/s
      "
    `);
  });

  it.each([60, 40])("cuts nothing at %d columns", (columns) => {
    const wide = renderTraining(storyUpTo(250), { columns: 100, colors: plain }).join("\n");
    const lines = renderTraining(storyUpTo(250), { columns, colors: plain });
    const facts = lines.at(-2)?.trim().split("   ") ?? [];
    expect(facts).toContain("validation 92.00 %");
    for (const fact of facts) expect(wide).toContain(fact);
    expect(lines.join("\n")).toMatch(/⠒⠒ training {3}• validation/);
    expect(lines.join("\n")).toMatch(/ \(log\) │/);
  });

  it("is not pulled by a last batch of few samples", () => {
    const story = new Story({ epochs: 1, steps: 3, lastStep: 3 });
    const report = (step: number, batchLoss: number, samples: number, loss: number) => {
      const rest = { epoch: 1, steps: 3, accuracy: 0, meanAbsoluteError: null, learningRate: 1 };
      story.observe({ kind: "progress", ...rest, step, batchLoss, samples, loss }, { took: 0, seconds: 0 });
    };
    report(1, 1, 100, 1);
    report(2, 0.5, 200, 0.75);
    report(3, 9, 201, (0.75 * 200 + 9) / 201);
    expect(story.points.map(({ step }) => step)).toEqual([1, 3]);
    expect(story.points[1].loss).toBeCloseTo((0.5 * 100 + 9) / 101);
  });

  it.each([1, 2, 12, 20, 40, 80, 120, 300])("never is wider than %d columns, nor wider than 100", (columns) => {
    for (const colors of [plain, full]) {
      const lines = renderTraining(storyUpTo(400), {
        columns,
        colors,
        notes: ["saving after this step", "Ctrl-C again ends at once"],
      });
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(Math.min(columns - 1, 100));
    }
  });

  it("has colours on a terminal that has them, and the same text", () => {
    const colored = renderTraining(storyUpTo(250), { columns: 80, colors: full });
    expect(colored.join("")).toContain("\x1b[38;2;");
    expect(colored.map(bareText)).toEqual(renderTraining(storyUpTo(250), { columns: 80, colors: plain }));
  });
});

describe("the story", () => {
  it("counts speed over the time it learnt, and the time left over all of it", () => {
    const story = storyUpTo(200);
    expect(story.samplesPerSecond).toBeCloseTo(12_800);
    expect(story.secondsLeft).toBeCloseTo(2);
    expect(story.epochFraction).toBe(1);
  });

  it("of a resumed training begins where that one stopped", () => {
    const story = new Story({ epochs: 4, steps: 400, lastStep: 300 }, { step: 200, samples: 25_600 });
    story.observe(
      {
        kind: "progress",
        epoch: 3,
        step: 210,
        steps: 400,
        loss: 1,
        accuracy: 0.5,
        meanAbsoluteError: null,
        batchLoss: 1,
        learningRate: 1,
        samples: 26_880,
      },
      { took: 0.1, seconds: 0.1 },
    );
    expect(story.samplesPerSecond).toBeCloseTo(12_800);
    expect(story.secondsLeft).toBeCloseTo(0.9);
  });

  it("stays small however long the training", () => {
    const story = new Story({ epochs: 1, steps: 100_000, lastStep: 100_000 });
    for (let step = 1; step <= 100_000; step++) {
      const record = {
        epoch: 1,
        step,
        steps: 100_000,
        loss: 1,
        accuracy: 0,
        meanAbsoluteError: null,
        batchLoss: step,
        learningRate: 1,
        samples: step,
      };
      story.observe({ kind: "progress", ...record }, { took: 0, seconds: 1 });
    }
    expect(story.points.length).toBeLessThan(4096);
    expect(story.points.at(-1)?.step).toBeGreaterThan(99_000);
  });
});

describe("lines for a log", () => {
  it("say which training, and how each epoch went", () => {
    const heading = { recipe: "mlp", seed: 3, parameters: 235_530, threads: 1, module: "simd" };
    expect(headingLine(heading, { colors: plain, where: "runs/mlp-3-1" })).toBe(
      "mlp · seed 3 · 235,530 parameters · 1 thread · simd · runs/mlp-3-1",
    );
    const line = {
      ...{ epoch: 2, step: 20, loss: 0.0712, accuracy: 0.9781, validationLoss: 0.08, validationAccuracy: 0.976 },
      ...{ learningRate: 0.01, samples: 2560, seconds: 4.21, imagesPerSecond: 98_120 },
      ...{ meanAbsoluteError: null, validationMeanAbsoluteError: null },
    };
    expect(epochText(line, { epochs: 10, colors: plain })).toBe(
      "epoch  2/10   loss 0.0712   train 97.81 %   validation 97.60 %   98,120 images/s   4.2 s",
    );
    const without = epochText({ ...line, validationAccuracy: null }, { epochs: 10, colors: plain });
    expect(without).not.toContain("validation");
  });

  it("lose whole words where there is no room, the least important first", () => {
    const heading = { recipe: "mlp", seed: 3, parameters: 235_530, threads: 1, module: "simd" };
    const fitted = (width: number) => headingLine(heading, { colors: plain, where: "runs/mlp-3-1", width });
    expect(fitted(57)).toBe("mlp · seed 3 · 235,530 parameters · runs/mlp-3-1");
    expect(fitted(37)).toBe("mlp · runs/mlp-3-1");
    const line = {
      ...{ epoch: 2, step: 20, loss: 0.0712, accuracy: 0.9781, validationLoss: 0.08, validationAccuracy: 0.976 },
      ...{ learningRate: 0.01, samples: 2560, seconds: 4.21, imagesPerSecond: 98_120 },
      ...{ meanAbsoluteError: null, validationMeanAbsoluteError: null },
    };
    const narrow = (width: number) => epochText(line, { epochs: 10, colors: plain, brief: true, width });
    expect(narrow(57)).toBe("epoch  2/10   train 97.81 %   validation 97.60 %   4.2 s".replace("   4.2 s", ""));
    expect(narrow(37)).toBe("epoch  2/10   validation 97.60 %");
  });
});

describe("charts", () => {
  it("draws bars in eighths", () => {
    expect([0, 0.5, 0.53125, 1, 7].map((fraction) => bar(fraction, 4))).toEqual([
      "    ",
      "██  ",
      "██▏ ",
      "████",
      "████",
    ]);
  });

  it("draws curves in braille, joined where they are steep", () => {
    const paint = (text: string) => text;
    const range = { columns: 2, lines: 1, low: 0, high: 3 };
    expect(drawCurves([{ values: [3, 2, 1, 0], joined: true, paint }], range)).toEqual(["⠑⢄"]);
    expect(drawCurves([{ values: [3, 0], joined: true, paint }], range)).toEqual(["⢱ "]);
    expect(drawCurves([{ values: [3, 0], joined: false, paint }], range)).toEqual(["⢁ "]);
  });

  it("draws sparklines from the smallest to the largest", () => {
    expect(sparkline([0, 0.5, 1])).toBe("▁▅█");
    expect(sparkline([3, 3])).toBe("▁▁");
  });
});

describe("pictures", () => {
  const picture = { width: 2, height: 4, pixels: [0, 255, 0, 255, 128, 0, 128, 0] };

  it("puts two pixels into a character", () => {
    expect(drawPicture(picture, { colors: full })[0]).toBe(
      "\x1b[38;2;0;0;0;48;2;0;0;0m▀\x1b[39;49m\x1b[38;2;255;255;255;48;2;255;255;255m▀\x1b[39;49m",
    );
    expect(drawPicture(picture, { colors: makeColors("256") })[1]).toBe(
      "\x1b[38;5;244;48;5;244m▀\x1b[39;49m\x1b[38;5;16;48;5;16m▀\x1b[39;49m",
    );
  });

  it("uses characters of more and less ink where there are no colours", () => {
    expect(drawPicture(picture, { colors: plain })).toEqual([" @", "+ "]);
  });

  it("halves by the mean of four pixels", () => {
    expect([...(halve(picture).pixels as Uint8Array)]).toEqual([127, 64]);
  });
});

describe("remarks", () => {
  it("of one kind are folded into one when they are many", () => {
    const lacking = (name: string) => `the class "${name}" has no training row: nothing is learnt of it`;
    const other = 'the column "x" has one value';
    expect(folded([...["a", "b", "c"].map(lacking), other])).toEqual([...["a", "b", "c"].map(lacking), other]);
    expect(folded([...["a", "b", "c", "d", "e"].map(lacking), other])).toEqual([
      'the class … has no training row: nothing is learnt of it (5 times: "a", "b", "c", …)',
      other,
    ]);
  });
});

describe("numbers", () => {
  it("are as people read them", () => {
    expect([count(235_530.4), percent(0.98617), percent(0.5, 0)]).toEqual(["235,530", "98.62 %", "50 %"]);
    expect([2.3456, 0.071_23, 12_345, Number.NaN].map(lossText)).toEqual(["2.346", "0.0712", "1.23e+4", "NaN"]);
    expect([0.04, 9.97, 75, 7300].map(duration)).toEqual(["0.0 s", "10 s", "1 min 15 s", "2 h 1 min"]);
  });
});

describe("the screen", () => {
  /** A terminal that keeps what it is sent. */
  function terminal(columns: number): { stream: NodeJS.WriteStream; written: () => string } {
    let text = "";
    const stream = { columns, isTTY: true, write: (part: string) => ((text += part), true) };
    return { stream: stream as unknown as NodeJS.WriteStream, written: () => text };
  }

  it("goes back over what it drew, counting lines that a narrow window broke in two", () => {
    const { stream, written } = terminal(10);
    const screen = new Screen(stream);
    screen.draw(() => ["short", "a line of 17 cols"]);
    screen.draw(() => ["new"], { now: true });
    screen.print("stays");
    screen.close();
    expect([...written().matchAll(/\[(\d+)A/g)].map(([, rows]) => rows)).toEqual(["3", "1"]);
    expect(written()).toMatch(/stays\nnew\n/);
    expect(written().startsWith("\x1b[?25l")).toBe(true);
    expect(written().endsWith("\x1b[?25h")).toBe(true);
  });

  it("takes a terminal that does not know its width for one of 80 columns", () => {
    const { stream, written } = terminal(0);
    const screen = new Screen(stream);
    expect(screen.columns).toBe(80);
    screen.print("above");
    screen.draw(() => ["one", "two"], { now: true });
    screen.draw(() => ["three"], { now: true });
    screen.close();
    expect([...written().matchAll(/\[(\w+)A/g)].map(([, rows]) => rows)).toEqual(["2"]);
  });

  it("draws at most ten times a second, and does not even ask for lines in between", () => {
    const { stream } = terminal(80);
    const screen = new Screen(stream);
    let asked = 0;
    for (let times = 0; times < 1000; times++) screen.draw(() => [String(++asked)]);
    screen.close();
    expect(asked).toBeLessThan(10);
  });
});

describe("a cloud of points", () => {
  it("lies over the diagonal, lowest at the left below", () => {
    const points = [
      [0, 0],
      [5, 5],
      [10, 10],
      [10, 0],
    ] as const;
    const lines = drawCloud(
      { points, low: 0, high: 10, paint: (text) => text, paintLine: (text) => text },
      { columns: 8, lines: 4 },
    );
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "      ⡀⠈
          ⡀⠂  
        ⡀⠂    
      ⡀⠂     ⢀"
    `);
  });
});

describe("numbers predicted", () => {
  const said = [10, 21, 29, 44, 50, 58];
  const targets = [11, 20, 30, 40, 51, 60];
  const result: ValueEvaluation = {
    ...{ task: "regression", samples: 6, loss: 0.0123, meanSquaredError: 3.5, rootMeanSquaredError: 1.87 },
    ...{ meanAbsoluteError: 1.67, determination: 0.9876, perTarget: [] },
    predictions: Float32Array.from(said),
    targets: Float32Array.from(targets),
  };
  const data = createDataset({
    inputs: new Float32Array(6),
    targets: Float32Array.from(targets),
    inputShape: [1],
    targetNames: ["years"],
  });
  const view = { file: "model.safetensors", card: blankCard, data, origin: null };

  it("are shown as figures, dots and rows", () => {
    const lines = renderEvaluation(result, view, { columns: 80, colors: plain });
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "
        model.safetensors · seed 1 · 6 test rows

        off by       ±1.67      in the mean, in units of years
        half         ±1.00      or less for half of the rows
        nine in ten  ±4.00      or less for nine in ten
        RMSE         1.87       root of the mean square: far misses weigh more
        R²           0.9876     1 is perfect, 0 no better than always saying the mean
        loss         0.0123     in the units that it was trained in

        60.00 │                                            ⡀⠄⠠    from small to large
         said │                                         ⡀⠂⠁         was   said    off
              │                                     ⡀⢀⠂⠁          11.00  10.00  −1.00
              │                                  ⡀⠄⠂              20.00  21.00  +1.00
              │                            ⠂  ⡀⠂⠁                 30.00  29.00  −1.00
              │                           ⡀⠄⠂⠁                    40.00  44.00  +4.00
              │                        ⡀⠄⠂                        51.00  50.00  −1.00
              │                     ⠄⠂⠁                           60.00  58.00  −2.00
              │                 ⡀⠠⠂⠁
              │              ⡀⠄⠁                                  missed by most
              │         ⡀ ⠄⠂⠁                                     40.00  44.00  +4.00
              │       ⡀⠄⠂⠁                                        60.00  58.00  −2.00
              │    ⡀⠄⠁                                            11.00  10.00  −1.00
        10.00 │⢀⠄⠂⠁                                               20.00  21.00  +1.00
              └───────────────────────────────────────────────
               10.00           years as it was           60.00
      "
    `);
  });

  it.each([20, 40, 60, 80, 120, 200])("keep to %d columns where there is room at all", (columns) => {
    const lines = renderEvaluation(result, view, { columns, colors: full });
    if (columns >= 80) expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    expect(lines.map(bareText)).toEqual(renderEvaluation(result, view, { columns, colors: plain }));
  });
});

describe("classes with names", () => {
  const judge = (classNames: string[]) => {
    const classes = classNames.length;
    const confusion = classNames.map((_, row) =>
      classNames.map((__, column) => (row === column ? 8 : column === (row + 1) % classes ? 2 : 0)),
    );
    const inputs = new Float32Array(classes * 10);
    const labels = Uint8Array.from({ length: classes * 10 }, (_, sample) => Math.floor(sample / 10));
    const data = createDataset({ inputs, labels, inputShape: [1], classNames });
    const result = {
      ...{
        task: "classification" as const,
        samples: classes * 10,
        accuracy: 0.8,
        wrong: 2 * classes,
        loss: 0.5,
        binary: null,
      },
      ...{
        interval: [0.7, 0.9] as [number, number],
        confusion,
        perClass: classScores(confusion),
        calibrationError: 0.01,
        uncalibratedError: 0.01,
        reliability: [],
        refusal: null,
        strangeness: null,
      },
    };
    return { result, view: { file: "model.safetensors", card: blankCard, data, origin: null } };
  };

  it.each([
    ["stand above their columns when there is room", ["cat", "dog", "guinea pig"], /cat +dog +guinea pig/],
    [
      "are numbered when there is none",
      ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt"],
      /\n +1 +2 +3 +4 +5 +6 +7 .*\n +1 T-shirt\/top/,
    ],
    [
      "are a list, the worst first, when there are many",
      Array.from({ length: 40 }, (_, index) => `class ${index}`),
      /class, the 20 worst of 40/,
    ],
  ])("%s", (_, classNames, expected) => {
    const { result, view } = judge(classNames);
    for (const columns of [80, 120]) {
      const lines = renderEvaluation(result, view, { columns, colors: plain });
      if (columns === 80) expect(lines.join("\n")).toMatch(expected);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    }
  });
});
