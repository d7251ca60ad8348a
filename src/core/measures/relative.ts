import type { NeuronMeasure } from './descriptor';
import { hillNumbers } from './hill';
import { ZERO_OR_NOT_FINITE, type Rows } from './rows';

/** The thesis's own measure R: the Hill number of order ∞. */
export const relative = {
  id: 'relative',
  name: 'Relative polysemanticity',
  formula: 'R = Σa / max a',
  source:
    'The Influence of Pruning on Polysemanticity in Artificial Neural Networks, relative polysemanticity; Hill (1973), N_∞',
  range: (features) => [1, features],
  morePolysemantic: 'higher',
  missing: ZERO_OR_NOT_FINITE,
  input: 'attribution',
  level: 'neuron',
  of: ofRows,
  ofThesis: (rows) => ofRows(rows).map((value, k) => (rows.peaks[k] === 0 ? 0 : value)),
} as const satisfies NeuronMeasure;

function ofRows(rows: Rows): Float64Array {
  return hillNumbers(rows, Infinity);
}
