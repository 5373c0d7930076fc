/**
 * Toys: points in the plane, for seeing with one's own eyes what a network can part and what it cannot. A straight line
 * parts blobs; none of the others.
 *
 * Every class has as many points as the others, or one more. Each point is moved by noise of the normal distribution. All
 * is drawn from the streams "points" and "order" of the generator that is handed in and nothing from itself, so the same
 * generator gives the same points; for a second set give `rng.stream("test")`.
 */
import { checkSettings, cos, number, sin, whole } from "#base";
import type { Field, Rng } from "#base";
import { MOST_CLASSES } from "./classes.ts";
import { createDataset } from "./dataset.ts";
import type { ClassDataset } from "./dataset.ts";

interface ToyOptions {
  /** How many points in all; at least one for each class. */
  samples: number;
  /** The standard deviation of the noise. */
  noise?: number;
  rng: Rng;
}

type Point = readonly [x: number, y: number];

/**
 * Round clouds, their middles evenly on a circle.
 *
 * `(cos 2πk/K, sin 2πk/K) + noise` for class k of K
 *
 * @param options.noise   0.2 by default
 * @param options.classes K, 3 by default
 */
export function blobs(options: ToyOptions & { classes?: number }): ClassDataset {
  const { classes, ...settings } = checkToy("blobs", options, { noise: 0.2, classes: 3 });
  return points({ ...settings, classNames: numbered(classes) }, (k) => onCircle(k / classes));
}

/**
 * A ring around a ring.
 *
 * `r·(cos 2πu, sin 2πu) + noise`, u uniform in [0, 1), r = 1 for class "outer", ½ for class "inner"
 *
 * @param options.noise 0.05 by default
 */
export function circles(options: ToyOptions): ClassDataset {
  const settings = checkToy("circles", options, { noise: 0.05 });
  return points({ ...settings, classNames: ["outer", "inner"] }, (k, rng) => {
    const [x, y] = onCircle(rng.uniform());
    return k === 0 ? [x, y] : [x / 2, y / 2];
  });
}

/**
 * Two half rings, each with an end in the other.
 *
 * `(cos πu, sin πu) + noise` for class "upper", `(1 − cos πu, ½ − sin πu) + noise` for class "lower", u uniform in [0, 1)
 *
 * @param options.noise 0.1 by default
 */
export function moons(options: ToyOptions): ClassDataset {
  const settings = checkToy("moons", options, { noise: 0.1 });
  return points({ ...settings, classNames: ["upper", "lower"] }, (k, rng) => {
    const [x, y] = onCircle(rng.uniform() / 2);
    return k === 0 ? [x, y] : [1 - x, 0.5 - y];
  });
}

// with fewer turns the arms can nearly be parted by lines; with more a small network needs long
const TURNS = 1.5;

/**
 * Arms wound around each other.
 *
 * `r·(cos 2π(k/K + 1.5·r), sin 2π(k/K + 1.5·r)) + noise` for class k of K, r = √u, u uniform in [0, 1): the root puts more
 * points where the arm is longer
 *
 * @param options.noise   0.02 by default
 * @param options.classes K, 2 by default
 */
export function spirals(options: ToyOptions & { classes?: number }): ClassDataset {
  const { classes, ...settings } = checkToy("spirals", options, { noise: 0.02, classes: 2 });
  return points({ ...settings, classNames: numbered(classes) }, (k, rng) => {
    const radius = Math.sqrt(rng.uniform());
    const [x, y] = onCircle(k / classes + TURNS * radius);
    return [radius * x, radius * y];
  });
}

/**
 * A square whose quarters belong to one class where x and y have the same sign, to the other where they have not: the
 * exclusive or, which no single layer learns.
 *
 * `(±u, ±v) + noise`, u and v uniform in [0, 1)
 *
 * @param options.noise 0 by default
 */
export function xor(options: ToyOptions): ClassDataset {
  const settings = checkToy("xor", options, { noise: 0 });
  return points({ ...settings, classNames: ["same", "different"] }, (k, rng) => {
    const x = rng.uniform(-1);
    const y = rng.uniform();
    return [x, x < 0 === (k === 0) ? -y : y];
  });
}

const CLASSES: Field<number> = {
  fits: (value): value is number => Number.isInteger(value) && Number(value) >= 2 && Number(value) <= MOST_CLASSES,
  want: `a whole number from 2 to ${MOST_CLASSES}`,
};

interface ToySettings {
  samples: number;
  noise: number;
  rng: Rng;
}

/** Options with their defaults; `classes` is one of them where it has a default. */
function checkToy(
  op: string,
  { rng, ...given }: ToyOptions & { classes?: number },
  defaults: { noise: number; classes?: number },
): ToySettings & { classes: number } {
  const { classes = 2 } = defaults;
  const fields = { samples: whole(2), noise: number(0, Infinity, defaults.noise) };
  if (defaults.classes === undefined) return { rng, classes, ...checkSettings(op, given, fields) };
  const settings = checkSettings(op, given, { ...fields, classes: { ...CLASSES, fallback: classes } });
  checkSettings(op, { samples: settings.samples }, { samples: whole(settings.classes) });
  return { rng, ...settings };
}

/** Points of classes in turn, each made by `place` and moved by noise, in random order. */
function points(
  { samples, noise, classNames, rng }: ToySettings & { classNames: readonly string[] },
  place: (label: number, rng: Rng) => Point,
): ClassDataset {
  const source = rng.stream("points");
  const inputs = new Float32Array(2 * samples);
  const labels = new Uint8Array(samples);
  rng
    .stream("order")
    .permutation(samples)
    .forEach((sample, index) => {
      const label = index % classNames.length;
      const [x, y] = place(label, source);
      inputs[2 * sample] = x + noise * source.normal();
      inputs[2 * sample + 1] = y + noise * source.normal();
      labels[sample] = label;
    });
  return createDataset({ inputs, labels, inputShape: [2], classNames });
}

/** The point of the circle about the origin that is reached after so many turns. */
function onCircle(turns: number): Point {
  return [cos(2 * Math.PI * turns), sin(2 * Math.PI * turns)];
}

function numbered(classes: number): string[] {
  return Array.from({ length: classes }, (_, label) => String(label));
}
