import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawCoefficients, sparsityPerFeature } from '../../../src/core/data/coefficients';
import { stream } from '../../../src/core/random/streams';

const source = (seed = 1) => stream(seed, 'coefficients');

describe('feature coefficients', () => {
  it('are absent with the requested probability, and uniform in [0, 1) otherwise', () => {
    const sparsity = [0, 0.25, 0.9];
    const samples = 20_000;
    const coefficients = drawCoefficients(samples, sparsity, source());
    sparsity.forEach((p, f) => {
      const column = coefficients.filter((_, i) => i % sparsity.length === f);
      const present = column.filter((value) => value !== 0);
      assert.ok(present.every((value) => value > 0 && value < 1));
      // Five standard errors of a share, a uniform mean (variance 1/12) and a mean square (4/45).
      // A present value is 0 with probability 2⁻²⁴, which is negligible here.
      const share = 1 - present.length / samples;
      assert.ok(Math.abs(share - p) <= 5 * Math.sqrt((p * (1 - p)) / samples) + 1e-4);
      const mean = (power: number) =>
        present.reduce((sum, value) => sum + value ** power, 0) / present.length;
      assert.ok(Math.abs(mean(1) - 1 / 2) < 5 * Math.sqrt(1 / 12 / present.length));
      assert.ok(Math.abs(mean(2) - 1 / 3) < 5 * Math.sqrt(4 / 45 / present.length));
    });
  });

  it('are independent of each other', () => {
    const samples = 20_000;
    const coefficients = drawCoefficients(samples, [0.5, 0.5], source());
    let both = 0;
    for (let s = 0; s < samples; s++) {
      if (coefficients[2 * s] > 0 && coefficients[2 * s + 1] > 0) both++;
    }
    assert.ok(Math.abs(both / samples - 1 / 4) < 5 * Math.sqrt(3 / 16 / samples));
  });

  it('are all absent at sparsity 1', () => {
    assert.ok(drawCoefficients(100, [1, 1], source()).every((value) => value === 0));
  });

  it('keep their values when a sparsity changes', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 5 }), fc.nat(), (each, seed) => {
        const full = drawCoefficients(
          20,
          each.map(() => 0),
          source(seed),
        );
        const sparse = drawCoefficients(20, each, source(seed));
        assert.equal(sparse.length, 20 * each.length);
        assert.ok(sparse.every((value, i) => value === 0 || value === full[i]));
      }),
    );
  });

  it('accept one sparsity for all features or one for each', () => {
    assert.deepEqual(sparsityPerFeature(0.5, 3), [0.5, 0.5, 0.5]);
    assert.deepEqual(sparsityPerFeature([0, 1], 2), [0, 1]);
  });

  it('refuse a sparsity that is not a probability, and lists of the wrong length', () => {
    for (const [sparsity, message] of [
      [1.5, 'features.sparsity: must be a probability from 0 to 1, not 1.5'],
      [NaN, 'features.sparsity: must be a probability from 0 to 1, not NaN'],
      [[0, -0.1, 0], 'features.sparsity[1]: must be a probability from 0 to 1, not -0.1'],
      [[0, 0], 'features.sparsity: holds 2 probabilities for 3 features'],
    ] as const) {
      assert.throws(() => sparsityPerFeature(sparsity, 3), { name: 'LabError', message });
    }
  });
});
