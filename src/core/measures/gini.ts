import type { NeuronMeasure } from './descriptor';
import { ZERO_OR_NOT_FINITE } from './rows';

/** Gini coefficient: inequality of the attributions. Sparse (monosemantic) rows score high. */
export const gini = {
  id: 'gini',
  name: 'Gini coefficient',
  formula: 'Σ_i (2i − F − 1) a_(i) / (F Σa), a ascending, i = 1 … F',
  source: 'Gini (1912); as a measure of sparsity: Hurley & Rickard (2009), Gini index',
  range: (features) => [0, (features - 1) / features],
  morePolysemantic: 'lower',
  missing: ZERO_OR_NOT_FINITE,
  input: 'attribution',
  level: 'neuron',
  of: (rows) => rows.arithmetic.ginis(rows),
} as const satisfies NeuronMeasure;
