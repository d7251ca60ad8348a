import { armsOfRun } from '../../figures/trajectories/arms';
import type { ChartGroup } from '../../figures/trajectories/charts';
import type { NumbersRow } from '../../figures/trajectories/numbers';
import { hiddenParts, INITIAL_STATE } from '../../figures/trajectories/state';
import type { LostRun } from '../../protocol/trajectories';
import { runsOf, type TrajectoriesChange, type TrajectoriesState } from './state';

/** What stands in place of the charts where there is nothing to draw. */
export interface Emptiness {
  readonly heading?: string;
  readonly lines: readonly string[];
  /** What the user can do about it. */
  readonly button?: {
    readonly label: string;
    readonly does: TrajectoriesChange | 'add runs';
  };
}

const READING: Emptiness = { lines: ['Reading the runs…'] };
const ADD_RUNS = { label: 'Add runs…', does: 'add runs' } as const;

/**
 * Why there is nothing to draw, and what to do about it; undefined where there is something.
 * @param rows of the table, while it is shown
 */
export function emptinessOf(
  state: TrajectoriesState,
  groups: readonly ChartGroup[],
  rows: readonly NumbersRow[] | undefined,
): Emptiness | undefined {
  const { view, known, lost, isInitialized } = state;
  const runs = runsOf(state);
  if (runs.length === 0) {
    if (!isInitialized) return READING;
    if (lost.length > 0) return lossOf(lost);
    const line = 'Run an experiment, or choose runs that are there already.';
    return { heading: 'No run is shown', lines: [line], button: ADD_RUNS };
  }
  // The specifications, which may differ, are known before any row.
  if (groups.length > 0 || view.view === 'differences') {
    return rows?.length === 0
      ? {
          heading: 'No point lies within the zoom',
          lines: [],
          button: { label: 'Show all', does: { type: 'choose', view: { zoom: {} } } },
        }
      : undefined;
  }
  if (runs.every(({ visible }) => !visible)) {
    return {
      heading: 'All runs are hidden',
      lines: ['Press one in the legend to show it alone.'],
      button: { label: 'Show all runs', does: { type: 'choose', view: { hidden: [] } } },
    };
  }
  const problems = runs.flatMap(({ problem, name, id }) =>
    problem === undefined ? [] : [`${name} ${id}: ${problem}`],
  );
  if (problems.length > 0) return { heading: 'The rows could not be read', lines: problems };
  if (known.some(({ reading }) => reading)) return READING;
  if (runs.every(({ visible, table }) => !visible || table.count === 0)) {
    return {
      heading: 'No epoch is measured yet',
      lines: ['The trajectories draw themselves as soon as the run measures its first.'],
    };
  }
  const arms = new Set(runs.flatMap((run) => armsOfRun(run).map(({ name }) => name)));
  const hidden = [...view.hiddenArms.filter((arm) => arms.has(arm)), ...hiddenParts(view.parts)];
  if (hidden.length === 0) {
    return { heading: 'Nothing of what is chosen has been measured', lines: [] };
  }
  const { parts } = INITIAL_STATE;
  return {
    heading: 'What is chosen leaves nothing to show',
    lines: [`Not shown: ${hidden.join(', ')}.`],
    button: { label: 'Show everything', does: { type: 'choose', view: { parts, hiddenArms: [] } } },
  };
}

/** Why each run is lost. */
function lossOf(lost: readonly LostRun[]): Emptiness {
  const [one, several] = lost.every(({ deleted }) => deleted)
    ? ['This run was deleted', 'These runs were deleted']
    : ['This run cannot be shown', 'These runs cannot be shown'];
  return {
    heading: lost.length === 1 ? one : several,
    lines: lost.map(lossLine),
    button: ADD_RUNS,
  };
}

export function lossLine({ name, id, message }: LostRun): string {
  return `${name} ${id}: ${message}`;
}
