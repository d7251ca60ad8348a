/** Optimisers of a training. */
export const OPTIMIZERS = ['adam', 'adamw', 'sgd'] as const;
/** What a sparsity penalty adds up. */
export const PENALTY_KINDS = ['activations', 'weights'] as const;
/** Whether scores compete in the whole network or in each layer. */
export const SCOPES = ['global', 'layer'] as const;

/** Methods that remove units. */
export const UNIT_METHODS = [
  'magnitude',
  'inverse',
  'taylor',
  'taylor-gate',
  'activation',
  'apoz',
  'random',
  'torch-pruning',
  'thesis',
] as const;
/** Methods that mask single weights. */
export const WEIGHT_METHODS = ['weights', 'snip', 'movement'] as const;
/** Everything that an arm may do. `scratch` trains a fresh network at the widths of another arm. */
export const ARM_METHODS = [...UNIT_METHODS, ...WEIGHT_METHODS, 'scratch'] as const;

export type ArmMethod = (typeof ARM_METHODS)[number];
