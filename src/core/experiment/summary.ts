import { MEASURES, type MeasureId } from '../measures/table';
import type { MaybeNumber, MetricsRow } from './metricsRow';
import { legName } from './plan';

/** A pruned copy of a trained specimen: its first and last row. */
export interface PrunedOutcome {
  /** The requested ratio. */
  readonly requested: number;
  /** After pruning, before retraining. */
  readonly before: MetricsRow;
  /** After the last epoch of retraining; equal to `before` without retraining. */
  readonly after: MetricsRow;
}

/** Results of one arm of one seed. */
export interface ArmOutcome {
  readonly seed: number;
  readonly arm: string;
  /** After the last epoch of training. */
  readonly trained: MetricsRow;
  /** By ascending requested ratio. */
  readonly pruned: readonly PrunedOutcome[];
}

/**
 * Results of every arm of every seed, in the order of their first rows. An unfinished run gives its results
 * so far; if an epoch occurs twice, the later row counts.
 */
export function outcomesOf(rows: Iterable<MetricsRow>): ArmOutcome[] {
  const legs = new Map<string, { first: MetricsRow; last: MetricsRow }>();
  for (const row of rows) {
    const name = legName(row);
    const { first, last } = legs.get(name) ?? { first: row, last: row };
    legs.set(name, {
      first: row.epoch <= first.epoch ? row : first,
      last: row.epoch >= last.epoch ? row : last,
    });
  }
  const all = [...legs.values()];
  return all
    .filter(({ last }) => last.requested === null)
    .map(({ last: trained }) => {
      const { seed, arm } = trained;
      const pruned = all
        .filter(({ last }) => last.seed === seed && last.arm === arm)
        .flatMap(({ first, last }): PrunedOutcome[] =>
          last.requested === null
            ? []
            : [{ requested: last.requested, before: first, after: last }],
        )
        .sort((a, b) => a.requested - b.requested);
      return { seed, arm, trained, pruned };
    });
}

/** Results of a trained specimen: the net's mean of every measure, and its prediction errors. */
export type TrainedSummary = Readonly<Record<MeasureId, MaybeNumber>> & {
  /** Mean over the last epoch's batches. */
  readonly trainLoss: MaybeNumber;
  readonly testLoss: number;
  readonly r2: MaybeNumber;
  /** Per hidden layer. */
  readonly layers: { readonly relative: readonly MaybeNumber[] };
};

/** Results of a pruned specimen. */
export interface PrunedSummary {
  readonly requested: number;
  /** Removed shares, in [0, 1). */
  readonly neuronRatio: number;
  readonly parameterRatio: number;
  readonly hidden: readonly number[];
  readonly before: { readonly relative: MaybeNumber; readonly testLoss: number };
  readonly after: {
    readonly relative: MaybeNumber;
    readonly coverage: MaybeNumber;
    readonly testLoss: number;
  };
}

/** An arm: trained, and pruned at every ratio. */
export interface ArmSummary {
  readonly dense: TrainedSummary;
  readonly pruned: readonly PrunedSummary[];
}

/** Results of one seed, and of its dropout twin if there is one. */
export interface SeedSummary extends ArmSummary {
  readonly seed: number;
  /** `dense` is the twin trained with dropout, not pruned. */
  readonly dropout?: ArmSummary;
}

/** A run's results by seed, for programs. Seeds whose dense arm has no row yet are left out. */
export function summariseRows(rows: Iterable<MetricsRow>): SeedSummary[] {
  const outcomes = outcomesOf(rows);
  return outcomes
    .filter(({ arm }) => arm === 'dense')
    .map((dense) => {
      const twin = outcomes.find(({ seed, arm }) => seed === dense.seed && arm === 'dropout');
      return {
        seed: dense.seed,
        ...summariseArm(dense),
        ...(twin ? { dropout: summariseArm(twin) } : {}),
      };
    });
}

function summariseArm({ trained, pruned }: ArmOutcome): ArmSummary {
  return { dense: summariseTrained(trained), pruned: pruned.map(summarisePruned) };
}

function summariseTrained({ measures, trainLoss, testLoss, r2 }: MetricsRow): TrainedSummary {
  const means = MEASURES.map(({ id }) => [id, measures[id].mean]);
  return {
    ...(Object.fromEntries(means) as Record<MeasureId, MaybeNumber>),
    trainLoss,
    testLoss,
    r2,
    layers: { relative: measures.relative.layers },
  };
}

function summarisePruned({ requested, before, after }: PrunedOutcome): PrunedSummary {
  const { neuronRatio, parameterRatio, hidden, measures, testLoss } = after;
  return {
    requested,
    neuronRatio,
    parameterRatio,
    hidden,
    before: { relative: before.measures.relative.mean, testLoss: before.testLoss },
    after: { relative: measures.relative.mean, coverage: measures.coverage.mean, testLoss },
  };
}

/** Mean and spread of a result over seeds. */
export interface Spread {
  /** null if no seed has a value. */
  readonly mean: MaybeNumber;
  /** Sample standard deviation, divisor n − 1; null for fewer than two values. */
  readonly sd: MaybeNumber;
  /** Number of seeds with a value. */
  readonly count: number;
}

/** Mean and standard deviation of the defined values. */
export function spreadOf(values: readonly MaybeNumber[]): Spread {
  const defined = values.filter((value) => value !== null);
  const count = defined.length;
  if (count === 0) return { mean: null, sd: null, count };
  const mean = defined.reduce((sum, value) => sum + value, 0) / count;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: count < 2 ? null : Math.sqrt(squares / (count - 1)), count };
}
