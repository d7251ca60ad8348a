import type { MetricsTable } from '../../core/experiment/metricsTable';
import type { RunDescription } from '../../protocol/trajectories';

/** A run that is shown, with its rows so far. */
export interface ShownRun extends RunDescription {
  /** Empty until rows have arrived. */
  readonly table: MetricsTable;
  /** Colour and marker. */
  readonly slot: number;
  /** Whether the legend shows it. */
  readonly visible: boolean;
  /** Why there are no rows. */
  readonly problem?: string;
}

/**
 * Short names of runs: that of the experiment if only one run of it is shown, otherwise followed by
 * the run's id.
 */
export function runTitles(
  runs: readonly Pick<RunDescription, 'run' | 'id' | 'name'>[],
): ReadonlyMap<string, string> {
  const named = new Map<string, number>();
  for (const { name } of runs) named.set(name, (named.get(name) ?? 0) + 1);
  return new Map(
    runs.map(({ run, id, name }) => [run, named.get(name) === 1 ? name : `${name} ${id}`]),
  );
}
