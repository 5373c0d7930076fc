/** Figures for the documents: panels side by side in one SVG that reads well on light and on dark pages. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

const WIDTH = 400;
const HEIGHT = 320;
/** Blue, orange, green: told apart by everybody, on both grounds. */
const COLORS = ["#3b82f6", "#e07b00", "#2e9e62", "#b455c8"];

/**
 * A panel of lines, each with its name in the legend's colour at its end.
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
      style: { background: "none", color: "currentColor", fontFamily: "system-ui, sans-serif", fontSize: "12px" },
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

/** Panels side by side, with titles and one legend, as the text of an SVG file. */
export function drawFigure(panels) {
  const width = panels.length * WIDTH;
  const height = HEIGHT + 64;
  const legend = panels[0].names.map((name, index) => {
    const at = 56 + index * 230;
    return `<circle cx="${at}" cy="14" r="5" fill="${COLORS[index]}"/><text x="${at + 12}" y="18">${escape(name)}</text>`;
  });
  const bodies = panels.map(({ title, svg }, index) => {
    svg.setAttribute("x", String(index * WIDTH));
    svg.setAttribute("y", "56");
    return `<text x="${index * WIDTH + 16}" y="48" font-weight="600">${escape(title)}</text>${svg.outerHTML}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<style>:root{color:#1f2328}text{fill:currentColor}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}</style>
${legend.join("")}
${bodies.join("\n")}
</svg>
`;
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
