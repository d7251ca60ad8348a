import { counted } from '../../core/counted';
import type { LegRows, MetricsTable } from '../../core/experiment/metricsTable';
import { armsOf } from '../../core/experiment/arms';
import { legEpochs, type Leg } from '../../core/experiment/plan';
import { armsOfRun, type ShownArm } from './arms';
import type { ShownRun } from './run';
import type { ViewState } from './state';

/* The legs of a run that lines go through. */

type Hidden = Pick<ViewState, 'hiddenArms'>;

/** Legs of training, by arm and then by seed. */
export function trainingLegs(table: MetricsTable, arm: string): LegRows[] {
  return [...table.legs]
    .filter(({ leg }) => leg.arm === arm && leg.requested === null)
    .sort((a, b) => a.leg.seed - b.leg.seed);
}

/** The arms that are switched on. */
export function shownArms(run: ShownRun, { hiddenArms }: Hidden): ShownArm[] {
  return armsOfRun(run).filter(({ name }) => !hiddenArms.includes(name));
}

/** Legs of training with the shown arms that continue them, by the first of these in all. */
export function shownTrainings(
  run: ShownRun,
  { hiddenArms }: Hidden,
): [trainer: string, arms: string[]][] {
  const trainings = new Map<string, string[]>();
  for (const { name, trainedAs } of armsOfRun(run)) {
    if (trainedAs === undefined) continue;
    const arms = trainings.get(trainedAs) ?? [];
    if (!hiddenArms.includes(name)) arms.push(name);
    trainings.set(trainedAs, arms);
  }
  return [...trainings].filter(([, arms]) => arms.length > 0);
}

/** `control`; `control and 2 arms trained alike`. */
export function trainingName(run: ShownRun, trainer: string): string {
  const others = armsOfRun(run).filter(
    ({ name, trainedAs }) => trainedAs === trainer && name !== trainer,
  );
  return others.length === 0
    ? trainer
    : `${trainer} and ${counted(others.length, 'arm')} trained alike`;
}

/** A pruned specimen before and after retraining. */
export interface Pruned extends LegRows {
  readonly before: number;
  /** -1 until an epoch of retraining is measured. */
  readonly after: number;
}

/** The pruned legs of an arm, by seed, ratio and step. */
export function prunedLegs({ table, specification }: ShownRun, arm: string): Pruned[] {
  const isRetrained = (leg: Leg): boolean =>
    // Outputs of other programs may have rows of arms that their specification lacks.
    specification.arms && armsOf(specification).has(leg.arm)
      ? legEpochs(specification, leg) > 0
      : specification.pruning.retraining.epochs > 0;
  return [...table.legs]
    .filter(({ leg }) => leg.arm === arm && leg.requested !== null)
    .map((found) => {
      const { rows } = found;
      const before = rows[0] ?? -1;
      // Without retraining, a pruned specimen is final.
      return { ...found, before, after: isRetrained(found.leg) ? lastRow(rows, 1) : before };
    })
    .sort(
      (a, b) =>
        a.leg.seed - b.leg.seed ||
        requestedOf(a) - requestedOf(b) ||
        (a.leg.step ?? 1) - (b.leg.step ?? 1),
    );
}

/** The requested ratio of a pruned leg. */
export function requestedOf({ leg }: LegRows): number {
  return leg.requested ?? NaN;
}

/** The last row of a leg from an epoch on; -1 if there is none. */
export function lastRow(rows: readonly number[], from: number): number {
  for (let epoch = rows.length - 1; epoch >= from; epoch--)
    if (rows[epoch] >= 0) return rows[epoch];
  return -1;
}

/** The last rows of the training that an arm continues. */
export function trainedEnds(
  { table }: ShownRun,
  { trainedAs }: ShownArm,
): (LegRows & { readonly last: number })[] {
  if (trainedAs === undefined) return [];
  return trainingLegs(table, trainedAs).map((leg) => ({ ...leg, last: lastRow(leg.rows, 0) }));
}
