import { MetricsTable } from '../../../src/core/experiment/metricsTable';
import type { ShownRun } from '../../../src/figures/trajectories/run';
import { armsRows, armsSpecification } from '../../core/experiment/armsRun';
import { shownRun } from './sampleRun';

/** A run with named arms, as a view shows it. */
export async function armsRun(given: Partial<ShownRun> = {}): Promise<ShownRun> {
  const specification = armsSpecification();
  const table = new MetricsTable();
  for (const row of await armsRows(specification)) table.add(row);
  return { ...shownRun([], { specification }), table, ...given };
}
