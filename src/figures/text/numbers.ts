/*
 * The forms of numbers that people read: in pages and figures, notebooks, the command line, the tree and its
 * hints. Minus signs are true ones (−), which are as wide as a plus, also in exponents. Numbers below 0.001 and
 * from a million on are written as 3.94e−4. A percent sign follows its number without a space, which is the
 * English convention. Numbers in files for programs (CSV, JSON) have the form of JavaScript.
 */

/** Stands for a missing value: a long dash, which cannot be mistaken for a minus sign. */
export const MISSING = '—';

/** A number that may be missing. */
type Maybe = number | null | undefined;

const MINUS = '−';
const SMALL = 1e-3;
const LARGE = 1e6;
const DIGITS = 3;

/** A number with three significant digits unless told otherwise, without trailing zeros: `3.41`, `0.5`, `3.94e−4`. */
export function shortNumber(value: Maybe, digits = DIGITS): string {
  return written(value, (number) =>
    isExtreme(number)
      ? inPowers(number).replace(/\.?0+e/, 'e')
      : String(Number(number.toPrecision(digits))),
  );
}

/** A number of a column, with trailing zeros, which show its precision: `0.5000`. */
export function columnNumber(value: Maybe, digits: number): string {
  return written(value, (number) => {
    if (number === 0) return '0';
    if (isExtreme(number)) return inPowers(number);
    return Math.abs(number) >= 10 ** digits ? number.toFixed(0) : number.toPrecision(digits);
  });
}

/** A number with a fixed count of decimals: `3.410`. */
export function fixedNumber(value: Maybe, decimals: number): string {
  return written(value, (number) => number.toFixed(decimals));
}

/** A number with its sign, also if it is positive. */
export function signedNumber(value: Maybe): string {
  const text = shortNumber(value);
  return typeof value === 'number' && value > 0 ? `+${text}` : text;
}

/** A number of an unknown kind: all digits of a whole number, five significant digits of any other. */
export function anyNumber(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return withMinus(String(value));
  return shortNumber(value, 5);
}

/** A share as a percentage: `47.9%`. @param decimals of all numbers of a column; three significant digits unless given */
export function percent(share: Maybe, decimals?: number): string {
  const text =
    decimals === undefined
      ? written(hundredfold(share), (number) => String(Number(number.toPrecision(DIGITS))))
      : fixedNumber(hundredfold(share), decimals);
  return text === MISSING ? text : `${text}%`;
}

function hundredfold(share: Maybe): Maybe {
  return typeof share === 'number' ? 100 * share : share;
}

/** A requested ratio as it was written: 0.05 → `5%`, 0.125 → `12.5%`. */
export function ratioText(ratio: number): string {
  return `${Number((100 * ratio).toFixed(6))}%`;
}

/** A label of an axis in scientific notation: `1e−5`, `2.5e7`. */
export function scientific(value: number): string {
  if (value === 0) return '0';
  const whole = value.toExponential();
  return withMinus(whole.length > 8 ? value.toExponential(2) : whole).replace('e+', 'e');
}

/** Replaces hyphens by minus signs. */
export function withMinus(text: string): string {
  return text.replaceAll('-', MINUS);
}

function written(value: Maybe, of: (value: number) => string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  return withMinus(of(value));
}

function inPowers(value: number): string {
  return value.toExponential(DIGITS - 1).replace('e+', 'e');
}

function isExtreme(value: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < SMALL || magnitude >= LARGE);
}
