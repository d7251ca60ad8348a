import { armsOf } from '../core/experiment/arms';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { legEpochs, legName, legOf, type Leg } from '../core/experiment/plan';
import type { Specification } from '../core/experiment/specification';

/**
 * The rows of finished legs: those of an unfinished run that can be compared. A leg of several steps counts
 * once the last step is finished, since only then is the requested ratio reached.
 */
export function finishedRows(
  rows: readonly MetricsRow[],
  specification: Specification,
): readonly MetricsRow[] {
  const arms = armsOf(specification);
  const isEnd = (row: MetricsRow): boolean =>
    arms.has(row.arm) && row.epoch === legEpochs(specification, row);
  const finished = new Set(rows.filter(isEnd).map(legName));
  return rows.filter(
    (row) =>
      finished.has(legName(row)) && finished.has(legName(lastStepOf(legOf(row), specification))),
  );
}

function lastStepOf(leg: Leg, specification: Specification): Leg {
  if (leg.step === undefined) return leg;
  const steps = armsOf(specification).get(leg.arm)?.pruning?.schedule?.steps ?? leg.step;
  return { ...leg, step: steps };
}
