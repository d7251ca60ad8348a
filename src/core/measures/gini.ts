import type { NeuronMeasure } from './descriptor';
import { ZERO_OR_NOT_FINITE, type Rows } from './rows';

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
  of: ginis,
} as const satisfies NeuronMeasure;

function ginis({ count, features, scaled, sums }: Rows): Float64Array {
  const coefficients = new Float64Array(count).fill(NaN);
  const sort = sorter(features);
  for (let k = 0; k < count; k++) {
    if (!(sums[k] > 0)) continue;
    const ascending = sort(scaled, k * features);
    let sum = 0;
    let weighted = 0;
    for (let i = 0; i < features; i++) {
      sum += ascending[i];
      weighted += (2 * i + 1 - features) * ascending[i];
    }
    coefficients[k] = weighted / (features * sum);
  }
  return coefficients;
}

/** Below this, sorting by insertion is quicker than anything else. */
const FEW = 32;
/** As many values that are close together are left to the built-in, which is never slow. */
const CROWD = 24;

/**
 * Sorts `count` values in [0, 1] from a place on. What it returns is good until the next call: arrays for
 * every row would take longer than the sorting.
 */
function sorter(count: number): (values: Float64Array, from: number) => Float64Array {
  const ascending = new Float64Array(count);
  const starts = new Uint32Array(count > FEW ? count + 2 : 0);
  return (values, from) => {
    if (count > FEW && !spread(values, from, starts, ascending)) {
      ascending.set(values.subarray(from, from + count));
      return ascending.sort();
    }
    if (count <= FEW) for (let i = 0; i < count; i++) ascending[i] = values[from + i];
    insertionSort(ascending);
    return ascending;
  };
}

function insertionSort(values: Float64Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    let at = i;
    for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
}

/**
 * Copies values in [0, 1] in the order of their bins, of which there are as many as values: then every
 * value is near its place.
 * @param starts scratch `[count + 2]`
 * @returns false where one bin has very many
 */
function spread(
  values: Float64Array,
  from: number,
  starts: Uint32Array,
  target: Float64Array,
): boolean {
  const count = target.length;
  starts.fill(0);
  for (let i = 0; i < count; i++) starts[Math.trunc(values[from + i] * count) + 1]++;
  for (let bin = 1; bin < starts.length; bin++) {
    if (starts[bin] > CROWD) return false;
    starts[bin] += starts[bin - 1];
  }
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    target[starts[Math.trunc(value * count)]++] = value;
  }
  return true;
}
