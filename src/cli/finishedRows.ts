import type { MetricsRow } from '../core/experiment/metricsRow';
import { legEpochs, legName } from '../core/experiment/plan';
import type { Specification } from '../core/experiment/specification';

/** The rows of finished legs: those of an unfinished run that can be compared. */
export function finishedRows(
  rows: readonly MetricsRow[],
  specification: Specification,
): readonly MetricsRow[] {
  const finished = new Set(
    rows.filter((row) => row.epoch === legEpochs(specification, row)).map(legName),
  );
  return rows.filter((row) => finished.has(legName(row)));
}
