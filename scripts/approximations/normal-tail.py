"""Finds the polynomial in library/src/kernels/assembly/gelu.ts and prints it with its error.

What is fitted is `f(x) = e^(x²/2) · Φ(−x)` for x from 0 to 15, where Φ is the share of a standard normal
distribution below a point. f falls slowly and never reaches 0, so it can be met with an even relative error:

    f(x) ≈ s · (c0 + c1·w + … + c9·w⁹),   s = 1 / (1 + 3/8·x),   w = 1 − s = 3/8·x·s

The best polynomial is the one whose relative error touches its largest size 11 times with alternating sign
(Chebyshev). Remez' exchange finds it: solve for equal errors at 11 points, move the points to where the error is
largest, repeat.

Run:
    python3 scripts/approximations/normal-tail.py
"""

import math

SCALE = 3 / 8  # of x in s; a smaller one errs less, but has larger factors, and these cost digits in f32
LARGEST = 15.0
TERMS = 10
GRID = 20_000


def wanted(s):
    x = (1 / s - 1) / SCALE
    return math.exp(x * x / 2) * math.erfc(x / math.sqrt(2)) / 2


def fitted(c, s):
    value = 0.0
    for factor in reversed(c):
        value = value * (1 - s) + factor
    return value * s


def solve(rows):
    """Gaussian elimination with the largest pivot; each row ends with its right side."""
    n = len(rows)
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(n):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column])]
    return [rows[row][n] / rows[row][row] for row in range(n)]


def exchange(points, grid):
    """One turn: the polynomial of equal errors at `points`, and where its error is largest between changes of sign."""
    rows = [
        [s * (1 - s) ** power / wanted(s) for power in range(TERMS)] + [(-1.0) ** index, 1.0]
        for index, s in enumerate(points)
    ]
    c = solve(rows)[:TERMS]
    peaks = []
    for s, target in grid:
        error = fitted(c, s) / target - 1
        if peaks and (peaks[-1][1] > 0) == (error > 0):
            if abs(error) > abs(peaks[-1][1]):
                peaks[-1] = (s, error)
        else:
            peaks.append((s, error))
    while len(peaks) > TERMS + 1:
        peaks.pop(0 if abs(peaks[0][1]) < abs(peaks[-1][1]) else -1)
    return c, peaks


def main():
    low, high = 1 / (1 + SCALE * LARGEST), 1.0
    grid = [low + (high - low) * index / GRID for index in range(GRID + 1)]
    grid = [(s, wanted(s)) for s in grid]
    points = [(low + high) / 2 - (high - low) / 2 * math.cos(math.pi * k / TERMS) for k in range(TERMS + 1)]
    for _ in range(12):
        c, peaks = exchange(points, grid)
        points = [s for s, _ in peaks]
    for power, factor in enumerate(c):
        print(f"c{power} = {factor!r}")
    print(f"largest relative error {max(abs(error) for _, error in peaks):.2e}")


if __name__ == "__main__":
    main()
