import { OLD_NULL, type NullLevel } from '../../core/experiment/runNull';
import { fixedNumber } from './numbers';

/** Significant digits of a standard error that determine the number of decimals. */
const ERROR_DIGITS = 1;
const MAX_DECIMALS = 6;

/**
 * The level of a null and its standard error as text, with as many decimals as show one digit of the error;
 * three if the error is unknown.
 */
export function nullNumbers({ mean, standardError }: NullLevel): { mean: string; error?: string } {
  if (standardError === undefined) return { mean: fixedNumber(mean, 3) };
  if (standardError === 0) return { mean: fixedNumber(mean, 3), error: '0' };
  const size = Math.floor(Math.log10(Number(standardError.toPrecision(ERROR_DIGITS))));
  const decimals = Math.max(0, Math.min(MAX_DECIMALS, -size));
  return { mean: mean.toFixed(decimals), error: standardError.toFixed(decimals) };
}

/** The level of a null with its standard error: `5.167 ± 0.005`. */
export function nullText(level: NullLevel, plusMinus = '±'): string {
  const { mean, error } = nullNumbers(level);
  if (level.old) return `${mean} (old null)`;
  return error === undefined ? mean : `${mean} ${plusMinus} ${error}`;
}

/** A level with its source: `null of R: 5.167 ± 0.005 (…)`. */
export function nullSentence(what: string, level: NullLevel, plusMinus = '±'): string {
  const text = `${what}: ${nullText(level, plusMinus)}`;
  if (!level.old && level.count === undefined) return text;
  const source = nullSource(level).replaceAll('±', plusMinus);
  return level.old ? `${text}. ${source}` : `${text} (${source})`;
}

/** Explains the number after ± and the sample behind the level; for an old null, its meaning. */
export function nullSource({ of, count, old }: NullLevel): string {
  if (old || count === undefined) return OLD_NULL;
  const what = of === 'net' ? 'nets of random readouts' : 'random readouts';
  return `level ± its standard error, from ${count} ${what}; not a spread over seeds`;
}
