import { l10n } from 'vscode';
import { about } from '../../figures/text/durations';
import { fixedNumber, MISSING, shortNumber } from '../../figures/text/numbers';
import { nullNumbers } from '../../figures/text/nullWords';
import type { NullLevel } from '../../core/experiment/runNull';
import type { RunResult } from '../../node/code/runResult';

/*
 * Numbers, results and times as the code lenses, the tree and its tooltips show them.
 */

/** The mean of a null with its standard error: `3.790 ± 0.007`. A null of an old kind is marked. */
export function nullInWords(level: NullLevel | null): string {
  if (!level) return MISSING;
  const { mean, error } = nullNumbers(level);
  if (level.old) return l10n.t('{0}, old null', mean);
  return error === undefined ? mean : l10n.t('{0} ± {1}', mean, error);
}

/** `R 3.36 (null 3.790 ± 0.007), test loss 0.0242`. */
export function resultInWords({ relative, null: chance, testLoss, seeds }: RunResult): string {
  const figures = l10n.t(
    'R {0} (null {1}), test loss {2}',
    fixedNumber(relative, 2),
    nullInWords(chance),
    shortNumber(testLoss),
  );
  return seeds === 1 ? figures : l10n.t('{0}, mean of {1} seeds', figures, seeds);
}

/** The time since a moment: `2 h ago`. */
export function ago(then: Date, now: Date): string {
  const milliseconds = Math.max(0, now.getTime() - then.getTime());
  if (milliseconds < 30_000) return l10n.t('just now');
  const days = Math.round(milliseconds / 86_400_000);
  return days < 2 ? l10n.t('{0} ago', about(milliseconds)) : l10n.t('{0} days ago', days);
}

/** A remaining time: `2 min left`. */
export function timeLeftText(milliseconds: number): string {
  return l10n.t('{0} left', about(milliseconds));
}
