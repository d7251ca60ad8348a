import { l10n } from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { Obstacle } from '../../node/runStore/resumableRun';
import type { State } from './states';

/** A state as the tree shows it. */
export function stateInWords(state: State): string {
  switch (state) {
    case 'never':
      return l10n.t('not run yet');
    case 'invalid':
      return l10n.t('not valid');
    case 'failed':
      return l10n.t('failed');
    case 'queued':
      return l10n.t('queued');
    case 'starting':
      return l10n.t('starting');
    case 'running':
      return l10n.t('running');
    case 'stopping':
      return l10n.t('stopping');
    case 'elsewhere':
      return l10n.t('running elsewhere');
    case 'finished':
      return l10n.t('finished');
    case 'unfinished':
      return l10n.t('unfinished');
    case 'damaged':
      return l10n.t('damaged');
  }
}

/** Why a run is not resumed, in a few words; undefined if its state already says so. */
export function obstacleInWords(kind: Obstacle['kind']): string | undefined {
  switch (kind) {
    case 'damaged':
    case 'running':
      return undefined;
    case 'newer-format':
      return l10n.t('newer version');
    case 'version':
      return l10n.t('different version');
    case 'engine':
      return l10n.t('different engine');
    case 'seeds':
      return l10n.t('different seeds');
    case 'specification':
      return l10n.t('different specification');
    case 'null':
      return l10n.t('measured against the old null');
    case 'older':
      return l10n.t('a newer run is resumed');
  }
}

/** The start of a run in local time: `2026-11-24 14:05:33`. A run without a valid start time shows its id. */
export function timeInWords({ startedAt, id }: Pick<RunSummary, 'startedAt' | 'id'>): string {
  const time = new Date(startedAt);
  if (Number.isNaN(time.getTime())) return id;
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${day} ${clock}`;
}
