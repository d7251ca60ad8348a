import type { RunSummary } from '../../node/runStore/listRuns';
import type { ActiveRun } from '../running/runService';
import type { ExperimentEntry } from './experimentIndex';

/**
 * How an experiment or a run stands.
 *
 * - `never`: not run yet
 * - `invalid`: its specification is not valid
 * - `failed`: what was run last ended in an error
 * - `elsewhere`: a process of another window or program works on it
 * - `unfinished`: stopped or interrupted, can be resumed
 */
export type State =
  | 'never'
  | 'invalid'
  | 'failed'
  | 'elsewhere'
  | Exclude<RunSummary['state'], 'running'>
  | ActiveRun['state'];

/**
 * How an experiment stands: what this window does comes first, then what is wrong with its text, then what
 * another process does, then how the last attempt or the latest run ended.
 * @param active its run that waits or is at work
 * @param hasFailed whether the last attempt to run it ended in an error
 */
export function stateOfExperiment(
  { problem, runs }: Pick<ExperimentEntry, 'problem' | 'runs'>,
  active: ActiveRun | undefined,
  hasFailed: boolean,
): State {
  if (active) return active.state;
  if (problem !== undefined) return 'invalid';
  if (runs.some((run) => run.state === 'running')) return 'elsewhere';
  if (hasFailed) return 'failed';
  return runs.length === 0 ? 'never' : stateOfRun(runs[0], undefined);
}

/** How a run stands. @param active what this window runs of its experiment */
export function stateOfRun(
  { state, folder }: Pick<RunSummary, 'state' | 'folder'>,
  active: ActiveRun | undefined,
): State {
  if (active?.folder === folder) return active.state;
  return state === 'running' ? 'elsewhere' : state;
}

/** Whether this window runs it, or is about to. */
function isActive(state: State): state is ActiveRun['state'] {
  return ['queued', 'starting', 'running', 'stopping'].includes(state);
}

/** Icon of a state: the id of a product icon, and the theme colour that it has. */
export interface StateIcon {
  readonly id: string;
  readonly colour?: string;
}

/** The icon of a state; states differ in shape, not only in colour. */
export function iconOf(state: State): StateIcon {
  switch (state) {
    case 'never':
      return { id: 'circle-large-outline' };
    case 'queued':
      return { id: 'clock' };
    case 'starting':
    case 'running':
    case 'stopping':
      return { id: 'sync~spin', colour: 'charts.blue' };
    case 'elsewhere':
      return { id: 'sync', colour: 'charts.blue' };
    case 'finished':
      return { id: 'pass', colour: 'testing.iconPassed' };
    case 'unfinished':
      return { id: 'debug-pause', colour: 'charts.yellow' };
    case 'damaged':
      return { id: 'warning', colour: 'list.warningForeground' };
    case 'failed':
    case 'invalid':
      return { id: 'error', colour: 'testing.iconFailed' };
  }
}

/**
 * What menus ask of an experiment, in words: `experiment idle data generated`. `active`: this window runs
 * it; `elsewhere`: another process does, so that running it is not offered; `data`: there is a run to look
 * at; `generated`: its data is made from its features.
 */
export function contextOfExperiment(
  { specification, runs }: Pick<ExperimentEntry, 'specification' | 'runs'>,
  state: State,
): string {
  return [
    'experiment',
    kindOf(state, specification !== undefined),
    ...(runs.some(hasData) ? ['data'] : []),
    ...(specification?.data.source === 'generated' ? ['generated'] : []),
  ].join(' ');
}

function kindOf(state: State, isValid: boolean): 'active' | 'elsewhere' | 'idle' | 'invalid' {
  if (isActive(state)) return 'active';
  if (state === 'elsewhere') return 'elsewhere';
  return isValid ? 'idle' : 'invalid';
}

/** What menus ask of a run: `run finished data`; of one that this window runs, `run active data`. */
export function contextOfRun(run: Pick<RunSummary, 'state'>, state: State): string {
  const words = ['run', isActive(state) ? 'active' : state];
  return [...words, ...(hasData(run) ? ['data'] : [])].join(' ');
}

/** Whether there is something to look at, now or soon. */
export function hasData({ state }: Pick<RunSummary, 'state'>): boolean {
  return state !== 'damaged';
}
