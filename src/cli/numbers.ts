import type { MaybeNumber } from '../core/experiment/metricsRow';

/** A number with a fixed count of decimals; `missing` where undefined. */
export function decimals(value: MaybeNumber, count: number, missing: string): string {
  return value === null ? missing : value.toFixed(count);
}

/** A number with significant digits, a few less where it is huge or tiny. */
export function significant(value: MaybeNumber, digits: number, missing: string): string {
  if (value === null) return missing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(Math.max(0, digits - 2));
  return size >= 10 ** digits ? value.toFixed(0) : value.toPrecision(digits);
}

/** A share as a percentage: 0.4792 → `47.9%`. */
export function percent(share: MaybeNumber, count: number, missing: string): string {
  return share === null ? missing : `${(100 * share).toFixed(count)}%`;
}

/** A requested ratio as it was written: 0.05 → `5%`, 0.125 → `12.5%`. */
export function requestedPercent(ratio: number): string {
  return `${Number((100 * ratio).toFixed(6))}%`;
}

/** A duration: `0:07`, `12:34`, `1:02:03`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
