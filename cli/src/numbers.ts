/** Numbers as people read them: thousands parted, percents, durations. */

/** 235146 → "235,146" */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** 1, "step" → "1 step"; 2, "step" → "2 steps" */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** 0.9862 → "98.62 %" */
export function percent(fraction: number, digits = 2): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}

/** Losses of any size, four digits that matter: 0.07123 → "0.0712", 2.30258 → "2.303" */
export function lossText(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  return loss >= 1000 ? loss.toExponential(2) : loss.toFixed(loss >= 1 ? 3 : 4);
}

/** 4.2 → "4.2 s", 75 → "1 min 15 s", 7300 → "2 h 1 min" */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** 11490000 → "11.5 MB" */
export function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Numbers of any size, in a target's own units, with the digits that matter: 312500 → "312,500", 4.2137 → "4.21" */
export function valueText(value: number): string {
  return valueTextLike([value])(value);
}

/** The same for numbers that stand below each other: as many digits for all as the largest needs. */
export function valueTextLike(values: readonly number[]): (value: number) => string {
  const size = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (!Number.isFinite(size)) return String;
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return (value) => value.toExponential(2);
  const digits = size >= 1000 || size === 0 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return (value) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
