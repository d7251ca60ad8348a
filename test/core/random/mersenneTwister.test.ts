import assert from 'node:assert/strict';
import { LabError } from '../../../src/core/errors';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';

/** The first five draws, the 700th and the 2000th: the state of 624 words has turned over by then. */
function draws(twister: MersenneTwister): number[] {
  const all = Array.from({ length: 2000 }, () => twister.uint32());
  return [...all.slice(0, 5), all[699], all[1999]];
}

describe('MersenneTwister', () => {
  it('draws what the authors published for their key', () => {
    // mt19937ar.out; the last two from NumPy, which is seeded by the same init_by_array.
    assert.deepEqual(
      draws(MersenneTwister.fromKey([0x123, 0x234, 0x345, 0x456])),
      [1067595299, 955945823, 477289528, 4107218783, 4228976476, 4087252587, 3099126062],
    );
  });

  it('draws what NumPy draws for keys of one word and of more words than the state has', () => {
    assert.deepEqual(
      draws(MersenneTwister.fromKey([7])),
      [1390851128, 4071050724, 647892279, 1695753998, 2795742288, 72291700, 2803521222],
    );
    const long = Array.from({ length: 700 }, (_, i) => (i * 2654435761) % 2 ** 32);
    assert.deepEqual(
      draws(MersenneTwister.fromKey(long)),
      [1179226133, 532799835, 517808143, 2867954353, 1375274727, 816326044, 18012497],
    );
  });

  it('has the ten-thousandth draw that the C++ standard states for seed 5489', () => {
    const twister = MersenneTwister.fromSeed(5489);
    for (let i = 1; i < 10_000; i++) twister.uint32();
    assert.equal(twister.uint32(), 4123659995);
  });

  it('takes the low 32 bits of a seed, and of each word of a key', () => {
    const same = (a: MersenneTwister, b: MersenneTwister) => assert.deepEqual(draws(a), draws(b));
    same(MersenneTwister.fromSeed(2 ** 40 + 5), MersenneTwister.fromSeed(5));
    same(MersenneTwister.fromSeed(-1), MersenneTwister.fromSeed(0xffffffff));
    same(MersenneTwister.fromKey([2 ** 40 + 5, -1]), MersenneTwister.fromKey([5, 0xffffffff]));
  });

  it('refuses an empty key', () => {
    assert.throws(() => MersenneTwister.fromKey([]), LabError);
  });
});
