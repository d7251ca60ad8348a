import type { NeuronMeasure } from './descriptor';
import { hillNumber } from './hill';
import { peakOf, ZERO_OR_NOT_FINITE } from './rows';

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
  of: (row) => hillNumber(row, Infinity),
  ofThesis: (row) => (peakOf(row) === 0 ? 0 : hillNumber(row, Infinity)),
} as const satisfies NeuronMeasure;
