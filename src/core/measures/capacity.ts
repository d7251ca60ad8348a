import type { FeatureMeasure, FeatureValuesOfLayers, RowRange } from './descriptor';
import { rowsBetween, type Rows } from './rows';

/**
 * The fraction of a dimension that feature i has to itself, where W_i is its column. Scherlis et al. write
 * (W_i·W_i)² / Σ_j (W_i·W_j)², Elhage et al. ‖W_i‖² / Σ_j (Ŵ_i·W_j)² with Ŵ_i = W_i / ‖W_i‖: the same
 * number. Its sum over the features is at most the rank of W. It measures superposition, not the neurons:
 * rotating the basis does not change it.
 */
export const capacity = {
  id: 'capacity',
  name: 'Capacity per feature',
  formula: 'C_i = ‖W_i‖⁴ / Σ_j (W_i·W_j)², 0 for a zero column',
  source:
    'Scherlis et al. (2022), Polysemanticity and Capacity in Neural Networks, feature capacity C_i; Elhage et al. (2022), Toy Models of Superposition, feature dimensionality D_i',
  range: () => [0, 1],
  morePolysemantic: 'lower',
  missing: 'an attribution is not a finite number',
  input: 'attribution',
  level: 'feature',
  of: capacities,
  ofLayers,
  gate: norms,
} as const satisfies FeatureMeasure;

/** Columns that a block of the Gram matrix may extend beyond the last one. */
const PADDING = 4;

/** Below this, a layer's squared norm may have lost digits, and the layer is scaled by itself. */
const LEAST_SQUARE = 2 ** -800;

function capacities(rows: Rows): Float64Array {
  return ofLayers(rows, [{ start: 0, end: rows.count }]).net;
}

/** Adds the Gram matrices of the layers to get that of the network. */
function ofLayers(rows: Rows, layers: readonly RowRange[]): FeatureValuesOfLayers {
  const { features } = rows;
  const alone = ({ start, end }: RowRange): Float64Array =>
    capacities(rowsBetween(rows, start, end));
  const peaks = columnPeaks(rows);
  if (!peaks) {
    const missing = new Float64Array(features).fill(NaN);
    return { layers: layers.length > 1 ? layers.map(alone) : [missing], net: missing };
  }
  const columns = scaledColumns(rows, peaks);
  const grams = layers.map(({ start, end }) => gram(columns, rows.count, start, end, features));
  const whole = grams.length === 1 ? grams[0] : sumOf(grams);
  return {
    layers: grams.map((own, l) =>
      grams.length > 1 && hasVanishingColumn(own, features)
        ? alone(layers[l])
        : fromGram(own, peaks),
    ),
    net: fromGram(whole, peaks),
  };
}

/** Largest magnitude in each column; undefined when a value is not finite. */
function columnPeaks({ values, features }: Rows): Float64Array | undefined {
  const peaks = new Float64Array(features);
  for (let k = 0; k < values.length; k += features) {
    for (let f = 0; f < features; f++) {
      const a = Math.abs(values[k + f]);
      if (!(a < Infinity)) return undefined;
      if (a > peaks[f]) peaks[f] = a;
    }
  }
  return peaks;
}

/** Norms of the columns, scaled by the peak so that squares neither overflow nor underflow. */
function norms(rows: Rows): Float64Array {
  const { values, features } = rows;
  const peaks = columnPeaks(rows);
  if (!peaks) return new Float64Array(features).fill(NaN);
  const squares = new Float64Array(features);
  for (let k = 0; k < values.length; k += features) {
    for (let f = 0; f < features; f++) {
      const x = peaks[f] === 0 ? 0 : values[k + f] / peaks[f];
      squares[f] += x * x;
    }
  }
  return squares.map((sum, f) => peaks[f] * Math.sqrt(sum));
}

/** The columns scaled to peaks of 1, one after the other: `[features + PADDING, neurons]`. */
function scaledColumns({ values, count, features }: Rows, peaks: Float64Array): Float64Array {
  const columns = new Float64Array((features + PADDING) * count);
  for (let f = 0; f < features; f++) {
    if (peaks[f] === 0) continue;
    for (let k = 0; k < count; k++) columns[f * count + k] = values[k * features + f] / peaks[f];
  }
  return columns;
}

/** 1 / C_i = Σ_j ((U_i·U_j) / (U_i·U_i) · peak_j / peak_i)², where the term j = i is 1. */
function fromGram(products: Float64Array, peaks: Float64Array): Float64Array {
  const features = peaks.length;
  const stride = features + PADDING;
  const inverse = new Float64Array(features).fill(1);
  for (let i = 0; i < features; i++) {
    for (let j = i + 1; j < features; j++) {
      const product = products[i * stride + j];
      if (product === 0) continue; // even if the ratio of the peaks is not finite
      const onI = (product / products[i * stride + i]) * (peaks[j] / peaks[i]);
      const onJ = (product / products[j * stride + j]) * (peaks[i] / peaks[j]);
      inverse[i] += onI * onI;
      inverse[j] += onJ * onJ;
    }
  }
  return inverse.map((value, i) => (products[i * stride + i] === 0 ? 0 : 1 / value));
}

/** Whether any column is nearly zero in a layer. */
function hasVanishingColumn(products: Float64Array, features: number): boolean {
  const stride = features + PADDING;
  for (let i = 0; i < features; i++) {
    if (products[i * stride + i] < LEAST_SQUARE) return true;
  }
  return false;
}

function sumOf([first, ...others]: readonly Float64Array[]): Float64Array {
  const sum = first.slice();
  for (const other of others) for (let i = 0; i < sum.length; i++) sum[i] += other[i];
  return sum;
}

/**
 * Dot products of columns over the rows from `start` to `end`: `[features + PADDING]` squared, on and above
 * the diagonal. Blocks of 2 × 4 columns: the eight sums are independent, and six numbers are read for eight
 * products.
 */
function gram(
  columns: Float64Array,
  neurons: number,
  start: number,
  end: number,
  features: number,
): Float64Array {
  const stride = features + PADDING;
  const products = new Float64Array(stride * stride);
  for (let i = 0; i < features; i += 2) {
    for (let j = i; j < features; j += 4) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let a = i * neurons + start;
      let b = j * neurons + start;
      for (const last = i * neurons + end; a < last; a++, b++) {
        const a0 = columns[a];
        const a1 = columns[a + neurons];
        const b0 = columns[b];
        const b1 = columns[b + neurons];
        const b2 = columns[b + 2 * neurons];
        const b3 = columns[b + 3 * neurons];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s02 += a0 * b2;
        s03 += a0 * b3;
        s10 += a1 * b0;
        s11 += a1 * b1;
        s12 += a1 * b2;
        s13 += a1 * b3;
      }
      const upper = i * stride + j;
      products[upper] = s00;
      products[upper + 1] = s01;
      products[upper + 2] = s02;
      products[upper + 3] = s03;
      const lower = upper + stride;
      products[lower] = s10;
      products[lower + 1] = s11;
      products[lower + 2] = s12;
      products[lower + 3] = s13;
    }
  }
  return products;
}
