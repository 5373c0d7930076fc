// Which way a convolution goes: by its shapes, and by the committed table.
import { expect, test } from "vitest";
import { isWinograd, isWinogradBackwards, windowsBack } from "../../../src/engine/fused/ways.ts";
import { windowsOf } from "../../../src/engine/windows.ts";

interface Way {
  side?: number;
  size?: number;
  stride?: number;
  padding?: number;
  channels?: number;
  filters?: number;
}

function ways({ side = 14, size = 3, stride = 1, padding = 1, channels = 32, filters = 32 }: Way) {
  const walk = { stride: [stride, stride], padding: [padding, padding, padding, padding] } as const;
  const weight = [size, size, channels, filters];
  const windows = windowsOf("test", [1, side, side, channels], [size, size], walk);
  return {
    plain: isWinograd(weight, walk, windows, false),
    pooled: isWinograd(weight, walk, windows, true),
    back: isWinogradBackwards(weight, walk, windows),
  };
}

const all = { plain: true, pooled: true, back: true };
const none = { plain: false, pooled: false, back: false };

test.each<[string, Way, ReturnType<typeof ways>]>([
  ["3×3 filters that step by one, many channels", {}, all],
  ["without a border", { padding: 0 }, all],
  ["a border of two", { padding: 2 }, all],
  ["a border of three", { padding: 3 }, none],
  ["other filters", { size: 5, padding: 2 }, none],
  ["longer steps", { stride: 2 }, none],
  ["channels not in fours", { channels: 30 }, none],
  ["channels in fours, not in eights", { channels: 12 }, { plain: true, pooled: true, back: false }],
  ["filters in fours, not in eights", { filters: 12 }, { plain: false, pooled: false, back: true }],
  ["a picture of one channel", { channels: 1, filters: 8 }, none],
  ["as many channels as a scratch holds", { channels: 512 }, all],
  ["more", { channels: 520 }, { plain: false, pooled: false, back: true }],
  ["few channels: only with pooling", { channels: 8, filters: 8 }, { plain: false, pooled: true, back: false }],
  // of 16 tiles on 7×7, 15 outputs of 64 are not there
  ["an odd picture, on which few channels do not pay", { side: 7, channels: 8 }, { ...none, pooled: true }],
])("%s", (_, shape, wanted) => expect(ways(shape)).toEqual(wanted));

test("the walk back meets where the walk there does: all outputs see their inputs, all inputs their outputs", () => {
  const walk = { stride: [1, 1], padding: [1, 0, 2, 1] } as const;
  const windows = windowsOf("test", [1, 5, 6, 4], [3, 3], walk);
  const back = windowsBack(windows, 8);
  expect(back).toMatchObject({ height: windows.outHeight, width: windows.outWidth, outHeight: 5, outWidth: 6 });
  const meetings = ({ height, width, outHeight, outWidth, top, left }: typeof windows, flip: boolean) => {
    const met = new Set<string>();
    for (let y = 0; y < outHeight; y++)
      for (let x = 0; x < outWidth; x++)
        for (let tap = 0; tap < 9; tap++) {
          const [i, j] = [y - top + Math.floor(tap / 3), x - left + (tap % 3)];
          if (i < 0 || i >= height || j < 0 || j >= width) continue;
          met.add(flip ? `${i},${j},${8 - tap},${y},${x}` : `${y},${x},${tap},${i},${j}`);
        }
    return [...met].toSorted();
  };
  expect(meetings(back, true)).toEqual(meetings(windows, false));
});
