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
  const ascending = sorted(row.map((value) => Math.abs(value) / peak));
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < ascending.length; i++) {
    sum += ascending[i];
    weighted += (2 * i + 1 - ascending.length) * ascending[i];
  }
  return weighted / (ascending.length * sum);
}

/** Below this, sorting by insertion is quicker than the call of the built-in. */
const FEW = 32;

function sorted(values: Float64Array): Float64Array {
  if (values.length > FEW) return values.sort();
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    let at = i;
    for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
  return values;
}
