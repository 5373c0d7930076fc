/** What the JavaScript peers share: the digits, the clock around epochs and predictions, the line that is printed. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const BATCH = 128;
const SAMPLES = 60_000;
const PIXELS = 784;
const IMAGE_HEADER = 16; // bytes of an IDX file of pictures ahead of them, and of one of labels
const LABEL_HEADER = 8;

export const work = process.argv[2];
export const options = JSON.parse(process.argv[3]);

export const images = (part) =>
  Float32Array.from(
    readFileSync(join(options.mnist, `${part}-images-idx3-ubyte`)).subarray(IMAGE_HEADER),
    (byte) => byte / 255,
  );
export const labels = (part) =>
  Uint8Array.from(readFileSync(join(options.mnist, `${part}-labels-idx1-ubyte`)).subarray(LABEL_HEADER));

export function firstImage() {
  const bytes = new Uint8Array(PIXELS);
  const file = openSync(join(options.mnist, "t10k-images-idx3-ubyte"));
  readSync(file, bytes, { position: IMAGE_HEADER });
  closeSync(file);
  return Float32Array.from(bytes, (byte) => byte / 255);
}

/** Random weights, uniform in ±1 / √inputs. */
export const weights = (count, inputs) =>
  Float32Array.from({ length: count }, () => (2 * Math.random() - 1) / Math.sqrt(inputs));

/** The package's name and the version that package.json asks for, which is exact. */
export const version = (name) => `${name} ${dependencies[name]}`;

/** The middle one. */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Seconds an epoch of the first batches, multiplied up to a whole one; the median of those after the first. */
async function timeOf(epochs, batches, run) {
  const samples = Math.min(SAMPLES, (batches ?? Infinity) * BATCH);
  const seconds = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const begin = performance.now();
    await run(permutation(samples));
    seconds.push(((performance.now() - begin) / 1000) * (SAMPLES / samples));
  }
  return { secondsPerEpoch: Number(median(seconds.slice(1)).toFixed(4)), batches: batches ?? null, epochs };
}

/** @param trainBatch gets pixels [n · 784], labels [n] and n */
export function timeEpochs(trainBatch) {
  const { epochs, batches } = options;
  const [pictures, classes] = [images("train"), labels("train")];
  return timeOf(epochs, batches, async (order) => {
    for (let begin = 0; begin < order.length; begin += BATCH) {
      const indices = order.subarray(begin, begin + BATCH);
      const pixels = new Float32Array(indices.length * PIXELS);
      indices.forEach((sample, row) => {
        pixels.set(pictures.subarray(sample * PIXELS, (sample + 1) * PIXELS), row * PIXELS);
      });
      await trainBatch(
        pixels,
        Int32Array.from(indices, (sample) => classes[sample]),
        indices.length,
      );
    }
  });
}

/** For libraries that take their samples one by one. @param trainEpoch gets the order, pixels and labels of all */
export function timeOnlineEpochs(trainEpoch) {
  const { epochs, batches } = options;
  const [pictures, classes] = [images("train"), labels("train")];
  const pictureOf = (sample) => pictures.subarray(sample * PIXELS, (sample + 1) * PIXELS);
  return timeOf(epochs, batches, (order) => trainEpoch(order, pictureOf, classes));
}

function permutation(count) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

export const oneHot = (classes) => {
  const targets = new Float32Array(classes.length * 10);
  classes.forEach((digit, row) => (targets[row * 10 + digit] = 1));
  return targets;
};

/** The part of the test digits that is right. @param scores of n pictures [n · 784] → [n · 10] */
export async function testAccuracy(scores) {
  const [pictures, classes] = [images("t10k"), labels("t10k")];
  let right = 0;
  for (let begin = 0; begin < classes.length; begin += 1000) {
    const result = await scores(pictures.slice(begin * PIXELS, (begin + 1000) * PIXELS), 1000);
    for (let i = 0; i < 1000; i++) {
      if (highest(result.subarray(10 * i, 10 * (i + 1))) === classes[begin + i]) right++;
    }
  }
  return right / classes.length;
}

export function highest(scores) {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return best;
}

/** scores of n pictures → [n · 10], maybe a promise; the quicker of batches of 1,000 and all 10,000 counts. */
export async function timePredictions(name, scores) {
  const pictures = images("t10k");
  const [calls, sweeps, sizes] = name === "W1" ? [5000, 7, [1000, 10_000]] : [1000, 3, [1000]];
  const times = [];
  for (let call = 0; call < 300 + calls; call++) {
    const picture = pictures.slice((call % 10_000) * PIXELS, ((call % 10_000) + 1) * PIXELS);
    const begin = performance.now();
    const result = scores(picture, 1);
    highest(result instanceof Promise ? await result : result);
    times.push((performance.now() - begin) * 1000);
  }
  const speeds = [];
  for (const size of sizes) {
    const each = [];
    for (let sweep = 0; sweep <= sweeps; sweep++) {
      const begin = performance.now();
      for (let first = 0; first < 10_000; first += size) {
        await scores(pictures.subarray(first * PIXELS, (first + size) * PIXELS), size);
      }
      each.push(10_000_000 / (performance.now() - begin));
    }
    speeds.push(median(each.slice(1)));
  }
  return {
    [`${name}MicrosecondsPerImage`]: Number(median(times.slice(300)).toFixed(2)),
    [`${name}ImagesPerSecond`]: Math.round(Math.max(...speeds)),
  };
}

/** Prints the result and ends, whatever the library still has running. */
export function tell(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
