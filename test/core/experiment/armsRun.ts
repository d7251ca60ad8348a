import type { MetricsRow } from '../../../src/core/experiment/metricsRow';
import { experimentSchema, type Specification } from '../../../src/core/experiment/specification';
import { rowsOf, eventsOf, tiny } from './tinyExperiment';

/** A specification with arms of every kind that views treat differently. */
export function armsSpecification(seeds: readonly number[] = [1, 2]): Specification {
  return experimentSchema.parse({
    ...tiny(),
    seeds,
    arms: [
      { name: 'control' },
      { name: 'magnitude', pruning: { method: 'magnitude', ratios: [0.5, 0.25] } },
      { name: 'scratch', pruning: { method: 'scratch', widthsOf: 'magnitude', ratios: [0.5] } },
      { name: 'drop', training: { dropout: 0.5 } },
      {
        name: 'drop-magnitude',
        training: { dropout: 0.5 },
        pruning: { method: 'magnitude', ratios: [0.5] },
      },
      {
        name: 'imp',
        pruning: {
          method: 'weights',
          ratios: [0.5],
          rewind: 0,
          schedule: { steps: 3, shares: 'geometric' },
        },
      },
      { name: 'snip', pruning: { method: 'snip', ratios: [0.5] } },
    ],
  });
}

/** The rows of a run of a specification in this process. */
export async function armsRows(specification: Specification): Promise<MetricsRow[]> {
  return rowsOf(await eventsOf(specification));
}
