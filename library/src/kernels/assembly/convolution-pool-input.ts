/**
 * The gradient of the input of a pooled convolution, output by output: each gradient that is not 0 adds its filter's
 * weights, times itself, to the patch of the picture under the output. Twin: ../reference/convolution-pool.ts.
 *
 * begin and end count samples.
 */
import { addRows, ENTRY, Entry, Gradients, TWELVE, widthOf } from "./listed-gradients";
import { Four } from "./tail";
import { Windows } from "./windows";

const F32: usize = 4;
/** Bytes of lists by output. */
const LIST_BYTES = 262_144;
/** Bytes of an output that has gradients: where its patch begins, down and across, its list, and the list's end. */
const PLACE: usize = 16;

/** dx += the weights of each filter that has a gradient, times that gradient, over the patch where its largest stood. */
export function convolutionPoolBackwardInput(
  turned: usize,
  y: usize,
  taps: usize,
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  filters: i32,
  poolHeight: i32,
  poolWidth: i32,
  relu: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const windows = Windows.at(
    scratch,
    batch,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    strideY,
    strideX,
    top,
    left,
  );
  const perSample = (outHeight / poolHeight) * (outWidth / poolWidth);
  const area = poolHeight * poolWidth;
  const block = max(1, min(perSample, LIST_BYTES / (area * (filters + 1) * <i32>ENTRY)));
  const edge = scratch + 64; // a patch's sums that are cut off, sixty-four bytes aligned
  const places = edge + <usize>TWELVE * F32;
  const lists = places + <usize>(block * area) * PLACE;
  const run = windowWidth * channels;
  const picture = <usize>(height * width * channels) * F32;
  for (let sample = begin; sample < end; sample++) {
    const target = dx + <usize>sample * picture;
    if (fresh) memory.fill(target, 0, picture);
    for (let first = 0; first < perSample; first += block) {
      const count = min(block, perSample - first);
      const last = listPlaces(
        windows,
        turned,
        y,
        taps,
        dy,
        filters,
        poolHeight,
        poolWidth,
        relu,
        sample * perSample + first,
        count,
        places,
        lists,
      );
      // a piece of all patches at a time, for then that piece of the weights stays in the first cache
      for (let i = 0; i < windowHeight; i++) {
        for (let j = 0; j < run;) {
          const numbers = widthOf(run - j);
          for (let place = places; place < last; place += PLACE) {
            addWeights(windows, place, i, j, numbers, target, edge);
          }
          j += numbers;
        }
      }
    }
  }
}

/** Lists, for each output that has gradients, where the weights of their filters begin, and the gradients. */
function listPlaces(
  windows: Windows,
  turned: usize,
  y: usize,
  taps: usize,
  dy: usize,
  filters: i32,
  poolHeight: i32,
  poolWidth: i32,
  relu: i32,
  first: i32,
  count: i32,
  places: usize,
  lists: usize,
): usize {
  const pooledWidth = windows.outWidth / poolWidth;
  const pooledHeight = windows.outHeight / poolHeight;
  const area = poolHeight * poolWidth;
  const filterBytes = windows.windowHeight * windows.windowWidth * windows.channels * <i32>F32;
  const listBytes = <usize>(filters + 1) * ENTRY;
  const mask = Gradients.mask(relu);
  let place = places;
  for (let pooled = first; pooled < first + count; pooled++) {
    const line = pooled / pooledWidth;
    const cornerY = (line % pooledHeight) * poolHeight * windows.strideY - windows.top;
    const cornerX = (pooled - line * pooledWidth) * poolWidth * windows.strideX - windows.left;
    // all outputs under this window are noted, and afterwards those without a gradient are dropped
    const here = place;
    for (let tap = 0; tap < area; tap++, place += PLACE) {
      const tapY = tap / poolWidth;
      store<i32>(place, cornerY + tapY * windows.strideY);
      store<i32>(place, cornerX + (tap - tapY * poolWidth) * windows.strideX, 4);
      store<u32>(place, <u32>lists, 8);
      store<u32>(place, <u32>lists, 12);
      lists += listBytes;
    }
    let filter = <i32>turned;
    for (let f = 0; f < filters; f += 4, filter += 4 * filterBytes) {
      const at = <usize>(pooled * filters + f) * F32;
      const g = Gradients.load(dy + at, y + at, mask, filters - f);
      const bits = i32x4.bitmask(f32x4.ne(g, f32x4.splat(0)));
      if (bits == 0) continue;
      const outputs = i32x4.mul(i32x4.trunc_sat_f32x4_s(Four.load(taps + at, filters - f)), i32x4.splat(<i32>PLACE));
      Entry.append(here + <usize>i32x4.extract_lane(outputs, 0) + 12, filter, f32x4.extract_lane(g, 0), bits);
      Entry.append(
        here + <usize>i32x4.extract_lane(outputs, 1) + 12,
        filter + filterBytes,
        f32x4.extract_lane(g, 1),
        bits >> 1,
      );
      Entry.append(
        here + <usize>i32x4.extract_lane(outputs, 2) + 12,
        filter + 2 * filterBytes,
        f32x4.extract_lane(g, 2),
        bits >> 2,
      );
      Entry.append(
        here + <usize>i32x4.extract_lane(outputs, 3) + 12,
        filter + 3 * filterBytes,
        f32x4.extract_lane(g, 3),
        bits >> 3,
      );
    }
    let kept = here;
    for (let output = here; output < place; output += PLACE) {
      if (load<u32>(output, 8) == load<u32>(output, 12)) continue;
      v128.store(kept, v128.load(output));
      kept += PLACE;
    }
    place = kept;
  }
  return place;
}

/** Adds the weights of a place's list to the picture: of row i the numbers from j on, as many as addRows takes. */
function addWeights(windows: Windows, place: usize, i: i32, j: i32, numbers: i32, picture: usize, edge: usize): void {
  const y = load<i32>(place) + i;
  const x = load<i32>(place, 4);
  const list = <usize>load<u32>(place, 8);
  const end = <usize>load<u32>(place, 12);
  const from = max(0, -x) * windows.channels;
  const to = min(windows.windowWidth, windows.width - x) * windows.channels;
  if (<u32>y >= <u32>windows.height || j >= to || j + numbers <= from) return;
  const target = picture + <usize>((y * windows.width + x) * windows.channels + j) * F32;
  const offset = (i * windows.windowWidth * windows.channels + j) * <i32>F32;
  if (j >= from && j + numbers <= to) {
    addRows(list, end, offset, numbers, target);
    return;
  }
  memory.fill(edge, 0, <usize>numbers * F32);
  addRows(list, end, offset, numbers, edge);
  for (let k = max(from - j, 0); k < min(to - j, numbers); k++) {
    const skip = <usize>k * F32;
    store<f32>(target + skip, load<f32>(target + skip) + load<f32>(edge + skip));
  }
}
