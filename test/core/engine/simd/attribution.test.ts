import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reusedBuffer } from '../../../../src/core/attribution/buffers';
import { plainArithmetic } from '../../../../src/core/attribution/arithmetic';
import { quadrature } from '../../../../src/core/attribution/quadrature';
import { simdAvailable } from '../../../../src/core/engine/simd/kernel';
import { simdEngine } from '../../../../src/core/engine/simd/simdEngine';
import { torchLinearInitialisation } from '../../../../src/core/network/initialise';
import { layoutOf, type Activation, type Network } from '../../../../src/core/network/layout';
import { stream } from '../../../../src/core/random/streams';

function networkOf(widths: readonly number[], activations: Activation[], seed: number): Network {
  const layout = { widths, activations };
  return { layout, parameters: torchLinearInitialisation(layout, stream(seed, 'initialisation')) };
}

const anyNetwork = fc
  .array(fc.integer({ min: 1, max: 19 }), { minLength: 2, maxLength: 6 })
  .chain((widths) =>
    fc
      .tuple(
        fc.array(fc.constantFrom<Activation>('relu', 'relu', 'linear'), {
          minLength: widths.length - 2,
          maxLength: widths.length - 2,
        }),
        fc.nat(1000),
      )
      .map(([activations, seed]) => networkOf(widths, activations, seed)),
  );

(simdAvailable() ? describe : describe.skip)('attributions on the SIMD kernel', () => {
  const { attribution } = simdEngine();
  // Previous contents of the memory must have no effect.
  const buffer = reusedBuffer();
  assert.ok(attribution);

  it('compute responses bit-identical to plain TypeScript', () => {
    fc.assert(
      fc.property(
        anyNetwork,
        fc.nat(3),
        fc.boolean(),
        fc.boolean(),
        (network, skipped, rectified, fromBaseline) => {
          const from = Math.min(skipped, network.layout.activations.length);
          const reading = { from, rectified, fromBaseline };
          const plain = plainArithmetic.responses(network, reading);
          assert.deepEqual(attribution.responses(network, reading), plain);
          for (const arithmetic of [attribution, plainArithmetic]) {
            assert.deepEqual(arithmetic.responses(network, { ...reading, buffer }), plain);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('sum along paths bit-identically to plain TypeScript', () => {
    fc.assert(
      fc.property(
        anyNetwork,
        fc.integer({ min: 2, max: 12 }),
        fc.nat(3),
        fc.boolean(),
        (network, steps, skipped, rectified) => {
          const from = Math.min(skipped, network.layout.activations.length);
          for (const rule of ['riemann_right', 'gausslegendre'] as const) {
            const nodes = quadrature(rule, steps);
            const plain = plainArithmetic.pathSums(network, nodes, { from, rectified });
            assert.deepEqual(attribution.pathSums(network, nodes, { from, rectified }), plain);
            for (const arithmetic of [attribution, plainArithmetic]) {
              const sums = arithmetic.pathSums(network, nodes, { from, rectified, buffer });
              assert.deepEqual(sums, plain);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('propagate NaN like plain TypeScript', () => {
    // As numbers: the bits of what is not one are free.
    // Few features, and enough to leave out units that are closed; in the first layer and in the second.
    for (const [features, place] of [
      [3, 4],
      [13, 4],
      [13, 5 * 14 + 4],
    ]) {
      const layout = layoutOf([features, 5, 9, 4, 2], 'relu');
      const parameters = torchLinearInitialisation(layout, stream(1, 'initialisation'));
      parameters.set([NaN, Infinity], place);
      const network = { layout, parameters };
      const reading = { from: 0, rectified: true, fromBaseline: true };
      assert.deepEqual(
        Array.from(attribution.responses(network, reading)),
        Array.from(plainArithmetic.responses(network, reading)),
      );
      const nodes = quadrature('riemann_middle', 4);
      assert.deepEqual(
        Array.from(attribution.pathSums(network, nodes, reading)),
        Array.from(plainArithmetic.pathSums(network, nodes, reading)),
      );
    }
  });
});
