import type { MetricsRow } from '../core/experiment/metricsRow';
import { legEpochs, legName } from '../core/experiment/plan';
import type { Specification } from '../core/experiment/specification';
import { legOf } from '../core/experiment/progress';

/**
 * The rows of legs that were trained to their end: of a run that is not finished, what can be compared.
 */
export function finishedRows(
  rows: readonly MetricsRow[],
  specification: Specification,
): readonly MetricsRow[] {
  const finished = new Set(
    rows
      .map((row) => ({ leg: legOf(row), epoch: row.epoch }))
      .filter(({ leg, epoch }) => epoch === legEpochs(specification, leg))
      .map(({ leg }) => legName(leg)),
  );
  return rows.filter((row) => finished.has(legName(legOf(row))));
}
