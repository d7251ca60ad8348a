import type { FeatureMeasure } from './descriptor';
import { peakOf } from './rows';

/**
 * The part of a dimension that feature i has to itself, W_i being its column. Scherlis et al. write it
 * (W_i·W_i)² / Σ_j (W_i·W_j)², Elhage et al. ‖W_i‖² / Σ_j (Ŵ_i·W_j)² with Ŵ_i = W_i / ‖W_i‖: the same
 * number. Its sum over the features is at most the rank of W. It measures superposition, not the
 * neurons: a rotated basis keeps capacity 1.
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
  gate: norms,
} as const satisfies FeatureMeasure;

/** Dot products that are accumulated side by side, so that no addition waits for the one before it. */
const LANES = 4;

function capacities(rows: Float64Array, features: number): Float64Array {
  if (Number.isNaN(peakOf(rows))) return new Float64Array(features).fill(NaN);
  const { units, peaks, lengths } = unitColumns(rows, features);
  const neurons = rows.length / features;
  // Dividing by ‖W_i‖⁴: 1 / C_i = Σ_j (cos ∠(W_i, W_j) · ‖W_j‖ / ‖W_i‖)², in which j = i gives 1.
  const inverse = new Float64Array(features).fill(1);
  const cosines = new Float64Array(LANES);
  for (let i = 0; i < features; i++) {
    for (let first = i + 1; first < features; first += LANES) {
      dotProducts(units, neurons, i, first, cosines);
      for (let j = first; j < Math.min(first + LANES, features); j++) {
        const cosine = cosines[j - first];
        if (cosine === 0) continue; // also where the ratio of the norms is not finite
        const onI = cosine * (peaks[j] / peaks[i]) * (lengths[j] / lengths[i]);
        const onJ = cosine * (peaks[i] / peaks[j]) * (lengths[i] / lengths[j]);
        inverse[i] += onI * onI;
        inverse[j] += onJ * onJ;
      }
    }
  }
  return inverse.map((value, i) => (peaks[i] === 0 ? 0 : 1 / value));
}

/** Norms of the columns. */
function norms(rows: Float64Array, features: number): Float64Array {
  if (Number.isNaN(peakOf(rows))) return new Float64Array(features).fill(NaN);
  const { peaks, lengths } = unitColumns(rows, features);
  return peaks.map((peak, f) => peak * lengths[f]);
}

/**
 * Columns scaled to length 1 and laid out `[features + LANES, neurons]`, one after the other, as the
 * dot products read them; zero columns stay zero, and the last ones pad. Norm = peak · length: their
 * product may leave the range of numbers where ratios of them do not.
 */
function unitColumns(
  rows: Float64Array,
  features: number,
): { units: Float64Array; peaks: Float64Array; lengths: Float64Array } {
  const neurons = rows.length / features;
  const units = new Float64Array((features + LANES) * neurons);
  const peaks = new Float64Array(features);
  const lengths = new Float64Array(features);
  for (let f = 0; f < features; f++) {
    const column = units.subarray(f * neurons, (f + 1) * neurons);
    for (let k = 0; k < neurons; k++) column[k] = rows[k * features + f];
    const peak = peakOf(column);
    if (peak === 0) continue;
    let squares = 0;
    for (let k = 0; k < neurons; k++) {
      column[k] /= peak;
      squares += column[k] * column[k];
    }
    peaks[f] = peak;
    lengths[f] = Math.sqrt(squares);
    for (let k = 0; k < neurons; k++) column[k] /= lengths[f];
  }
  return { units, peaks, lengths };
}

/** Column i times each of LANES columns from `first` on. */
function dotProducts(
  units: Float64Array,
  neurons: number,
  i: number,
  first: number,
  products: Float64Array,
): void {
  let a = i * neurons;
  let b = first * neurons;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (const end = a + neurons; a < end; a++, b++) {
    const x = units[a];
    s0 += x * units[b];
    s1 += x * units[b + neurons];
    s2 += x * units[b + 2 * neurons];
    s3 += x * units[b + 3 * neurons];
  }
  products[0] = s0;
  products[1] = s1;
  products[2] = s2;
  products[3] = s3;
}
