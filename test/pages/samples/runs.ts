import type { MetricsTable } from '../../../src/core/experiment/metricsTable';
import type { RunDescription } from '../../../src/protocol/trajectories';
import { exampleNull } from '../../core/experiment/exampleNull';
import { type RowValues, shownRun } from '../../figures/trajectories/sampleRun';
import { parseSpecification } from '../../figures/trajectories/specification';

export const EPOCHS = 8;
export const RATIOS = [0.25, 0.5];

/** Rows of a run as an experiment writes them; values are round, so that texts are predictable. */
export function rowsOf(seeds: readonly number[], offset = 0): RowValues[] {
  return seeds.flatMap((seed) =>
    (['dense', 'dropout'] as const).flatMap((arm) => {
      const base = 3 + offset + seed / 10 + (arm === 'dropout' ? -1 : 0);
      const row = (epoch: number, requested: number | null): RowValues => ({
        seed,
        arm,
        epoch,
        requested,
        neuronRatio: requested === null ? 0 : requested - 0.05,
        mean: base - (requested ?? 0) + epoch / 20,
        layers: [base, base + 1],
        testLoss: 1 / (epoch + 1) + (requested ?? 0) / 4 + seed / 100,
        trainLoss: epoch === 0 ? null : 1 / (epoch + 2),
        r2: epoch === 0 ? -6 : 0.5 + epoch / 20,
      });
      const leg = (requested: number | null, epochs: number): RowValues[] =>
        Array.from({ length: epochs }, (_, epoch) => row(epoch, requested));
      return [...leg(null, EPOCHS), ...RATIOS.flatMap((ratio) => leg(ratio, 3))];
    }),
  );
}

/** A run with its rows, as the host provides it. */
export interface SampleRun {
  readonly description: RunDescription;
  readonly table: MetricsTable;
}

export function sampleRun(
  name: string,
  rows: readonly RowValues[],
  given: Partial<RunDescription> = {},
): SampleRun {
  const run = `/lab/${name}/runs/20260101-000000`;
  const { table, slot, visible, ...description } = shownRun(rows, {
    run,
    id: '20260101-000000',
    experiment: `/lab/${name}`,
    name,
    specification: parseSpecification({ name }),
    nulls: exampleNull({ relative: 3.5 }),
    ...given,
  });
  void slot;
  void visible;
  return { description, table };
}

/** Two runs that differ in a few fields. */
export const FIRST = sampleRun('NonLinear0', rowsOf([0, 1, 2]));
export const SECOND = sampleRun('Random', rowsOf([0, 1, 2], 0.5), {
  specification: parseSpecification({
    name: 'Random',
    training: { epochs: 7 },
    pruning: { method: 'random-structured', ratios: RATIOS },
  }),
});
