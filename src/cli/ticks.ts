/** Least and greatest value of an axis. */
export type Domain = readonly [least: number, greatest: number];

/** A tick and what is written at it. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Less than this share of its size is no difference that a label could show. */
const NEGLIGIBLE = 1e-6;

/** The domain of some numbers; where they hardly differ, it is widened around them. */
export function domainOf(values: readonly number[]): Domain {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (greatest - least > NEGLIGIBLE * Math.max(size, NEGLIGIBLE)) return [least, greatest];
  const margin = size > NEGLIGIBLE ? 0.05 * size : 1;
  return [least - margin, greatest + margin];
}

/**
 * Ticks at multiples of 1, 2 or 5 times a power of ten: at least so many intervals of them fit the
 * domain, and at most two and a half times as many.
 */
export function ticksOf([least, greatest]: Domain, intervals: number): Tick[] {
  const wanted = (greatest - least) / intervals;
  const power = Math.floor(Math.log10(wanted));
  const factor = [5, 2, 1].find((f) => f * 10 ** power <= wanted) ?? 1;
  const step = factor * 10 ** power;
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(greatest / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: value.toFixed(Math.max(0, -power)) };
  });
}
