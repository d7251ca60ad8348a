import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { normal, normalQuantile } from '../../../src/core/random/normal';

/** Quantiles to 60 digits by mpmath, rounded; on all three pieces of the algorithm and their seams. */
const QUANTILES = [
  [0.5, 0],
  [0.500001, 2.5066282747057052e-6],
  [0.6, 0.2533471031357997],
  [0.25, -0.6744897501960817],
  [0.075, -1.439531470938456],
  [0.0749999, -1.4395321773759007],
  [0.925, 1.4395314709384561],
  [0.01, -2.326347874040841],
  [0.99, 2.3263478740408408],
  [1e-5, -4.264890793922825],
  [0.999999999, 5.9978070196016375],
  [1e-10, -6.361340902404057],
  [1.3887943864964021e-11, -6.657904643501103],
  [1e-12, -7.034483825301132],
  [2 ** -53, -8.209536151601387],
  [1e-20, -9.262340089798407],
  [1e-100, -21.273453560965326],
  [1e-300, -37.0470962993612],
];

const MAX_WORD = 0xffffffff;
const words = (...drawn: number[]) => {
  let next = 0;
  return { uint32: () => drawn[next++] };
};

describe('normalQuantile', () => {
  it('is right to the last bits', () => {
    for (const [p, expected] of QUANTILES) {
      // 1e-16 by the algorithm; two polynomials of eight terms and a quotient round 17 times, most
      // of it far below the leading term: 8 roundings of 2⁻⁵³ are ample.
      const bound = 8 * 2 ** -53 * Math.abs(expected);
      assert.ok(Math.abs(normalQuantile(p) - expected) <= bound, `${p}: ${normalQuantile(p)}`);
    }
  });

  it('is odd about one half, and never falls', () => {
    const share = fc.integer({ min: 1, max: 2 ** 30 }).map((i) => i / 2 ** 31);
    fc.assert(
      fc.property(share, share, (p, q) => {
        assert.equal(normalQuantile(1 - p), -normalQuantile(p) + 0);
        if (p < q) assert.ok(normalQuantile(p) <= normalQuantile(q));
      }),
    );
  });
});

describe('normal', () => {
  it('inverts 52 bits of two draws, half a step away from 0 and 1', () => {
    assert.equal(normal(words(0, 0)), normalQuantile(2 ** -53));
    assert.equal(normal(words(MAX_WORD, MAX_WORD)), -normalQuantile(2 ** -53));
    assert.equal(normal(words(2 ** 31, 0)), normalQuantile(0.5 + 2 ** -53));
    assert.equal(normal(words(2 ** 5, 2 ** 7)), normalQuantile(2 ** -27 + 2 ** -52 + 2 ** -53));
    // What is below the bits that count does not.
    assert.equal(normal(words(2 ** 5 - 1, 2 ** 7 - 1)), normalQuantile(2 ** -53));
  });

  it('has the moments of the standard normal distribution', () => {
    const source = MersenneTwister.fromSeed(3);
    const draws = 200_000;
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < draws; i++) {
      const x = normal(source);
      for (let m = 0; m < 4; m++) sums[m] += x ** (m + 1);
    }
    // Mean and variance of x, x², x³, x⁴.
    const moments = [
      [0, 1],
      [1, 2],
      [0, 15],
      [3, 96],
    ];
    moments.forEach(([mean, variance], m) => {
      const standardError = Math.sqrt(variance / draws);
      assert.ok(Math.abs(sums[m] / draws - mean) < 4 * standardError, `moment ${m + 1}`);
    });
  });
});
