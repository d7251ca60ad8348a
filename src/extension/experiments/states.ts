import type { RunSummary } from '../../node/runStore/listRuns';
import type { ActiveRun } from '../running/runService';
import type { ExperimentEntry } from './experimentIndex';

/**
 * The state of an experiment or a run.
 *
 * - `never`: not run yet
 * - `invalid`: its specification is not valid
 * - `failed`: the last attempt to run it ended in an error
 * - `elsewhere`: a process of another window or program is running it
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
 * The state of an experiment. A run of this window takes precedence, then an error in the specification, then a run
 * of another process, then the end of the last attempt or the latest run.
 * @param active its queued or active run in this window
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

/** The state of a run. @param active the queued or active run of its experiment in this window */
export function stateOfRun(
  { state, folder }: Pick<RunSummary, 'state' | 'folder'>,
  active: ActiveRun | undefined,
): State {
  if (active?.folder === folder) return active.state;
  return state === 'running' ? 'elsewhere' : state;
}

/** Whether the run is queued or active in this window. */
function isActive(state: State): state is ActiveRun['state'] {
  return ['queued', 'starting', 'running', 'stopping'].includes(state);
}

/** Icon of a state: ids of a product icon and of a theme colour. */
export interface StateIcon {
  readonly id: string;
  readonly colour?: string;
}

/** The icon of a state. States differ in shape, not only in colour. */
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
 * The context value of an experiment, which `when` clauses of menus test: `experiment idle data generated`.
 * `active`: this window runs it; `elsewhere`: another process runs it, so that menus do not offer to run it;
 * `data`: it has a readable run; `generated`: its data is generated from its features.
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

/** The context value of a run: `run finished data`, or `run active data` if this window runs it. */
export function contextOfRun(run: Pick<RunSummary, 'state'>, state: State): string {
  const words = ['run', isActive(state) ? 'active' : state];
  return [...words, ...(hasData(run) ? ['data'] : [])].join(' ');
}

/** Whether a run has data to show, now or soon. */
export function hasData({ state }: Pick<RunSummary, 'state'>): boolean {
  return state !== 'damaged';
}
