/**
 * How far every pixel is from the nearest one that is marked, exactly and in few walks per row and column.
 *
 * `d²(x, y) = min over (u, v) marked of (x − u)² + (y − v)²`
 *
 * The minimum over v can be taken after that over u, and within a row that is the nearer of the marks to the left and to
 * the right. Along a column, each pixel then carries a parabola that begins at its row's result, and what is wanted is the
 * lowest parabola everywhere, found by keeping those that are lowest somewhere.
 *
 * @see [Felzenszwalb12] section 2
 */

const FAR = 1e12; // squared pixels; farther than any two pixels of a picture

/**
 * Distances between pixels' centres, in pixels; 1e6 everywhere when nothing is marked.
 *
 * @param marked one number per pixel, row by row; not 0: marked
 */
export function distances(marked: Uint8Array, { width, height }: { width: number; height: number }): Float64Array {
  const squares = new Float64Array(marked.length);
  for (let row = 0; row < height; row++) alongRow(squares, marked, { begin: row * width, count: width });
  const room = {
    line: new Float64Array(height),
    lowest: new Int32Array(height),
    from: new Float64Array(height + 1),
  };
  for (let column = 0; column < width; column++) walk(squares, { begin: column, step: width, count: height }, room);
  for (let pixel = 0; pixel < squares.length; pixel++) squares[pixel] = Math.sqrt(squares[pixel]);
  return squares;
}

/** Squared distances to the nearest mark of the same row. */
function alongRow(squares: Float64Array, marked: Uint8Array, { begin, count }: { begin: number; count: number }): void {
  let last = -FAR;
  for (let at = 0; at < count; at++) {
    if (marked[begin + at] !== 0) last = at;
    squares[begin + at] = Math.min(FAR, (at - last) * (at - last));
  }
  let next = FAR;
  for (let at = count - 1; at >= 0; at--) {
    if (marked[begin + at] !== 0) next = at;
    squares[begin + at] = Math.min(squares[begin + at], (next - at) * (next - at));
  }
}

/** Replaces a line of heights h by the lowest of all parabolas `h(u) + (x − u)²` at each x. */
function walk(
  squares: Float64Array,
  { begin, step, count }: { begin: number; step: number; count: number },
  { line, lowest, from }: { line: Float64Array; lowest: Int32Array; from: Float64Array },
): void {
  for (let at = 0; at < count; at++) line[at] = squares[begin + at * step];
  // the parabolas that are lowest somewhere, from left to right, and where each begins to be
  let last = 0;
  lowest[0] = 0;
  from[0] = -Infinity;
  for (let at = 1; at < count; at++) {
    let meets = meeting(line, lowest[last], at);
    while (meets <= from[last]) {
      last--;
      meets = meeting(line, lowest[last], at);
    }
    last++;
    lowest[last] = at;
    from[last] = meets;
  }
  for (let at = 0, which = 0; at < count; at++) {
    while (which < last && from[which + 1] < at) which++;
    const away = at - lowest[which];
    squares[begin + at * step] = line[lowest[which]] + away * away;
  }
}

/** Where the parabola of a later place goes below that of an earlier one. */
function meeting(line: Float64Array, earlier: number, later: number): number {
  return (line[later] + later * later - line[earlier] - earlier * earlier) / (2 * (later - earlier));
}
