/** What the options about drawings say in the help, where several commands have them. */

export const STROKES = 'drawings, one a line: {"label": 7, "strokes": [[x0, y0, x1, y1, …], …]}';
export const NO_PREPARATION = "bring digits to 28×28 pixels as they are, to see what the preparation is worth";
