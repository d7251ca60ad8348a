import type { NeuronMeasure } from './descriptor';
import { hillNumbers } from './hill';
import { ZERO_OR_NOT_FINITE } from './rows';

/** Number of features with any effect: the Hill number of order 0. */
export const hill0 = {
  id: 'hill0',
  name: 'Non-zero features',
  formula: 'N0 = number of a > 0',
  source: 'Hill (1973), N_0',
  range: (features) => [1, features],
  morePolysemantic: 'higher',
  missing: ZERO_OR_NOT_FINITE,
  input: 'attribution',
  level: 'neuron',
  of: (rows) => hillNumbers(rows, 0),
} as const satisfies NeuronMeasure;
