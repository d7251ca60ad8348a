import type { FeatureMeasure, FeatureValuesOfLayers, RowRange } from './descriptor';
import type { Gram } from './gram';
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
  const grams = rows.arithmetic.grams(rows, peaks, layers);
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

/** 1 / C_i = Σ_j ((U_i·U_j) / (U_i·U_i) · peak_j / peak_i)², where the term j = i is 1. */
function fromGram({ products, stride }: Gram, peaks: Float64Array): Float64Array {
  const features = peaks.length;
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
function hasVanishingColumn({ products, stride }: Gram, features: number): boolean {
  for (let i = 0; i < features; i++) {
    if (products[i * stride + i] < LEAST_SQUARE) return true;
  }
  return false;
}

function sumOf([first, ...others]: readonly Gram[]): Gram {
  const sum = first.products.slice();
  for (const { products } of others) for (let i = 0; i < sum.length; i++) sum[i] += products[i];
  return { ...first, products: sum };
}
