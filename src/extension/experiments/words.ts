import { l10n } from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';

/** The state of a run in a word or two. */
export function runStateInWords(state: RunSummary['state']): string {
  switch (state) {
    case 'finished':
      return l10n.t('finished');
    case 'unfinished':
      return l10n.t('interrupted');
    case 'running':
      return l10n.t('running');
    case 'damaged':
      return l10n.t('damaged');
  }
}

/** When a run began, by the clock of the place: `2026-11-24 14:05:33`; of one that does not say, its name. */
export function timeInWords({ startedAt, id }: RunSummary): string {
  const time = new Date(startedAt);
  if (Number.isNaN(time.getTime())) return id;
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${day} ${clock}`;
}
