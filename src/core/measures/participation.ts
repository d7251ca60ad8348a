import type { NeuronMeasure } from './descriptor';
import { hillNumbers } from './hill';
import { ZERO_OR_NOT_FINITE } from './rows';

/** Participation ratio: the Hill number of order 2. */
export const participation = {
  id: 'participation',
  name: 'Participation ratio',
  formula: 'N2 = (Σa)² / Σa² = 1 / Σp²',
  source: 'Hill (1973), N_2; Simpson (1949), reciprocal of the index of concentration',
  range: (features) => [1, features],
  morePolysemantic: 'higher',
  missing: ZERO_OR_NOT_FINITE,
  input: 'attribution',
  level: 'neuron',
  of: (rows) => hillNumbers(rows, 2),
} as const satisfies NeuronMeasure;
