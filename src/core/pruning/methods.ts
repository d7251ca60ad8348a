/** Methods of an experiment's short form, `pruning.method`. */
export const PRUNING_METHODS = [
  'global-structured',
  'random-structured',
  'torch-pruning',
  'thesis',
] as const;

/** Scores of units; pruning by them makes the network smaller. */
export const UNIT_SCORES = [
  'magnitude',
  'inverse',
  'taylor',
  'taylor-gate',
  'activation',
  'apoz',
  'random',
] as const;

/** Scores of single weights; pruning by them masks weights and keeps the layout. */
const WEIGHT_SCORES = ['weights', 'snip', 'movement'] as const;

export const SCORE_METHODS = [...UNIT_SCORES, ...WEIGHT_SCORES] as const;

/** Every method of pruning. */
export const ALL_METHODS = [...PRUNING_METHODS, ...SCORE_METHODS] as const;

export type UnitScore = (typeof UNIT_SCORES)[number];
export type WeightScore = (typeof WEIGHT_SCORES)[number];
export type ScoreMethod = (typeof SCORE_METHODS)[number];

/** How units or weights are chosen. */
export type PruningMethod = (typeof ALL_METHODS)[number];

/** Whether a method masks single weights instead of removing units. */
export function prunesWeights(method: PruningMethod): method is WeightScore {
  return (WEIGHT_SCORES as readonly string[]).includes(method);
}

/**
 * The score that a method ranks units by: `global-structured` is `magnitude`, `random-structured` is `random`;
 * undefined for the methods that copy Torch-Pruning's selection, and for methods of weights.
 */
export function unitScoreOf(method: PruningMethod): UnitScore | undefined {
  if (method === 'global-structured') return 'magnitude';
  if (method === 'random-structured') return 'random';
  return UNIT_SCORES.find((score) => score === method);
}

/**
 * Whether the units of highest score are removed: those that are most often inactive (`apoz`) and, for
 * `inverse`, those of largest magnitude. By every other score the lowest are removed.
 */
export function removesHighest(score: PruningMethod): boolean {
  return score === 'apoz' || score === 'inverse';
}

/** Whether a score is computed from samples with their targets. */
export function needsData(score: PruningMethod): boolean {
  return ['taylor', 'taylor-gate', 'activation', 'apoz', 'snip'].includes(score);
}
