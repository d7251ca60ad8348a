import assert from 'node:assert/strict';
import fc from 'fast-check';
import { neuronCount } from '../../../src/core/network/layout';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import type { PruningRequest } from '../../../src/core/pruning/request';
import type { Specimen } from '../../../src/core/network/specimen';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { permutation } from '../../../src/core/random/torch';
import { anyRatio, anySpecimen, assertRefused, counts, initialised } from './specimens';

const prune = (specimen: Specimen, seed: number, request: Omit<PruningRequest, 'method'>) =>
  pruneSpecimen(
    specimen,
    { method: 'random-structured', ...request },
    MersenneTwister.fromSeed(seed),
  );

describe('random structured pruning', () => {
  it('takes units in the order of one permutation of them all', () => {
    const order = permutation(MersenneTwister.fromSeed(7), 12);
    const { removed } = prune(initialised(0, [3, 8, 4, 2]), 7, { ratio: 0.25 });
    const numbered = [...removed[0], ...removed[1].map((k) => 8 + k)];
    assert.deepEqual(
      numbered,
      Array.from(order.slice(0, 3)).sort((a, b) => a - b),
    );
  });

  it('chooses units alone by the source, not by their weights', () => {
    const [a, b] = [1, 2].map((seed) => initialised(seed, [3, 8, 4, 2]));
    assert.deepEqual(prune(a, 5, { ratio: 0.5 }).removed, prune(b, 5, { ratio: 0.5 }).removed);
    assert.notDeepEqual(prune(a, 5, { ratio: 0.5 }).removed, prune(a, 6, { ratio: 0.5 }).removed);
  });

  it('removes as many units as global structured pruning does, under the same caps', () => {
    fc.assert(
      fc.property(
        anySpecimen,
        anyRatio,
        fc.option(fc.constantFrom(0.2, 0.5, 0.75, 1), { nil: undefined }),
        fc.nat(),
        (specimen, ratio, caps, seed) => {
          const magnitude = pruneSpecimen(specimen, { method: 'global-structured', ratio, caps });
          const random = prune(specimen, seed, { ratio, caps });
          assert.equal(random.neuronRatio, magnitude.neuronRatio);
        },
      ),
    );
  });

  it('takes from each layer as many as the pruning it is compared with', () => {
    fc.assert(
      fc.property(anySpecimen, anyRatio, fc.nat(), (specimen, ratio, seed) => {
        const compared = pruneSpecimen(specimen, { method: 'thesis', ratio });
        const perLayer = counts(compared.removed);
        const { removed, parameterRatio, notes } = prune(specimen, seed, { ratio, perLayer });
        assert.deepEqual(counts(removed), perLayer);
        assert.equal(parameterRatio, compared.parameterRatio);
        assert.ok(notes.every(({ kind }) => kind === 'ratio-missed'));
      }),
    );
  });

  it('removes every unit equally often, with and without counts per layer', () => {
    const specimen = initialised(0, [2, 6, 3, 1]);
    const rounds = 3000;
    for (const perLayer of [undefined, [2, 1]]) {
      const times = new Float64Array(neuronCount(specimen.layout));
      for (let seed = 0; seed < rounds; seed++) {
        const { removed } = prune(specimen, seed, { ratio: 1 / 3, perLayer });
        for (const k of removed[0]) times[k]++;
        for (const k of removed[1]) times[6 + k]++;
      }
      // Binomial with p = 1/3, or slightly less where a layer's last unit stays: five standard
      // deviations, plus the share 1/84 of choices in which all 3 of the narrow layer come first.
      const deviation = Math.sqrt(rounds * (1 / 3) * (2 / 3));
      const bound = 5 * deviation + rounds / 84;
      for (const count of times) assert.ok(Math.abs(count - rounds / 3) < bound, String(count));
    }
  });

  it('refuses counts per layer that cannot be', () => {
    const specimen = initialised(0, [2, 6, 3, 1]);
    const refused = (request: Partial<PruningRequest>, field: string, reason: RegExp): void =>
      assertRefused(() => prune(specimen, 0, { ratio: 0.5, ...request }), field, reason);
    refused({ perLayer: [1] }, 'perLayer', /2 hidden layers, not 1/);
    refused({ perLayer: [1, 3] }, 'perLayer[1]', /0 to 2 .*not 3/);
    refused({ perLayer: [0.5, 0] }, 'perLayer[0]', /not 0.5/);
    refused({ perLayer: [-1, 0] }, 'perLayer[0]', /not -1/);
    refused({ perLayer: [1, 1], caps: 0.5 }, 'perLayer', /caps/);
    refused({ perLayer: [1, 0], ratio: 0 }, 'perLayer', /ratio 0/);
    assertRefused(
      () => pruneSpecimen(specimen, { method: 'thesis', ratio: 0.5, perLayer: [1, 1] }),
      'perLayer',
      /random-structured.*not for "thesis"/,
    );
  });

  it('refuses to draw from nowhere', () => {
    assertRefused(
      () => pruneSpecimen(initialised(0, [2, 6, 1]), { method: 'random-structured', ratio: 0.5 }),
      'random',
      /source of random bits/,
    );
  });
});
