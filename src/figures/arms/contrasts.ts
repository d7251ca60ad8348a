import { armsOf } from '../../core/experiment/arms';
import type { Specification } from '../../core/experiment/specification';
import { counted } from '../../core/counted';
import { CONFIDENCE, meanInterval, type MeanInterval } from '../../core/statistics/meanInterval';
import { percent } from '../text/numbers';
import { controlOf } from './controls';

/** The last value of an arm's specimen of one seed. */
export interface FinalValue {
  readonly seed: number;
  readonly arm: string;
  /** The requested ratio; 0 for arms without pruning. */
  readonly requested: number;
  /** NaN if it is missing. */
  readonly value: number;
}

/** An arm minus its control, paired by seed. */
export interface Contrast {
  readonly arm: string;
  readonly control: string;
  readonly requested: number;
  /** Mean difference with its 95% t interval over the pairs. */
  readonly difference: MeanInterval;
  /** Number of pairs whose difference has the sign of the mean. */
  readonly agreeing: number;
  /** Number of seeds left out, because either value is missing. */
  readonly unpaired: number;
}

/** Every arm at every ratio minus its control, in the order of the arms; contrasts without any row are left out. */
export function contrastsOf(
  values: readonly FinalValue[],
  specification: Specification,
): Contrast[] {
  const found = new Map(values.map((final) => [keyOf(final), final.value]));
  const seeds = [...new Set(values.map(({ seed }) => seed))];
  return [...armsOf(specification).values()].flatMap(({ name: arm, ratios }) => {
    const control = controlOf(specification, arm)?.name;
    if (control === undefined) return [];
    return [...ratios]
      .sort((a, b) => a - b)
      .flatMap((requested): Contrast[] => {
        const measured = seeds.filter((seed) => found.has(keyOf({ seed, arm, requested })));
        if (measured.length === 0) return [];
        const differences = measured.map((seed) => {
          const own = found.get(keyOf({ seed, arm, requested })) ?? NaN;
          return own - (found.get(keyOf({ seed, arm: control, requested: 0 })) ?? NaN);
        });
        const difference = meanInterval(differences);
        return [
          {
            arm,
            control,
            requested,
            difference,
            agreeing: differences.filter((d) => Math.sign(d) === Math.sign(difference.mean)).length,
            unpaired: measured.length - difference.count,
          },
        ];
      });
  });
}

function keyOf({ seed, arm, requested }: Omit<FinalValue, 'value'>): string {
  return `${seed}|${arm}|${requested}`;
}

/** A contrast in words: `higher`, `lower`, or why neither can be said. */
export function verdictOf({ difference }: Pick<Contrast, 'difference'>): string {
  const { low, high, count } = difference;
  if (count === 0) return 'no pair of values';
  if (count === 1) return 'one pair: no interval';
  if (low > 0) return 'higher';
  if (high < 0) return 'lower';
  return 'no evidence of a difference';
}

/** What contrasts mean and what they do not show. */
export function contrastsStatement(contrasts: readonly Contrast[]): string {
  const unpaired = contrasts.reduce((most, contrast) => Math.max(most, contrast.unpaired), 0);
  return [
    `Difference: an arm minus its control after the last epoch, paired by seed, mean and ${percent(CONFIDENCE)} t interval of n pairs; not corrected for the number of contrasts.`,
    'All seeds share one data set: what holds here may not hold for another.',
    ...(unpaired > 0 ? [`Up to ${counted(unpaired, 'seed')} without a pair left out.`] : []),
  ].join(' ');
}
