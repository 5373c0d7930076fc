/**
 * Winograd's way to convolve with 3×3 filters: four outputs, 2×2 neighbours, need 36 multiplications for each channel and
 * filter if they are computed one by one, and 16 if they are computed together. With d the 4×4 pixels under the four
 * outputs and w the filter:
 *
 *   outputs = Aᵀ · [(G · w · Gᵀ) ⊙ (Bᵀ · d · B)] · A        ⊙ multiplies number by number
 *
 *        ⎡ 1   0   0 ⎤        ⎡ 1   0  −1   0 ⎤
 *   G =  ⎢ ½   ½   ½ ⎥   Bᵀ = ⎢ 0   1   1   0 ⎥   Aᵀ = ⎡ 1   1   1   0 ⎤
 *        ⎢ ½  −½   ½ ⎥        ⎢ 0  −1   1   0 ⎥        ⎣ 0   1  −1  −1 ⎦
 *        ⎣ 0   0   1 ⎦        ⎣ 0   1   0  −1 ⎦
 *
 * Sums over channels are taken of the products, before A: so the sixteen places of ⊙ are sixteen products of matrices.
 * Four such neighbours are what a 2×2 max pooling compares, so bias, ReLU and pooling may follow at once.
 *
 * The sums are others than those of conv2d.ts and convolution-pool.ts, and so are the last bits. An infinite input may
 * give NaN here, as the difference of two infinities; a NaN spreads to all four outputs.
 *
 * @see [Lavin16]
 */
import type { Floats } from "../floats.ts";
import type { Windows } from "../windows.ts";

const PANEL = 8; // filters that lie side by side: two vectors of four

/**
 * u = G · w · Gᵀ, from weights [3, 3, channels, filters] to [4·4, filters / 8, channels, 8]; filters come in eights.
 *
 * Turned, the weights are those of the walk back, from outputs to inputs: each filter upside down, and channels in place of
 * filters, to [4·4, channels / 8, filters, 8]. Channels come in eights then.
 *
 * @param seen what the weights were when u was made of them; where they have not changed since, nothing need be computed.
 *             Null when u holds nothing yet
 */
export function winogradWeights(
  weight: Floats,
  seen: Floats | null,
  u: Floats,
  channels: number,
  filters: number,
  turned: boolean,
): void {
  const [inputs, outputs] = turned ? [filters, channels] : [channels, filters];
  for (let c = 0; c < channels; c++)
    for (let f = 0; f < filters; f++) {
      const w = Array.from({ length: 9 }, (_, tap) => weight[((turned ? 8 - tap : tap) * channels + c) * filters + f]);
      const columns = [0, 1, 2].map((j) => filterLine(w[j], w[3 + j], w[6 + j])); // G · w, column by column
      const [input, output] = turned ? [f, c] : [c, f];
      for (let i = 0; i < 4; i++) {
        const line = filterLine(columns[0][i], columns[1][i], columns[2][i]);
        for (let j = 0; j < 4; j++) u[placeOf(i * 4 + j, input, output, inputs, outputs)] = line[j];
      }
    }
  seen?.set(weight);
}

/**
 * y = max(x ∗ w + b, 0), or without the ReLU x ∗ w + b; without a bias b = 0. It is added to y unless `fresh`.
 *
 * @param windows of a 3×3 filter that goes step by step
 */
export function winogradConvolution(
  x: Floats,
  u: Floats,
  bias: Floats | null,
  y: Floats,
  windows: Windows,
  filters: number,
  relu: boolean,
  fresh: boolean,
): void {
  const { outHeight, outWidth } = windows;
  forEachTile(x, u, windows, filters, ({ sample, row, column }, f, outputs) => {
    outputs.forEach((output, tap) => {
      const [line, place] = [row + (tap >> 1), column + (tap & 1)];
      if (line >= outHeight || place >= outWidth) return;
      const at = ((sample * outHeight + line) * outWidth + place) * filters + f;
      const sum = output + (bias === null ? 0 : bias[f]) + (fresh ? 0 : y[at]);
      y[at] = relu ? Math.max(sum, 0) : sum;
    });
  });
}

