import { l10n } from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { Obstacle } from '../../node/runStore/takeUp';
import type { State } from './states';

/** A state in a word or two. */
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
      return l10n.t('interrupted');
    case 'damaged':
      return l10n.t('damaged');
  }
}

/** Why a run is not taken up, in two words; undefined where its state says so. */
export function obstacleInWords(kind: Obstacle['kind']): string | undefined {
  switch (kind) {
    case 'damaged':
    case 'running':
      return undefined;
    case 'newer-format':
      return l10n.t('of a newer version');
    case 'version':
      return l10n.t('of another version');
    case 'engine':
      return l10n.t('other engine');
    case 'seeds':
      return l10n.t('other seeds');
    case 'specification':
      return l10n.t('other specification');
    case 'null':
      return l10n.t('measured against the old null');
    case 'older':
      return l10n.t('a newer one is');
  }
}

/** When a run began, by the clock of the place: `2026-11-24 14:05:33`; of one that does not say, its name. */
export function timeInWords({ startedAt, id }: Pick<RunSummary, 'startedAt' | 'id'>): string {
  const time = new Date(startedAt);
  if (Number.isNaN(time.getTime())) return id;
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${day} ${clock}`;
}

/** A ratio as it was asked for: `12.5 %`. */
export function percent(ratio: number): string {
  return l10n.t('{0} %', Number((100 * ratio).toFixed(6)));
}
