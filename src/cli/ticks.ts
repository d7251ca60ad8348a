import { fixedNumber } from '../figures/text/numbers';

/** Smallest and largest value of an axis. */
export type Domain = readonly [least: number, greatest: number];

/** A tick with its label. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Differences below this fraction of the values cannot be shown by labels. */
const NEGLIGIBLE = 1e-6;

/** The domain of some numbers, widened if they are nearly equal. */
export function domainOf(values: readonly number[]): Domain {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  if (greatest - least > NEGLIGIBLE * Math.max(size, NEGLIGIBLE)) return [least, greatest];
  const margin = size > NEGLIGIBLE ? 0.05 * size : 1;
  return [least - margin, greatest + margin];
}

/**
 * Ticks at multiples of 1, 2 or 5 times a power of ten, so that the domain has at least `intervals` of them
 * and at most two and a half times as many.
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
    return { value, label: fixedNumber(value, Math.max(0, -power)) };
  });
}
