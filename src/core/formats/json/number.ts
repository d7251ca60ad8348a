/** A decimal number: its digits without leading or trailing zeros, and the power of ten of the last one. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * Whether an integer reads back digit by digit as written. Fractions and numbers beyond 2⁵³ always pass: the
 * purpose is to detect other numbers that were rounded to a plausible integer.
 * @param written the number's text
 */
export function isReadAsWritten(written: string, value: number): boolean {
  if (!Number.isSafeInteger(value)) return true;
  // Short integers without exponent or fraction are exact.
  if (written.length < 16 && !/[.eE]/.test(written)) return true;
  const given = decimalOf(written);
  const read = decimalOf(String(value));
  return (
    given.digits === read.digits &&
    (given.digits === '' || (given.exponent === read.exponent && given.negative === read.negative))
  );
}

function decimalOf(written: string): Decimal {
  const [mantissa, power = '0'] = written.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole, fraction = ''] = mantissa.replace('-', '').split('.');
  const all = whole + fraction;
  let start = 0;
  while (all[start] === '0') start++;
  let end = all.length;
  while (end > start && all[end - 1] === '0') end--;
  const exponent = Number(power) - fraction.length + (all.length - end);
  return { negative, digits: all.slice(start, end), exponent };
}
