import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { int64, permutation, uniform, uniformBetween } from '../../../src/core/random/torch';
import { loaderSeed } from '../../../src/core/training/draws';
import fixture from '../../fixtures/torch-rng.json';
import { assertUniform } from './statistics';

const times = <T>(count: number, draw: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => draw(i));

describe('draws as PyTorch makes them', () => {
  for (const [seed, expected] of Object.entries(fixture)) {
    describe(`after manual_seed(${seed})`, () => {
      const seeded = () => MersenneTwister.fromSeed(Number(seed));

      it('rand', () => {
        const generator = seeded();
        assert.deepEqual(
          times(8, () => uniform(generator)),
          expected.rand8,
        );
      });

      it('randperm', () => {
        assert.deepEqual([...permutation(seeded(), 20)], expected.randperm20);
      });

      it('random_ on int64', () => {
        const generator = seeded();
        assert.deepEqual(
          times(3, () => String(int64(generator))),
          expected.int64random3,
        );
      });

      it('uniform_ of a Linear layer, weight before bias, and what follows', () => {
        const generator = seeded();
        const bound = 1 / Math.sqrt(3);
        const draw = () => uniformBetween(generator, -bound, bound);
        assert.deepEqual(
          {
            weight: times(4, () => times(3, draw)),
            bias: times(4, draw),
          },
          expected.linear3x4,
        );
        assert.deepEqual(
          times(2, () => uniform(generator)),
          expected.randAfterLinear,
        );
      });

      it('random_split, the epochs of a shuffling DataLoader, and what follows', () => {
        const generator = seeded();
        const order = [...permutation(generator, 10)];
        assert.deepEqual([order.slice(0, 7), order.slice(7)], expected.randomSplit7_3);
        const epochs = times(3, () => {
          const shuffled = [...permutation(MersenneTwister.fromSeed(loaderSeed(generator)), 10)];
          return [shuffled.slice(0, 4), shuffled.slice(4, 8), shuffled.slice(8)];
        });
        assert.deepEqual(epochs, expected.loaderEpochs);
        assert.deepEqual(
          times(2, () => uniform(generator)),
          expected.randAfterLoader,
        );
      });
    });
  }

  it('uniformBetween rounds once between symmetric bounds, as a fused multiplication does', () => {
    fc.assert(
      fc.property(fc.float({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(0xffffff), (b, u) => {
        const drawn = uniformBetween({ uint32: () => u }, -b, b);
        // u·2⁻²⁴·2b − b = b·(2u − 2²⁴)·2⁻²⁴: 24 bits times 24 bits, exact in a double.
        assert.equal(drawn + 0, Math.fround((b * (2 * u - 2 ** 24)) / 2 ** 24) + 0);
      }),
    );
  });

  it('uniformBetween keeps to its bounds', () => {
    const end = fc.float({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.nat(0xffffffff), (a, b, bits) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const drawn = uniformBetween({ uint32: () => bits }, from, to);
        assert.ok(from <= drawn && drawn <= Math.fround(from + Math.fround(to - from)));
      }),
    );
  });
});

describe('permutation', () => {
  it('holds every index once', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(200), (seed, n) => {
        const order = permutation(MersenneTwister.fromSeed(seed), n);
        assert.deepEqual(
          order.slice().sort(),
          Uint32Array.from({ length: n }, (_, i) => i),
        );
      }),
    );
  });

  it('comes in each of its orders equally often', () => {
    const generator = MersenneTwister.fromSeed(1);
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let i = 0; i < draws; i++) {
      const order = permutation(generator, 5).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 120);
    assertUniform([...counts.values()]);
  });
});
