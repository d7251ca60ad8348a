import { armsOf, needsTraining } from '../../core/experiment/arms';
import type { Specification } from '../../core/experiment/specification';
import type { SeriesArm } from '../../protocol/matrix';

/** The arms of an experiment, for views of its matrices. */
export function seriesArms(specification: Specification): SeriesArm[] {
  return [...armsOf(specification).values()].map((arm) => ({
    name: arm.name,
    ...(needsTraining(arm) && { trainedAs: arm.trainedAs }),
  }));
}
