import assert from 'node:assert/strict';

/**
 * Fails unless counts look like draws from equally likely cells: χ² has mean k − 1 and variance
 * 2(k − 1), and neither too much nor too little of it is likely beyond five standard deviations.
 */
export function assertUniform(counts: readonly number[]): void {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  const deviation = (chiSquare - freedom) / Math.sqrt(2 * freedom);
  assert.ok(Math.abs(deviation) < 5, `χ² = ${chiSquare} with ${freedom} degrees of freedom`);
}
