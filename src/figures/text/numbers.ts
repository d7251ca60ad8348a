import { format } from 'd3';

const THREE_DIGITS = format('.3~r');
const SCIENTIFIC = format('.2~e');

/** A number as people read it: three significant digits, a true minus sign, `–` where there is none. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e6)
    ? SCIENTIFIC(value)
    : THREE_DIGITS(value);
}

/** A number with its sign, also where it is positive. */
export function signedNumber(value: number): string {
  return value > 0 ? `+${shortNumber(value)}` : shortNumber(value);
}

/** A share as per cent, without digits that say nothing. */
export function percent(share: number): string {
  return `${THREE_DIGITS(share * 100)} %`;
}
