import { MEASURES, type MeasureId } from '../measures/table';
import type { MaybeNumber, MetricsRow } from './metricsRow';
import { armsOf } from './arms';
import { legName } from './plan';
import type { Specification } from './specification';

/** A pruned specimen: its first and last row. */
export interface PrunedOutcome {
  /** The requested ratio. */
  readonly requested: number;
  /** After pruning, before retraining; with several steps, after the first pruning. */
  readonly before: MetricsRow;
  /** After the last epoch of retraining, of the last step; equal to `before` without retraining. */
  readonly after: MetricsRow;
}

/** Results of one arm of one seed. */
export interface ArmOutcome {
  readonly seed: number;
  readonly arm: string;
  /**
   * After the last epoch of training, which arms that train alike share; undefined for arms that do not start
   * from trained specimens, and until it has a row.
   */
  readonly trained?: MetricsRow;
  /** By ascending requested ratio. */
  readonly pruned: readonly PrunedOutcome[];
}

/**
 * Results of every arm of every seed, in the order of their first rows; of named arms in the order of the
 * specification. An unfinished run gives its results so far; if an epoch occurs twice, the later row counts.
 * @param specification names the arms; without `arms`, each has a leg of training of its own
 */
export function outcomesOf(
  rows: Iterable<MetricsRow>,
  specification?: Specification,
): ArmOutcome[] {
  const legs = new Map<string, LegEnds>();
  for (const row of rows) {
    const name = legName(row);
    const { first, last } = legs.get(name) ?? { first: row, last: row };
    legs.set(name, {
      first: row.epoch <= first.epoch ? row : first,
      last: row.epoch >= last.epoch ? row : last,
    });
  }
  const all = [...legs.values()];
  if (specification?.arms) return namedOutcomes(all, specification);
  return all
    .filter(({ last }) => last.requested === null)
    .map(({ last: trained }) => {
      const { seed, arm } = trained;
      return { seed, arm, trained, pruned: prunedOutcomes(all, seed, arm) };
    });
}

interface LegEnds {
  readonly first: MetricsRow;
  readonly last: MetricsRow;
}

/** Only arms that have rows of their own. */
function namedOutcomes(legs: readonly LegEnds[], specification: Specification): ArmOutcome[] {
  const trained = new Map<string, MetricsRow>();
  for (const { last } of legs) if (last.requested === null) trained.set(keyOf(last), last);
  const found = new Set(legs.map(({ last }) => keyOf(last)));
  const seeds = [...new Set(legs.map(({ last }) => last.seed))];
  return seeds.flatMap((seed) =>
    [...armsOf(specification).values()]
      .filter(({ name }) => found.has(keyOf({ seed, arm: name })))
      .map(({ name: arm, trainedAs }) => ({
        seed,
        arm,
        trained: trained.get(keyOf({ seed, arm: trainedAs })),
        pruned: prunedOutcomes(legs, seed, arm),
      })),
  );
}

function keyOf({ seed, arm }: Pick<MetricsRow, 'seed' | 'arm'>): string {
  return `${seed}-${arm}`;
}

/** By ascending ratio; the legs of several steps are one outcome. */
function prunedOutcomes(legs: readonly LegEnds[], seed: number, arm: string): PrunedOutcome[] {
  const outcomes = new Map<number, PrunedOutcome>();
  for (const { first, last } of legs) {
    const { requested } = last;
    if (last.seed !== seed || last.arm !== arm || requested === null) continue;
    const { before, after } = outcomes.get(requested) ?? { before: first, after: last };
    outcomes.set(requested, {
      requested,
      before: stepOf(first) < stepOf(before) ? first : before,
      after: stepOf(last) > stepOf(after) ? last : after,
    });
  }
  return [...outcomes.values()].sort((a, b) => a.requested - b.requested);
}

function stepOf({ step = 1 }: MetricsRow): number {
  return step;
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
  /** Removed or masked share of the weights; only in experiments with arms. */
  readonly weightRatio?: number;
  /** The last step, where an arm prunes in several. */
  readonly step?: number;
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
  const outcomes = outcomesOf(rows).filter(hasTrained);
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

type ThesisOutcome = ArmOutcome & { readonly trained: MetricsRow };

function hasTrained(outcome: ArmOutcome): outcome is ThesisOutcome {
  return outcome.trained !== undefined;
}

function summariseArm({ trained, pruned }: ThesisOutcome): ArmSummary {
  return { dense: summariseTrained(trained), pruned: pruned.map(summarisePruned) };
}

/** Results of one seed by the names of its arms. */
export interface ArmsSummary {
  readonly seed: number;
  readonly arms: Readonly<Record<string, NamedArmSummary>>;
}

/** Results of a named arm. */
export interface NamedArmSummary {
  /** Before anything is pruned, shared by arms that train alike; null for arms that start from no training. */
  readonly trained: TrainedSummary | null;
  readonly pruned: readonly PrunedSummary[];
}

/** A run's results by seed and arm, for programs: those of an experiment with `arms`. */
export function summariseArms(
  rows: Iterable<MetricsRow>,
  specification: Specification,
): ArmsSummary[] {
  const seeds = new Map<number, [string, NamedArmSummary][]>();
  for (const { seed, arm, trained, pruned } of outcomesOf(rows, specification)) {
    const summary = {
      trained: trained ? summariseTrained(trained) : null,
      pruned: pruned.map(summarisePruned),
    };
    seeds.set(seed, [...(seeds.get(seed) ?? []), [arm, summary]]);
  }
  return [...seeds].map(([seed, arms]) => ({ seed, arms: Object.fromEntries(arms) }));
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
  const { neuronRatio, parameterRatio, weightRatio, step, hidden, measures, testLoss } = after;
  return {
    requested,
    neuronRatio,
    parameterRatio,
    ...(weightRatio !== undefined && { weightRatio }),
    ...(step !== undefined && { step }),
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
