/** Figures for the documents: panels side by side in one SVG that reads well on light and on dark pages. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

const WIDTH = 400;
const HEIGHT = 320;
/** Above all panels, above each, and below all. */
const LEGEND = 32;
const HEADING = 24;
const FOOT = 8;
/** Blue, orange, green: told apart by everybody, on both grounds. */
const COLORS = ["#3b82f6", "#e07b00", "#2e9e62", "#b455c8"];

const plain = { background: "none", color: "currentColor", fontFamily: "system-ui, sans-serif", fontSize: "12px" };

/**
 * A panel of lines, each with its name in the legend's colour.
 *
 * @param {{ name: string }[]} points
 * @param {{ x: string, y: string, title: string, xLabel: string, yLabel: string, log?: boolean, dots?: boolean, domain?: [number, number] }} options
 */
export function lines(points, { x, y, title, xLabel, yLabel, log = false, dots = false, domain }) {
  const names = [...new Set(points.map(({ name }) => name))];
  return { title, names, svg: plot() };

  function plot() {
    return Plot.plot({
      document,
      width: WIDTH,
      height: HEIGHT,
      marginLeft: 56,
      marginTop: 28,
      style: plain,
      x: { label: `${xLabel} →`, grid: false },
      y: {
        label: `↑ ${yLabel}`,
        grid: true,
        type: log ? "log" : "linear",
        domain,
        clamp: domain !== undefined,
        ...(log ? { tickFormat: ".0e", ticks: 5 } : {}),
      },
      color: { domain: names, range: COLORS },
      marks: [
        Plot.line(points, { x, y, stroke: "name", strokeWidth: 2 }),
        ...(dots ? [Plot.dot(points, { x, y, fill: "name", r: 2.5 })] : []),
      ],
    });
  }
}

/**
 * A small panel among its like: thin lines, one for each `run` of a name, in the same frame as all others.
 *
 * @param {{ name: string, run: number, x: number, y: number }[]} points
 * @param {{ title: string, xLabel: string, yLabel: string, xDomain: [number, number], yDomain: [number, number], width: number, height: number }} options
 */
export function smallLines(points, { title, xLabel, yLabel, xDomain, yDomain, width, height }) {
  const names = [...new Set(points.map(({ name }) => name))];
  const svg = Plot.plot({
    document,
    width,
    height,
    marginLeft: 44,
    marginTop: 24,
    marginBottom: 42,
    style: plain,
    x: { label: xLabel, labelOffset: 36, domain: xDomain, ticks: 4 },
    y: { label: yLabel, domain: yDomain, ticks: 4, grid: true },
    color: { domain: names, range: COLORS },
    marks: [
      Plot.line(
        points.filter(({ y }) => y <= yDomain[1]),
        {
          x: "x",
          y: "y",
          z: ({ name, run }) => `${name} ${run}`,
          stroke: "name",
          strokeWidth: 1.5,
          strokeOpacity: 0.8,
        },
      ),
    ],
  });
  return { title, names, svg };
}

/**
 * A panel of values with their intervals: a row for each `row`, in the order in which they come, and in it a dot for each
 * `name`, hollow where the interval holds 0.
 *
 * @param {{ row: string, name: string, value: number, interval: number }[]} points  `interval` is what goes either way
 * @param {{ title: string, xLabel: string, width: number, height: number }} options
 */
export function intervals(points, { title, xLabel, width, height }) {
  const names = [...new Set(points.map(({ name }) => name))];
  const rows = [...new Set(points.map(({ row }) => row))];
  const placed = points.map((point) => ({
    ...point,
    low: point.value - point.interval,
    high: point.value + point.interval,
    // dots of one row stand one above the other, the first on top
    at: rows.indexOf(point.row) + 0.3 * (names.indexOf(point.name) - (names.length - 1) / 2),
  }));
  const isClear = ({ value, interval }) => Math.abs(value) >= interval;
  const svg = Plot.plot({
    document,
    width,
    height,
    marginLeft: 120,
    marginTop: 12,
    marginBottom: 44,
    style: plain,
    x: { label: `${xLabel} →`, labelOffset: 36, grid: true, ticks: 6, nice: true },
    y: { domain: [rows.length - 0.4, -0.6], axis: null },
    color: { domain: names, range: COLORS },
    marks: [
      Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.6 }),
      Plot.text(rows, { y: (_, index) => index, text: (row) => row, frameAnchor: "left", dx: -8, textAnchor: "end" }),
      Plot.link(placed, { x1: "low", x2: "high", y1: "at", y2: "at", stroke: "name", strokeWidth: 2 }),
      Plot.dot(placed.filter(isClear), { x: "value", y: "at", fill: "name", r: 4.5 }),
      Plot.dot(
        placed.filter((point) => !isClear(point)),
        { x: "value", y: "at", stroke: "name", r: 3.75, strokeWidth: 1.5 },
      ),
    ],
  });
  return { title, names, svg };
}

/**
 * Panels in rows, with titles and one legend, as the text of an SVG file.
 *
 * @param {{ title: string, names: string[], svg: Element }[]} panels  of one size
 * @param {{ columns?: number, width?: number, height?: number }} options  how many in a row, and the size of each
 */
export function drawFigure(panels, { columns = panels.length, width: across = WIDTH, height: down = HEIGHT } = {}) {
  const width = columns * across;
  const height = Math.ceil(panels.length / columns) * (down + HEADING) + LEGEND + FOOT;
  const legend = panels[0].names.map((name, index) => {
    const at = 56 + index * 230;
    return `<circle cx="${at}" cy="14" r="5" fill="${COLORS[index]}"/><text x="${at + 12}" y="18">${escape(name)}</text>`;
  });
  const bodies = panels.map(({ title, svg }, index) => {
    const [x, y] = [(index % columns) * across, LEGEND + Math.floor(index / columns) * (down + HEADING)];
    svg.setAttribute("x", String(x));
    svg.setAttribute("y", String(y + HEADING));
    return `<text x="${x + 16}" y="${y + HEADING - 8}" font-weight="600">${escape(title)}</text>${svg.outerHTML}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<style>:root{color:#1f2328}text{fill:currentColor}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}</style>
${legend.join("")}
${bodies.join("\n")}
</svg>
`;
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
