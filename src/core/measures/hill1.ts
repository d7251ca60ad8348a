import { exp } from '../numeric/elementary';
import type { DerivedNeuronMeasure } from './descriptor';
import { shannonEntropies } from './hill';
import { ZERO_OR_NOT_FINITE } from './rows';

/** Exponential of the entropy: the Hill number of order 1. */
export const hill1 = {
  id: 'hill1',
  name: 'Effective features',
  formula: 'N1 = exp(−Σ p ln p)',
  source: 'Hill (1973), N_1',
  range: (features) => [1, features],
  morePolysemantic: 'higher',
  missing: ZERO_OR_NOT_FINITE,
  input: 'attribution',
  level: 'neuron',
  from: shannonEntropies,
  ofAll: (values) => values.map(exp),
} as const satisfies DerivedNeuronMeasure;
