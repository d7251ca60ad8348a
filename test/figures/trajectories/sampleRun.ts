import type { MaybeNumber, MetricsRow } from '../../../src/core/experiment/metricsRow';
import { MetricsTable } from '../../../src/core/experiment/metricsTable';
import type { Phase } from '../../../src/core/experiment/plan';
import { MEASURES } from '../../../src/core/measures/table';
import type { ShownRun } from '../../../src/figures/trajectories/run';
import { parseSpecification } from './specification';

/** What a row of a test says; the rest is as of a plain net. */
export interface RowValues {
  readonly seed?: number;
  readonly arm?: string;
  readonly phase?: Phase;
  readonly epoch?: number;
  readonly requested?: MaybeNumber;
  readonly neuronRatio?: number;
  readonly testLoss?: number;
  readonly trainLoss?: MaybeNumber;
  readonly r2?: MaybeNumber;
  /** Of every measure. */
  readonly mean?: MaybeNumber;
  readonly layers?: readonly MaybeNumber[];
}

/** A row of metrics. */
export function metricsRow({ mean = 3, layers = [3, 3], ...values }: RowValues): MetricsRow {
  const measured = { mean, layers, missing: 0, null: 3.5 };
  return {
    seed: 0,
    arm: 'dense',
    phase: 'training',
    epoch: 0,
    requested: null,
    neuronRatio: values.requested ?? 0,
    parameterRatio: (values.requested ?? 0) / 2,
    hidden: [8, 4],
    parameters: 70,
    trainLoss: null,
    testLoss: 1,
    r2: 0.5,
    completenessError: 0,
    ...values,
    measures: Object.fromEntries(
      MEASURES.map(({ id }) => [id, measured]),
    ) as MetricsRow['measures'],
  };
}

/** A run that is shown, with these rows. */
export function shownRun(rows: readonly RowValues[], given: Partial<ShownRun> = {}): ShownRun {
  const table = new MetricsTable();
  for (const row of rows) table.add(metricsRow(row));
  return {
    run: '/lab/a/runs/1',
    id: '1',
    experiment: '/lab/a',
    name: 'A',
    startedAt: '2026-01-01T00:00:00.000Z',
    state: 'finished',
    specification: parseSpecification({}),
    engine: 'simd',
    version: '0.1.0',
    table,
    slot: 0,
    visible: true,
    ...given,
  };
}
