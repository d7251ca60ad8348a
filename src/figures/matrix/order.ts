import { clusterOrder, MAX_CLUSTERED } from './cluster';
import type { PageMatrix } from './measured';
import type { NeuronIndex } from './neuronIndex';

/** Order of neurons within their layers. */
export type NeuronOrder = 'index' | 'measure' | 'dominant' | 'cluster';
/** Order of features. */
export type FeatureOrder = 'index' | 'coverage' | 'dominant' | 'cluster';

/**
 * Neurons in order, layer by layer; those without a value (pruned, dead) last in their layer, ties by index.
 *
 * - `measure`: the most polysemantic first
 * - `dominant`: by the feature with the largest |a|, in the order of the features, strongest first
 * - `cluster`: {@link clusterOrder}; of layers too large for it, `dominant`
 * @param rows `[slots]`, see `rowsBySlot`
 * @param measure `[rows of the matrix]`
 * @param columns the order of the features
 * @returns `[slots]` slots
 */
export function orderNeurons(
  order: NeuronOrder,
  neuronIndex: NeuronIndex,
  matrix: PageMatrix,
  rows: Int32Array,
  measure: { readonly values: Float64Array; readonly morePolysemantic: string },
  columns: Int32Array,
): Int32Array {
  const slots = Int32Array.from({ length: neuronIndex.neurons }, (_, slot) => slot);
  if (order === 'index') return slots;
  const place = Int32Array.from(columns);
  columns.forEach((feature, i) => (place[feature] = i));
  for (const { start, end } of neuronIndex.layers) {
    const own = slots.subarray(start, end);
    if (order === 'measure') {
      const sign = measure.morePolysemantic === 'lower' ? 1 : -1;
      sortBy(own, (slot) => (rows[slot] < 0 ? NaN : sign * measure.values[rows[slot]]));
    } else if (order === 'cluster' && end - start <= MAX_CLUSTERED) {
      own.set(clustered(own, matrix, rows));
    } else {
      const peaks = new Map([...own].map((slot) => [slot, peakOfRow(matrix, rows[slot])]));
      sortBy(own, (slot) => -peaks.get(slot)!.magnitude);
      sortBy(own, (slot) => {
        const { at, magnitude } = peaks.get(slot)!;
        return magnitude > 0 ? place[at] : NaN;
      });
    }
  }
  return slots;
}

/** Slots of a layer by clustering of their rows; those of neurons without any attribution last. */
function clustered(own: Int32Array, matrix: PageMatrix, rows: Int32Array): Int32Array {
  const live = own.filter((slot) => peakOfRow(matrix, rows[slot]).magnitude > 0);
  const rest = own.filter((slot) => !(peakOfRow(matrix, rows[slot]).magnitude > 0));
  const { features, values } = matrix;
  const vectors = new Float64Array(live.length * features);
  live.forEach((slot, i) => {
    const row = rows[slot];
    vectors.set(values.subarray(row * features, (row + 1) * features), i * features);
  });
  const order = clusterOrder(vectors, live.length);
  return Int32Array.from([...Array.from(order, (i) => live[i]), ...rest]);
}

function peakOfRow(
  { features, values }: PageMatrix,
  row: number,
): { readonly at: number; readonly magnitude: number } {
  let at = 0;
  let magnitude = row < 0 ? NaN : 0;
  for (let f = 0; row >= 0 && f < features; f++) {
    const a = Math.abs(values[row * features + f]);
    if (a > magnitude) {
      magnitude = a;
      at = f;
    }
  }
  return { at, magnitude };
}

/**
 * Features in order; ties by index.
 *
 * - `coverage`: the best covered first
 * - `dominant`: by the neuron with the largest |a|, from the first layer on
 * - `cluster`: {@link clusterOrder} of the columns; of too many features, `dominant`
 * @param coverage `[features]`
 * @returns `[features]` features
 */
export function orderFeatures(
  order: FeatureOrder,
  matrix: PageMatrix,
  coverage: Float64Array,
): Int32Array {
  const { features, neurons, values } = matrix;
  const own = Int32Array.from({ length: features }, (_, f) => f);
  if (order === 'index') return own;
  if (order === 'coverage') return sortBy(own, (f) => -coverage[f]);
  const columns = new Float64Array(values.length);
  for (let k = 0; k < neurons; k++) {
    for (let f = 0; f < features; f++) columns[f * neurons + k] = values[k * features + f];
  }
  if (order === 'cluster' && features <= MAX_CLUSTERED) return clusterOrder(columns, features);
  const transposed = { ...matrix, features: neurons, values: columns };
  const peaks = Float64Array.from(own, (f) => {
    const { at, magnitude } = peakOfRow(transposed, f);
    return magnitude > 0 ? at : NaN;
  });
  return sortBy(own, (f) => peaks[f]);
}

/** Sorts in place, ascending and stable; NaN last. */
function sortBy(items: Int32Array, key: (item: number) => number): Int32Array {
  const entries = Array.from(items, (item) => ({ item, key: key(item) }));
  entries.sort((a, b) => {
    if (Number.isNaN(a.key) || Number.isNaN(b.key)) {
      return Number(Number.isNaN(a.key)) - Number(Number.isNaN(b.key));
    }
    return a.key - b.key;
  });
  items.set(entries.map(({ item }) => item));
  return items;
}
