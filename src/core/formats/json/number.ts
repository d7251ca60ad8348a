/** Digits and the power of ten behind them, without zeros at either end. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * Whether a number is read as what is written, digit by digit. Fractions hardly ever are, nor are
 * numbers beyond 2⁵³, and both are not looked at: what is wanted is whether a whole number that could
 * be meant was made of something else.
 * @param written as it stands in the text
 */
export function isReadAsWritten(written: string, value: number): boolean {
  if (!Number.isSafeInteger(value)) return true;
  // Most are short, and printed as they were written.
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
