import type { MeasuredMean, MetricsRow } from '../../../src/core/experiment/metricsRow';
import { MEASURES, type MeasureId } from '../../../src/core/measures/table';

/** What a test says of a row; the rest is filled in. */
export type RowDetails = Partial<Omit<MetricsRow, 'measures'>> & {
  readonly measures?: Partial<Record<MeasureId, Partial<MeasuredMean>>>;
};

/** A row of seed 42's dense specimen before training, every measure 1 of a null of 2, but for the details. */
export function exampleRow({ measures = {}, ...details }: RowDetails = {}): MetricsRow {
  const entries = MEASURES.map(({ id }): [MeasureId, MeasuredMean] => [
    id,
    { mean: 1, layers: [1, 1], missing: 0, null: 2, ...measures[id] },
  ]);
  return {
    seed: 42,
    arm: 'dense',
    phase: 'initial',
    epoch: 0,
    requested: null,
    neuronRatio: 0,
    parameterRatio: 0,
    hidden: [8, 4],
    parameters: 100,
    trainLoss: null,
    testLoss: 0.5,
    r2: 0.1,
    completenessError: 0,
    ...details,
    measures: Object.fromEntries(entries) as Record<MeasureId, MeasuredMean>,
  };
}
