import { ln } from '../numeric/elementary';
import type { DerivedNeuronMeasure } from './descriptor';
import { shannonEntropies } from './hill';
import { ZERO_OR_NOT_FINITE } from './rows';

/** Entropy as a fraction of its maximum, so that nets of any size compare. */
export const entropy = {
  id: 'entropy',
  name: 'Normalised entropy',
  formula: 'H / ln F with H = −Σ p ln p',
  source: 'Shannon (1948), H; Pielou (1966), evenness H / H_max',
  range: () => [0, 1],
  morePolysemantic: 'higher',
  missing: `${ZERO_OR_NOT_FINITE}, or there is one feature only (0/0)`,
  input: 'attribution',
  level: 'neuron',
  from: shannonEntropies,
  ofAll: (values, features) => {
    const greatest = ln(features);
    return values.map((value) => value / greatest);
  },
} as const satisfies DerivedNeuronMeasure;
