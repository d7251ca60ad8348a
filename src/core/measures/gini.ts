import type { NeuronMeasure } from './descriptor';
import { peakOf, ZERO_OR_NOT_FINITE } from './rows';

/** Gini coefficient: inequality of the attributions. Sparse, that is monosemantic, rows score high. */
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
  of: giniOf,
} as const satisfies NeuronMeasure;

function giniOf(row: Float64Array): number {
  const peak = peakOf(row);
  if (!(peak > 0)) return NaN;
  const ascending = row.map((value) => Math.abs(value) / peak).sort();
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < ascending.length; i++) {
    sum += ascending[i];
    weighted += (2 * i + 1 - ascending.length) * ascending[i];
  }
  return weighted / (ascending.length * sum);
}
