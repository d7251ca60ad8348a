import { format } from 'd3';

const THREE_DIGITS = format('.3~r');
const SCIENTIFIC = format('.2~e');

/** A number with three significant digits and a true minus sign; `–` if it is missing. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e6)
    ? SCIENTIFIC(value)
    : THREE_DIGITS(value);
}

/** A number with its sign, also if it is positive. */
export function signedNumber(value: number): string {
  return value > 0 ? `+${shortNumber(value)}` : shortNumber(value);
}

/** A share as a percentage with up to three significant digits. */
export function percent(share: number): string {
  return `${THREE_DIGITS(share * 100)} %`;
}
