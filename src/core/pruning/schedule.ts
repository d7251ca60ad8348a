import { invalid, show } from '../errors';
import { power } from '../numeric/elementary';

/**
 * Share that each round of an iterative schedule removes of what is left, so that `ratio` is removed after all
 * rounds: 1 − (1 − ratio)^(1/rounds).
 * @param ratio in [0, 1)
 */
export function sharePerRound(ratio: number, rounds: number): number {
  return 1 - power(1 - ratio, 1 / rounds);
}

/**
 * How many of `total` weights are left after a round of iterative pruning that removes `share` of the remaining
 * ones: the nearest whole number to total · (1 − share)^round.
 * @param share in [0, 1)
 * @param round 0 before the first round
 * @throws LabError for a share or a round outside of its range
 */
export function weightsAfter(total: number, share: number, round: number): number {
  if (!(share >= 0 && share < 1)) {
    throw invalid(`must be at least 0 and below 1, not ${show(share)}`, { field: 'share' });
  }
  if (!(Number.isSafeInteger(round) && round >= 0)) {
    throw invalid(`must be a whole number of at least 0, not ${show(round)}`, { field: 'round' });
  }
  return Math.round(total * power(1 - share, round));
}
