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
  const ascending = sorted(scaled(row, peak));
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < ascending.length; i++) {
    sum += ascending[i];
    weighted += (2 * i + 1 - ascending.length) * ascending[i];
  }
  return weighted / (ascending.length * sum);
}

/** Magnitudes with a peak of 1. A loop: `map` takes as long as the sorting. */
function scaled(row: Float64Array, peak: number): Float64Array {
  const values = new Float64Array(row.length);
  for (let i = 0; i < row.length; i++) values[i] = Math.abs(row[i]) / peak;
  return values;
}

/** Below this, sorting by insertion is quicker than anything else. */
const FEW = 32;
/** As many values that are close together are left to the built-in, which is never slow. */
const CROWD = 24;

/** Sorts values in [0, 1] in place. */
function sorted(values: Float64Array): Float64Array {
  if (values.length > FEW && !spread(values)) return values.sort();
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    let at = i;
    for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
  return values;
}

/**
 * Brings values in [0, 1] into order up to their bin, of which there are as many as values: then every
 * value is near its place.
 * @returns false, with nothing changed, where one bin has very many
 */
function spread(values: Float64Array): boolean {
  const count = values.length;
  const starts = new Uint32Array(count + 2);
  for (let i = 0; i < count; i++) starts[Math.trunc(values[i] * count) + 1]++;
  for (let bin = 1; bin < starts.length; bin++) {
    if (starts[bin] > CROWD) return false;
    starts[bin] += starts[bin - 1];
  }
  const unsorted = values.slice();
  for (let i = 0; i < count; i++) {
    values[starts[Math.trunc(unsorted[i] * count)]++] = unsorted[i];
  }
  return true;
}