/**
 * y = the largest of each 2×2 outputs with its bias (and 0, with a ReLU), and `taps` = which of the four it was.
 *
 * @param windows of a 3×3 filter that goes step by step, to outputs of even height and width
 */
export function winogradPool(
  x: Floats,
  u: Floats,
  bias: Floats,
  y: Floats,
  taps: Floats,
  windows: Windows,
  filters: number,
  relu: boolean,
): void {
  forEachTile(x, u, windows, filters, ({ tile }, f, outputs) => {
    let best = 0;
    for (let tap = 1; tap < 4; tap++) {
      const firstNan = Number.isNaN(outputs[tap]) && !Number.isNaN(outputs[best]);
      if (outputs[tap] > outputs[best] || firstNan) best = tap;
    }
    const at = tile * filters + f;
    taps[at] = best;
    y[at] = relu ? Math.max(outputs[best] + bias[f], 0) : outputs[best] + bias[f];
  });
}

/** Where a tile of 2×2 outputs lies: its first output, and its number among all. */
interface Tile {
  tile: number;
  sample: number;
  row: number;
  column: number;
}

/** Hands over the four outputs of every tile and filter; some of a last tile may lie beyond the edge. */
function forEachTile(
  x: Floats,
  u: Floats,
  { batch, height, width, channels, outHeight, outWidth, top, left }: Windows,
  filters: number,
  take: (tile: Tile, filter: number, outputs: readonly number[]) => void,
): void {
  const [down, across] = [Math.ceil(outHeight / 2), Math.ceil(outWidth / 2)];
  for (let tile = 0; tile < batch * down * across; tile++) {
    const sample = Math.floor(tile / (down * across));
    const row = 2 * (Math.floor(tile / across) % down);
    const column = 2 * (tile % across);
    const pixel = (i: number, j: number, c: number) => {
      const [y, z] = [row - top + i, column - left + j];
      const inside = y >= 0 && y < height && z >= 0 && z < width;
      return inside ? x[((sample * height + y) * width + z) * channels + c] : 0;
    };
    const v = Array.from({ length: channels }, (_, c) => patchOf((i, j) => pixel(i, j, c)));
    for (let f = 0; f < filters; f++) {
      const m = Array.from({ length: 16 }, (_, place) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += v[c][place] * u[placeOf(place, c, f, channels, filters)];
        return sum;
      });
      take({ tile, sample, row, column }, f, outputsOf(m));
    }
  }
}

/** Where u[place, c, f] lies. */
function placeOf(place: number, c: number, f: number, channels: number, filters: number): number {
  const panel = Math.floor(f / PANEL);
  return ((place * (filters / PANEL) + panel) * channels + c) * PANEL + (f % PANEL);
}

/** G · three numbers. */
function filterLine(a: number, b: number, c: number): number[] {
  return [a, (a + b + c) / 2, (a - b + c) / 2, c];
}

/** Bᵀ · d · B, row by row. */
function patchOf(d: (i: number, j: number) => number): number[] {
  const line = (a: number, b: number, c: number, e: number) => [a - c, b + c, c - b, b - e];
  const columns = [0, 1, 2, 3].map((j) => line(d(0, j), d(1, j), d(2, j), d(3, j)));
  return [0, 1, 2, 3].flatMap((i) => line(columns[0][i], columns[1][i], columns[2][i], columns[3][i]));
}

/** Aᵀ · m · A, row by row. */
function outputsOf(m: readonly number[]): number[] {
  const line = (a: number, b: number, c: number, e: number) => [a + b + c, b - c - e];
  const columns = [0, 1, 2, 3].map((j) => line(m[j], m[4 + j], m[8 + j], m[12 + j]));
  return [0, 1].flatMap((i) => line(columns[0][i], columns[1][i], columns[2][i], columns[3][i]));
}
