import type { FeatureMeasure } from './descriptor';
import { anyNotFinite, type Rows } from './rows';

/** For each feature, the sum of the neurons' shares of it, up to 1: whether it has a whole neuron's worth. */
export const coverage = {
  id: 'coverage',
  name: 'Coverage',
  formula: 'min(1, Σ_k p_kf) for feature f; the net’s value is the mean over features',
  source:
    'The Influence of Pruning on Polysemanticity in Artificial Neural Networks, feature dimensionality',
  range: () => [0, 1],
  morePolysemantic: 'neither',
  missing: 'every attribution is zero, or one is not a finite number',
  input: 'attribution',
  level: 'feature',
  of: covered,
  ofThesis: (rows) =>
    rows.peaks.includes(0)
      ? new Float64Array(rows.features).fill(NaN) // the thesis divides 0 by 0
      : covered(rows),
} as const satisfies FeatureMeasure;

function covered(rows: Rows): Float64Array {
  const { count, features, scaled, sums } = rows;
  const shares = new Float64Array(features);
  let live = 0;
  for (let k = 0; k < count; k++) {
    const sum = sums[k];
    if (!(sum > 0)) continue;
    live++;
    for (let f = 0; f < features; f++) shares[f] += scaled[k * features + f] / sum;
  }
  if (live === 0 || anyNotFinite(rows)) return shares.fill(NaN);
  return shares.map((share) => Math.min(1, share));
}
