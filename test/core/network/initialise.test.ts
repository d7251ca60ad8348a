import assert from 'node:assert/strict';
import fc from 'fast-check';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import { layersOf, layoutOf } from '../../../src/core/network/layout';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { uniform } from '../../../src/core/random/torch';
import fixture from '../../fixtures/torch-rng.json';

const words = (word: number) => ({ uint32: () => word });

describe('torchLinearInitialisation', () => {
  for (const [seed, { linear3x4, randAfterLinear }] of Object.entries(fixture)) {
    it(`is that of nn.Linear after manual_seed(${seed}), and leaves the generator where it would`, () => {
      const generator = MersenneTwister.fromSeed(Number(seed));
      assert.deepEqual(
        [...torchLinearInitialisation(layoutOf([3, 4], 'relu'), generator)],
        [...linear3x4.weight.flat(), ...linear3x4.bias],
      );
      assert.deepEqual([uniform(generator), uniform(generator)], randAfterLinear);
    });
  }

  it('spans ±1/√fan_in in every layer, weight and bias alike', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(widths, (widths) => {
        const layout = layoutOf(widths, 'relu');
        for (const [word, sign] of [
          [0, -1],
          [0xffffff, 1],
        ]) {
          const parameters = torchLinearInitialisation(layout, words(word));
          for (const { inputs, weights, biases } of layersOf({ layout, parameters })) {
            for (const value of [...weights, ...biases]) {
              // The greatest draw is 1 − 2⁻²⁴, and float32 rounds bound and value.
              const expected = sign / Math.sqrt(inputs);
              assert.ok(Math.abs(value - expected) <= 2 ** -22 * Math.abs(expected));
            }
          }
        }
      }),
    );
  });
});
