/**
 * Convolutions, way by way: every output by itself, Winograd's way, and with bias, ReLU and 2×2 max pooling in one. The
 * tables say how many times as long the direct way takes as Winograd's, by channels and filters: those that
 * `library/src/engine/fused/ways.ts` decides by are the ones of 14×14 pixels. Times are the least of many repetitions, the
 * ways in turns.
 */
import { createEngine } from "inkling";

export const title = "convolutions, way by way";

const CHANNELS = [4, 8, 12, 16, 32, 64, 128];
const FILTERS = [8, 16, 32, 64, 128];
const SIDES = [7, 14];
/** Samples of a batch. */
const BATCH = 32;
/** For each shape, at least. */
const MILLISECONDS = 60;

/** Shapes of networks that people train. */
const SHAPES = [
  { name: "W3 first", side: 28, channels: 1, size: 3, filters: 32 },
  { name: "W3 second", side: 13, channels: 32, size: 3, filters: 64 },
  { name: "5×5", side: 28, channels: 1, size: 5, filters: 6, padding: 2 },
  { name: "5×5 deep", side: 14, channels: 16, size: 5, filters: 32 },
  { name: "5×5 stride 2", side: 28, channels: 1, size: 5, filters: 8, padding: 2, stride: 2 },
  { name: "padded", side: 14, channels: 32, size: 3, filters: 32, padding: 1 },
  { name: "stride 2", side: 28, channels: 16, size: 3, filters: 32, stride: 2 },
];

/** Numbers of a linear congruential generator, from −1 to 1: the same in every run. */
function numbers(length) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Passes of one shape by their names; those that Winograd's way cannot do are missing. */
function passesOf(engine, { side, channels, size, filters, padding = 0, stride = 1 }) {
  const { kernels } = engine;
  const out = Math.floor((side + 2 * padding - size) / stride) + 1;
  const lengths = { batch: BATCH, height: side, width: side, channels, outHeight: out, outWidth: out };
  const window = {
    windowHeight: size,
    windowWidth: size,
    strideY: stride,
    strideX: stride,
    top: padding,
    left: padding,
  };
  const windows = { ...lengths, ...window };
  const pooledWindows = { ...windows, outHeight: out & ~1, outWidth: out & ~1 };
  const make = (...shape) => engine.tensor(numbers(shape.reduce((a, b) => a * b)), shape).data;
  const x = make(BATCH, side, side, channels);
  const weight = make(size, size, channels, filters);
  const [bias, y, u] = [make(filters), make(BATCH, out, out, filters), make(4, 4, channels, filters)];
  const [dx, dweight] = [make(BATCH, side, side, channels), make(size, size, channels, filters)];
  const [pooled, taps] = [make(BATCH, out >> 1, out >> 1, filters), make(BATCH, out >> 1, out >> 1, filters)];
  const passes = {
    direct: () => kernels.conv2dBias(x, weight, bias, y, windows, filters, 1),
    "direct, pooled": () =>
      kernels.convolutionPool(x, weight, bias, pooled, taps, pooledWindows, filters, [2, 2], true),
    "for the input": () => kernels.conv2dBackwardInput(weight, y, dx, windows, filters, 1),
    "for the weights": () => kernels.conv2dBackwardWeight(x, y, dweight, windows, filters, 1),
  };
  if (size !== 3 || stride !== 1 || channels % 4 !== 0 || filters % 8 !== 0) return { passes, windows };
  passes.Winograd = () => {
    kernels.winogradWeights(weight, null, u, channels, filters, false);
    kernels.winogradConvolution(x, u, bias, y, windows, filters, true, true);
  };
  passes["Winograd, pooled"] = () => {
    kernels.winogradWeights(weight, null, u, channels, filters, false);
    kernels.winogradPool(x, u, bias, pooled, taps, pooledWindows, filters, true);
  };
  return { passes, windows };
}

/** The least time of each pass in milliseconds, all in turns until the time is up. */
function measure(engine, shape) {
  return engine.step(() => {
    const { passes, windows } = passesOf(engine, shape);
    const least = {};
    const end = performance.now() + MILLISECONDS;
    for (let round = 0; round < 4 || performance.now() < end; round++) {
      for (const [name, pass] of Object.entries(passes)) {
        const begin = performance.now();
        pass();
        least[name] = Math.min(least[name] ?? Infinity, performance.now() - begin);
      }
    }
    return { least, windows };
  });
}

export async function run({ threads = 1, module = "auto" }, report) {
  const engine = await createEngine({ threads, module });
  const rows = SHAPES.map((shape) => {
    const { least, windows } = measure(engine, shape);
    const { outHeight, outWidth } = windows;
    const flops = 2 * BATCH * outHeight * outWidth * shape.size ** 2 * shape.channels * shape.filters;
    report(shape.name);
    return { name: shape.name, microseconds: perSample(least), gigaflops: flops / least.direct / 1e6 };
  });
  const tables = SIDES.map((side) => {
    const gains = CHANNELS.map((channels) =>
      FILTERS.map((filters) => {
        const { least } = measure(engine, { side, channels, size: 3, filters, padding: 1 });
        return {
          plain: least.direct / least.Winograd,
          pooled: least["direct, pooled"] / least["Winograd, pooled"],
        };
      }),
    );
    report(`${side}×${side}`);
    return { side, gains };
  });
  engine.close();
  return { work: "convolution", threads: engine.threads, module: engine.module, node: process.version, rows, tables };
}

function perSample(least) {
  return Object.fromEntries(Object.entries(least).map(([name, time]) => [name, (1000 * time) / BATCH]));
}

export function format({ rows, tables, threads, module, node }) {
  const names = Object.keys(rows.find(({ microseconds }) => "Winograd" in microseconds).microseconds);
  const wide = (text) => String(text).padStart(18);
  const head = ["µs a sample".padEnd(14), ...names.map(wide), wide("direct, GFLOP/s")].join("");
  const lines = rows.map(({ name, microseconds, gigaflops }) => {
    const times = names.map((each) => wide(microseconds[each]?.toFixed(2) ?? "–"));
    return [name.padEnd(14), ...times, wide(gigaflops.toFixed(1))].join("");
  });
  const table = ({ side, gains }) =>
    ["plain", "pooled"].flatMap((kind) => [
      "",
      `${side}×${side} pixels, ${kind}: direct / Winograd; rows channels, columns filters`,
      ["", ...FILTERS].map((each) => String(each).padStart(7)).join(""),
      ...gains.map((row, index) =>
        [CHANNELS[index], ...row.map((each) => each[kind].toFixed(2))].map((each) => String(each).padStart(7)).join(""),
      ),
    ]);
  return [`convolution  (${threads} threads, ${module}, Node ${node})`, head, ...lines, ...tables.flatMap(table)].join(
    "\n",
  );
}
