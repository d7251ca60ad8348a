import type { FeatureMeasure } from './descriptor';
import { hillNumber } from './hill';
import { peakOf, rowsOf } from './rows';

/** How far the neurons' shares of attention add up to one neuron for each feature. */
export const coverage = {
  id: 'coverage',
  name: 'Coverage',
  formula: 'min(1, Σ_k p_kf) for feature f; its mean over the features is the net’s',
  source:
    'The Influence of Pruning on Polysemanticity in Artificial Neural Networks, feature dimensionality',
  range: () => [0, 1],
  morePolysemantic: 'neither',
  missing: 'every attribution is zero, or one is not a finite number',
  input: 'attribution',
  level: 'feature',
  of: (rows, features) => covered(rows, features),
  ofThesis: (rows, features) =>
    rowsOf(rows, features).some((row) => peakOf(row) === 0)
      ? new Float64Array(features).fill(NaN) // the thesis divides 0 by 0
      : covered(rows, features),
} as const satisfies FeatureMeasure;

function covered(values: Float64Array, features: number): Float64Array {
  const shares = new Float64Array(features);
  if (!(peakOf(values) > 0)) return shares.fill(NaN);
  for (const row of rowsOf(values, features)) {
    const peak = peakOf(row);
    if (peak === 0) continue;
    const sum = hillNumber(row, Infinity);
    for (let f = 0; f < features; f++) shares[f] += Math.abs(row[f]) / peak / sum;
  }
  return shares.map((share) => Math.min(1, share));
}
