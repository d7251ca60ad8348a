import { SCORE_METHODS } from '../pruning/methods';

/**
 * Everything that an arm may do: rank units or weights by a score, prune as Torch-Pruning or the thesis did, or
 * train a fresh network at the widths of another arm (`scratch`).
 */
export const ARM_METHODS = [...SCORE_METHODS, 'torch-pruning', 'thesis', 'scratch'] as const;

export type ArmMethod = (typeof ARM_METHODS)[number];
