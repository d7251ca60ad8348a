import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LANES, Xoshiro } from '../../../src/core/random/xoshiro';

type State = [number, number, number, number];

/** A generator whose lanes start from these states. */
function fromStates(states: readonly State[]): Xoshiro {
  const words = [0, 1, 2, 3].flatMap((word) => states.map((state) => state[word]));
  let next = 0;
  return new Xoshiro({ uint32: () => words[next++] });
}

/** Every fourth draw: those of one lane. */
function laneOf(generator: Xoshiro, lane: number, count: number): number[] {
  const draws = Array.from({ length: LANES * count }, () => generator.uint32());
  return draws.filter((_, i) => i % LANES === lane);
}

/** The authors' description word for word, in integers that cannot overflow. */
function* reference(seed: State): Generator<number, never> {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  const s = seed.map(BigInt);
  for (;;) {
    yield Number((rotate((s[0] + s[3]) & mask, 7n) + s[0]) & mask);
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
  }
}

const word = fc.nat(0xffffffff);
const states = fc.array(fc.tuple(word, word, word, word), { minLength: LANES, maxLength: LANES });

describe('Xoshiro', () => {
  const zero: State = [0, 0, 0, 0];

  it('draws in each lane what the reference implementation draws from 1, 2, 3, 4', () => {
    for (let lane = 0; lane < LANES; lane++) {
      const seeds = Array.from({ length: LANES }, (_, l): State =>
        l === lane ? [1, 2, 3, 4] : zero,
      );
      assert.deepEqual(
        laneOf(fromStates(seeds), lane, 10),
        [
          641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295,
          495546011, 621204420,
        ],
      );
    }
  });

  it('draws after 102,400 steps what PHP states for its own', () => {
    const draws = laneOf(fromStates([[1, 2, 3, 4], zero, zero, zero]), 0, 102_401);
    assert.equal(draws[102_400], 0x2c873cfa);
  });

  it('runs its lanes side by side, each by itself', () => {
    fc.assert(
      fc.property(states, (seeds) => {
        const generator = fromStates(seeds);
        const lanes = seeds.map(reference);
        for (let i = 0; i < 8 * LANES; i++) {
          assert.equal(generator.uint32(), lanes[i % LANES].next().value);
        }
      }),
    );
  });

  it('aligned, goes on with lane 0 of the next four draws; at their start nothing is skipped', () => {
    fc.assert(
      fc.property(states, fc.integer({ min: 0, max: 11 }), (seeds, taken) => {
        const generator = fromStates(seeds);
        const whole = fromStates(seeds);
        for (let i = 0; i < taken; i++) generator.uint32();
        generator.align();
        for (let i = 0; i < Math.ceil(taken / LANES) * LANES; i++) whole.uint32();
        assert.equal(generator.uint32(), whole.uint32());
      }),
    );
  });
});
