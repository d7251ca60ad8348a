import type { LegRows, MetricsTable } from '../../core/experiment/metricsTable';
import { checkpointName, type Leg } from '../../core/experiment/plan';
import type { PointSpecimen } from '../../protocol/trajectories';
import type { TrajectoryLine } from './lines';

/**
 * The specimens of a point of a line: one, or one per seed of a mean; none for the
 * null, which belongs to no network.
 * @param table the rows of the line's run
 * @param values `[rows]`: the value to report for each specimen
 */
export function specimensAt(
  { subject, requested, step, epoch, trainedAs }: TrajectoryLine,
  point: number,
  table: MetricsTable,
  values: Float64Array | undefined,
): PointSpecimen[] {
  const ratio = requested[point];
  const isPruned = !Number.isNaN(ratio);
  const arm = isPruned ? subject.arm : (trainedAs ?? subject.arm);
  const at = step?.[point] ?? NaN;
  return [...table.legs]
    .filter(({ leg }) => {
      const isRatio = isPruned ? leg.requested === ratio : leg.requested === null;
      const isStep = Object.is(leg.step ?? NaN, at);
      return isRatio && isStep && leg.arm === arm && leg.seed === (subject.seed ?? leg.seed);
    })
    .sort((a, b) => a.leg.seed - b.leg.seed)
    .flatMap((found) => {
      const stage = isPruned ? subject.stage : undefined;
      const last = stage === 'after' ? lastEpoch(found) : epoch[point];
      const moment = stage === 'before' ? 0 : last;
      const row = found.rows[moment] ?? -1;
      if (row < 0) return [];
      const { leg } = found;
      const value = values?.[row] ?? NaN;
      return [{ seed: leg.seed, checkpoint: nameAt(leg, moment), value: finiteOrNull(value) }];
    });
}

/** Seeds may have reached different epochs of retraining. */
function lastEpoch({ rows }: LegRows): number {
  for (let epoch = rows.length - 1; epoch > 0; epoch--) if (rows[epoch] >= 0) return epoch;
  return 0;
}

function nameAt(leg: Leg, epoch: number): string {
  const isPruned = leg.requested !== null;
  const first = isPruned ? 'pruned' : 'initial';
  return checkpointName(leg, epoch === 0 ? first : isPruned ? 'retraining' : 'training', epoch);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
