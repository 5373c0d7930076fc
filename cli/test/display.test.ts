/** The pictures in the terminal, as text: the same story gives the same lines. */
import { describe, expect, it } from "vitest";
import { bar, drawCurves, sparkline } from "../src/chart.ts";
import { bareText, makeColors, widthOf } from "../src/colors.ts";
import { epochText, headingLine, renderTraining } from "../src/display.ts";
import { count, duration, lossText, percent } from "../src/numbers.ts";
import { drawPicture, halve } from "../src/pictures.ts";
import { Screen } from "../src/screen.ts";
import { Story } from "../src/story.ts";
import { nearest } from "../src/suggestion.ts";

const plain = makeColors("none");
const full = makeColors("all");

/** A training of 4 epochs with 100 steps each, told up to a step; the loss falls as 2 / (1 + step / 10). */
function storyUpTo(step: number): Story {
  const story = new Story({ epochs: 4, steps: 400, lastStep: 400 });
  const lossAt = (at: number) => 2 / (1 + at / 10);
  for (let at = 10; at <= step; at += 10) {
    const common = { epoch: Math.ceil(at / 100), step: at, steps: 400, learningRate: 0.01, samples: at * 128 };
    const values = { loss: lossAt(at), accuracy: 1 - lossAt(at) / 4, meanAbsoluteError: null };
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
               │      ⠉⠒⠤⣀⡀                                                        
               │          ⠈⠉⠒⠢⠤⣀⣀⡀                                                 
               │                ⠒⠈⠉⠑⠒⠒⠤⠤⢄⣀⣀⣀                                       
        0.0762 │                            ⠉⠉⠉⠑⢒⡒⠒⠢⠤⠤⠤⠤⣀⣀                         
               └────────────────1────────────────2───────────────3────────────────4

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
               │                                               
               │                                               
               │                                               
               │                                               
               └───────────1───────────2──────────3───────────4

        train –   validation –   0 images/s
      "
    `);
  });

  it.each([1, 2, 12, 20, 40, 80, 120, 300])("never is wider than %d columns, nor wider than 100", (columns) => {
    for (const colors of [plain, full]) {
      const lines = renderTraining(storyUpTo(400), { columns, colors, note: "saving after this step" });
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
    expect(story.imagesPerSecond).toBeCloseTo(12_800);
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
    expect(story.imagesPerSecond).toBeCloseTo(12_800);
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
    expect(headingLine(heading, plain)).toBe("mlp · seed 3 · 235,530 parameters · 1 thread · simd");
    const line = {
      ...{ epoch: 2, step: 20, loss: 0.0712, accuracy: 0.9781, validationLoss: 0.08, validationAccuracy: 0.976 },
      ...{ learningRate: 0.01, samples: 2560, seconds: 4.21, imagesPerSecond: 98_120 },
    };
    expect(epochText(line, { epochs: 10, colors: plain })).toBe(
      "epoch  2/10   loss 0.0712   train 97.81 %   validation 97.60 %   98,120 images/s   4.2 s",
    );
    const without = epochText({ ...line, validationAccuracy: null }, { epochs: 10, colors: plain });
    expect(without).not.toContain("validation");
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

describe("numbers", () => {
  it("are as people read them", () => {
    expect([count(235_530.4), percent(0.98617), percent(0.5, 0)]).toEqual(["235,530", "98.62 %", "50 %"]);
    expect([2.3456, 0.071_23, 12_345, Number.NaN].map(lossText)).toEqual(["2.346", "0.0712", "1.23e+4", "NaN"]);
    expect([0.04, 9.97, 75, 7300].map(duration)).toEqual(["0.0 s", "10 s", "1 min 15 s", "2 h 1 min"]);
  });
});

describe("suggestions", () => {
  it("know the slips of a hand, and do not guess wildly", () => {
    const words = ["optimizer", "schedule", "epochs", "batchSize"];
    expect(
      ["optimiser", "shedule", "epohcs", "BATCHSIZE", "e", "learning"].map((word) => nearest(word, words)),
    ).toEqual(["optimizer", "schedule", "epochs", "batchSize", null, null]);
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
