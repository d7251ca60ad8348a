import type { MetricsTable } from '../../core/experiment/metricsTable';
import type { RunDescription } from '../../protocol/trajectories';

/** A run that is shown, with its rows as far as they are known. */
export interface ShownRun extends RunDescription {
  /** Empty until the rows have come. */
  readonly table: MetricsTable;
  /** Colour and marker. */
  readonly slot: number;
  /** Whether the legend shows it. */
  readonly visible: boolean;
  /** Why there are no rows. */
  readonly problem?: string;
}

/**
 * Names of runs as short as they can be: the experiment's where one run of it is shown, otherwise with
 * the run's own.
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
