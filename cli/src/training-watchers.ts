/** Who watches a training: a person at a terminal, a log, a program that reads JSON, or nobody. */
import type { Colors } from "./colors.ts";
import { epochText, headingLine, renderTraining } from "./display.ts";
import type { Heading } from "./display.ts";
import { count } from "./numbers.ts";
import { note, noteColors, noteLine, printJson } from "./output.ts";
import { printable } from "./printable.ts";
import type { EpochLine } from "./runs.ts";
import { shortPath } from "./runs.ts";
import { Screen } from "./screen.ts";
import type { Story } from "./story.ts";

/** Every member but the last is told between two steps. */
export interface Watcher {
  progress(): void;
  epoch(line: EpochLine): void;
  /** The weights are saved, or soon will be: what is going on, for the screen. */
  stopping(): void;
  /** The training is over, however it ended. */
  close(): void;
}

const MOST_LINES = 20; // above the live block, of epochs

/** A live block on a terminal, plain lines elsewhere, JSON lines with --json, nothing with --quiet. */
export function chooseWatcher(
  heading: Heading,
  story: Story,
  options: { json?: boolean; quiet?: boolean },
  { folder, resumed }: { folder: string; resumed: number | null },
): Watcher {
  const colors = noteColors();
  const json = (line: object) => {
    if (options.json) printJson(line);
  };
  if (options.quiet) return { progress() {}, epoch: json, stopping() {}, close() {} };

  const place = printable(shortPath(folder));
  const where = resumed === null ? place : `${place}, from step ${count(resumed)}`;
  const dumb = process.env.TERM === "dumb";
  // JSON lines on the same terminal would run into the block
  if (process.stderr.isTTY && !dumb && !(options.json && process.stdout.isTTY)) {
    return liveWatcher(new Screen(process.stderr), story, { heading, where, colors, json });
  }
  if (!options.json) noteLine(headingLine(heading, { colors, where }));
  return {
    progress() {},
    epoch(line) {
      json(line);
      if (!options.json) noteLine(epochText(line, { epochs: story.epochs, colors, noun: story.noun }));
    },
    stopping: () => note("stopping after this step; Ctrl-C again ends at once"),
    close() {},
  };
}

function liveWatcher(
  screen: Screen,
  story: Story,
  { heading, where, colors, json }: { heading: Heading; where: string; colors: Colors; json: (line: object) => void },
): Watcher {
  let stopping = false;
  const every = Math.ceil(story.epochs / MOST_LINES);
  const lines = () =>
    renderTraining(story, {
      columns: screen.columns,
      colors,
      notes: stopping ? ["saving after this step", "Ctrl-C again ends at once"] : [],
    });
  screen.print("");
  screen.print(`  ${headingLine(heading, { colors, where, width: screen.columns - 3 })}`);
  screen.print("");
  screen.draw(lines, { now: true });
  return {
    progress: () => screen.draw(lines),
    epoch(line) {
      json(line);
      // the curve shows every epoch, lines stand for some
      if (line.epoch % every === 0 || line.epoch === story.epochs) {
        screen.print(`  ${epochText(line, { epochs: story.epochs, colors, brief: true, width: screen.columns - 3 })}`);
      }
      screen.draw(lines, { now: true });
    },
    stopping() {
      stopping = true;
      screen.draw(lines, { now: true });
    },
    close() {
      screen.draw(lines, { now: true });
      screen.close();
    },
  };
}
