import { counted } from '../counted';
import { invalid, show } from '../errors';
import type { BitSource } from '../random/bitSource';
import { uniform } from '../random/torch';

/**
 * The probability that each feature is absent, `[features]`.
 * @param sparsity one for all features, or one per feature
 * @throws LabError when the number of entries differs from `features`, or one is not in [0, 1]
 */
export function sparsityPerFeature(
  sparsity: number | readonly number[],
  features: number,
): readonly number[] {
  const field = 'features.sparsity';
  const each = typeof sparsity === 'number' ? new Array<number>(features).fill(sparsity) : sparsity;
  if (each.length !== features) {
    throw invalid(`holds ${each.length} probabilities for ${counted(features, 'feature')}`, {
      field,
    });
  }
  each.forEach((p, f) => {
    if (p >= 0 && p <= 1) return;
    throw invalid(`must be a probability from 0 to 1, not ${show(p)}`, {
      field: typeof sparsity === 'number' ? field : `${field}[${f}]`,
    });
  });
  return each;
}

/**
 * Feature coefficients: feature f is 0 with probability `sparsity[f]`, otherwise uniform in [0, 1).
 * Each takes two draws whether it is absent or not, so that changing a sparsity changes no other
 * coefficient, nor the value of a feature that remains present.
 * @returns `[samples, features]`
 */
export function drawCoefficients(
  samples: number,
  sparsity: readonly number[],
  source: BitSource,
): Float32Array {
  const features = sparsity.length;
  const coefficients = new Float32Array(samples * features);
  for (let i = 0; i < coefficients.length; i++) {
    const absent = source.uint32() < sparsity[i % features] * 2 ** 32;
    const value = uniform(source);
    if (!absent) coefficients[i] = value;
  }
  return coefficients;
}
