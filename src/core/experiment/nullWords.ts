import { OLD_NULL, type NullLevel } from './runNull';

/** At most so many digits say how large an error is. */
const ERROR_DIGITS = 1;
const MOST_DECIMALS = 6;

/**
 * The level of a null and its standard error as text: so many decimals as the error has one digit, three
 * where it is not known.
 */
export function nullNumbers({ mean, standardError }: NullLevel): { mean: string; error?: string } {
  if (standardError === undefined) return { mean: mean.toFixed(3) };
  if (standardError === 0) return { mean: mean.toFixed(3), error: '0' };
  const size = Math.floor(Math.log10(Number(standardError.toPrecision(ERROR_DIGITS))));
  const decimals = Math.max(0, Math.min(MOST_DECIMALS, -size));
  return { mean: mean.toFixed(decimals), error: standardError.toFixed(decimals) };
}

/** The level of a null with its standard error: `5.167 ± 0.005`. */
export function nullText(level: NullLevel, plusMinus = '±'): string {
  const { mean, error } = nullNumbers(level);
  if (level.old) return `${mean} (old null)`;
  return error === undefined ? mean : `${mean} ${plusMinus} ${error}`;
}

/** A level with where it comes from: `null of R: 5.167 ± 0.005 (…)`. */
export function nullSentence(what: string, level: NullLevel, plusMinus = '±'): string {
  const text = `${what}: ${nullText(level, plusMinus)}`;
  if (!level.old && level.count === undefined) return text;
  const source = nullSource(level).replaceAll('±', plusMinus);
  return level.old ? `${text}. ${source}` : `${text} (${source})`;
}

/** What the number after ± is, and what the level was drawn from; of an old null what it means. */
export function nullSource({ of, count, old }: NullLevel): string {
  if (old || count === undefined) return OLD_NULL;
  const what = of === 'net' ? 'nets of random readouts' : 'random readouts';
  return `level ± its standard error, from ${count} ${what}; not a spread over seeds`;
}
