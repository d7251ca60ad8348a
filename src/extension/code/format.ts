import { l10n } from 'vscode';
import type { MaybeNumber } from '../../core/experiment/metricsRow';
import { nullNumbers } from '../../core/experiment/nullWords';
import type { NullLevel } from '../../core/experiment/runNull';
import type { RunResult } from '../../node/code/runResult';

/*
 * Numbers, results and times as the code lenses, the tree and its tooltips show them.
 */

/** Stands for an undefined value. */
const MISSING = '—';

/** A number with a fixed number of decimals. */
export function fixed(value: MaybeNumber, digits: number): string {
  return value === null ? MISSING : value.toFixed(digits);
}

/** A number with three significant digits, or in scientific notation if it is tiny: `0.0242`, `1.3e-7`. */
export function significant(value: MaybeNumber): string {
  if (value === null) return MISSING;
  return value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(1) : value.toPrecision(3);
}

/** The mean of a null with its standard error: `3.790 ± 0.007`. A null of an old kind is marked. */
export function nullInWords(level: NullLevel | null): string {
  if (!level) return MISSING;
  const { mean, error } = nullNumbers(level);
  if (level.old) return l10n.t('{0}, old null', mean);
  return error === undefined ? mean : l10n.t('{0} ± {1}', mean, error);
}

/** `R 3.36 (null 3.790 ± 0.007), test MSE 0.0242`. */
export function resultInWords({ relative, null: chance, testLoss, seeds }: RunResult): string {
  const figures = l10n.t(
    'R {0} (null {1}), test MSE {2}',
    fixed(relative, 2),
    nullInWords(chance),
    significant(testLoss),
  );
  return seeds === 1 ? figures : l10n.t('{0}, mean of {1} seeds', figures, seeds);
}

/** The time since a moment: `2 h ago`. */
export function ago(then: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - then.getTime()) / 60_000));
  if (minutes < 1) return l10n.t('just now');
  if (minutes < 60) return l10n.t('{0} min ago', minutes);
  const hours = Math.round(minutes / 60);
  if (hours < 48) return l10n.t('{0} h ago', hours);
  return l10n.t('{0} days ago', Math.round(hours / 24));
}

/** A remaining time: `2 min left`. */
export function timeLeftText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return l10n.t('{0} s left', seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return l10n.t('{0} min left', minutes);
  return l10n.t('{0} h left', (minutes / 60).toFixed(1));
}
