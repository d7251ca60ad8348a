import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Specimen } from '../../../src/core/network/specimen';
import { applyMask, replayMask, maskOf } from '../../../src/core/pruning/mask';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import type { PruningRequest } from '../../../src/core/pruning/request';
import { sharePerRound, weightsAfter } from '../../../src/core/pruning/schedule';
import { maskedWeights, weightRanges, withWeightMask } from '../../../src/core/pruning/weightMask';
import { NETS, specimenOfNet } from './scoreFixture';
import { anyRatio, anySpecimen, assertRefused, withWeights } from './specimens';

function bitsOf(specimen: Specimen): number[][] {
  return weightRanges(specimen.layout).map(({ start, length }) =>
    Array.from(specimen.mask?.subarray(start, start + length) ?? new Uint8Array(length).fill(1)),
  );
}

const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);

/** Python's `round`. */
function evenRound(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/** Requests that end with growing shares of masked weights. */
const anyScope = fc.constantFrom<'global' | 'layer'>('global', 'layer');

describe('unstructured pruning', () => {
  it('masks what torch.nn.utils.prune masks, in all layers or in each', () => {
    let compared = 0;
    for (const net of NETS) {
      for (const { masks, ...request } of net.masks) {
        const { specimen } = pruneSpecimen(specimenOfNet(net), { method: 'weights', ...request });
        assert.deepEqual(
          bitsOf(specimen),
          masks,
          `${net.widths.join('-')} ${JSON.stringify(request)}`,
        );
        compared++;
      }
    }
    assert.equal(compared, 64);
  });

  it('keeps layout, units, biases and weights that it does not mask', () => {
    fc.assert(
      fc.property(
        anySpecimen,
        anyRatio,
        anyScope,
        fc.boolean(),
        (before, ratio, scope, outputLayer) => {
          const request = { method: 'weights', ratio, scope, outputLayer } as const;
          const { specimen, weightRatio, neuronRatio, parameterRatio } = pruneSpecimen(
            before,
            request,
          );
          assert.deepEqual([specimen.layout, specimen.units], [before.layout, before.units]);
          assert.deepEqual([neuronRatio, parameterRatio], [0, 0]);
          const weight = new Set(
            weightRanges(before.layout).flatMap(({ start, length }) =>
              Array.from({ length }, (_, i) => start + i),
            ),
          );
          specimen.parameters.forEach((value, i) => {
            const masked = specimen.mask?.[i] === 0;
            assert.equal(value, masked ? 0 : before.parameters[i]);
            if (masked) assert.ok(weight.has(i), 'a bias is masked');
          });
          const sizes = weightRanges(before.layout).map(({ length }) => length);
          const ranked = outputLayer ? sizes : sizes.slice(0, -1);
          const masked = maskedWeights(specimen);
          assert.equal(weightRatio, total(masked) / total(sizes));
          if (!outputLayer) assert.equal(masked.at(-1), 0);
          if (scope === 'global') assert.equal(total(masked), evenRound(total(ranked) * ratio));
          else {
            ranked.forEach((size, l) => {
              assert.equal(masked[l], evenRound(size * ratio));
            });
          }
        },
      ),
    );
  });

  it('masks the smallest, and of equal ones the first', () => {
    const specimen = withWeights([2, 2, 1], [3, 1, 1, 1], [1, 2]);
    const mask = (ratio: number) =>
      bitsOf(pruneSpecimen(specimen, { method: 'weights', ratio }).specimen);
    assert.deepEqual(mask(0.5), [
      [1, 0, 0, 0],
      [1, 1],
    ]);
    assert.deepEqual(mask(0.7), [
      [1, 0, 0, 0],
      [0, 1],
    ]);
  });

  it('only grows a mask, by exactly as many as each round wants', () => {
    fc.assert(
      fc.property(
        anySpecimen,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 6 }),
        (start, ratio, rounds) => {
          const weights = total(weightRanges(start.layout).map(({ length }) => length));
          const share = sharePerRound(ratio, rounds);
          let specimen = start;
          for (let round = 1; round <= rounds; round++) {
            const before = specimen;
            const left = weightsAfter(weights, share, round);
            // Training in between changes what is not masked.
            const trained = before.parameters.map((w, i) =>
              before.mask?.[i] === 0 ? 0 : w + i / 8,
            );
            ({ specimen } = pruneSpecimen(
              { ...before, parameters: trained },
              { method: 'weights', ratio, count: weights - left },
            ));
            assert.equal(weights - total(maskedWeights(specimen)), left);
            before.mask?.forEach((bit, i) => {
              if (bit === 0) assert.equal(specimen.mask?.[i], 0);
            });
          }
          assert.ok(
            Math.abs(weightsAfter(weights, share, rounds) - weights * (1 - ratio)) <= 0.5 + 1e-9,
          );
        },
      ),
    );
  });

  it('says so where fewer are wanted than are masked already', () => {
    const specimen = specimenOfNet(NETS[1]);
    const half = pruneSpecimen(specimen, { method: 'weights', ratio: 0.5 }).specimen;
    const { specimen: same, notes } = pruneSpecimen(half, { method: 'weights', ratio: 0.1 });
    assert.deepEqual(same.mask, half.mask);
    assert.deepEqual(notes, [
      { kind: 'weight-ratio-missed', requested: 0.1, weights: 30, wanted: 3, reached: 15 },
    ]);
  });

  it('respects caps of Linear layers, and says where nothing passes any more', () => {
    const specimen = specimenOfNet(NETS[0]);
    const capped = pruneSpecimen(specimen, {
      method: 'weights',
      ratio: 0.8,
      caps: [0.1, null, null],
    });
    assert.equal(maskedWeights(capped.specimen)[0], 3);
    assert.equal(total(maskedWeights(capped.specimen)), 43);
    assert.deepEqual(
      capped.notes.filter(({ kind }) => kind === 'weight-cap-reached'),
      [{ kind: 'weight-cap-reached', layer: 0, masked: 3 }],
    );
    const tiny = withWeights([1, 2, 1], [9, 9], [1, 1]);
    assert.deepEqual(pruneSpecimen(tiny, { method: 'weights', ratio: 0.5 }).notes, [
      { kind: 'layer-masked', layer: 1, weights: 2 },
    ]);
  });

  it('prunes a network without hidden layers, too', () => {
    const { specimen } = pruneSpecimen(withWeights([2, 2], [1, 2, 3, 4]), {
      method: 'weights',
      ratio: 0.5,
    });
    assert.deepEqual(Array.from(specimen.parameters), [0, 0, 3, 4, 0, 0]);
  });

  it('is refused for options and masks that do not fit', () => {
    const specimen = specimenOfNet(NETS[0]);
    const refused = (request: Partial<PruningRequest>, field: string, reason: RegExp): void =>
      assertRefused(
        () => pruneSpecimen(specimen, { method: 'weights', ratio: 0.5, ...request }),
        field,
        reason,
      );
    refused({ caps: [1, 1] }, 'caps', /one for each of 3 Linear layers, not 2/);
    refused({ count: 76 }, 'count', /whole number from 0 to 75, not 76/);
    refused({ count: 64, outputLayer: false }, 'count', /from 0 to 63, not 64/);
    refused({ count: 3, ratio: 0 }, 'count', /ratio 0 prunes nothing, not 3/);
    refused({ count: 3, scope: 'layer' }, 'count', /one for each layer, not 3/);
    refused({ count: [1, 2], scope: 'layer' }, 'count', /3 ranked layers, not 2/);
    refused({ originalWidths: [7, 4] }, 'originalWidths', /keeps the layout/);
    refused({ perLayer: [1, 1] }, 'perLayer', /only for the methods "random"/);
    refused({ scope: 'unit' as 'layer' }, 'scope', /"unit" is not allowed/);
    refused({ method: 'taylor', outputLayer: true }, 'outputLayer', /methods of weights/);
    refused({ method: 'magnitude', originalWidths: [7, 3] }, 'originalWidths[1]', /at least 4/);
    refused({ method: 'thesis', originalWidths: [7, 4] }, 'originalWidths', /does not support/);
    refused({ method: 'torch-pruning', scope: 'layer' }, 'scope', /does not support scope/);
    refused({ method: 'random', perLayer: [1, 1], scope: 'layer' }, 'perLayer', /with scope/);
    const masked = (mask: Uint8Array) => () =>
      pruneSpecimen({ ...specimen, mask }, { method: 'weights', ratio: 0.5 });
    assertRefused(masked(new Uint8Array(3)), 'mask', /one for each of 89 parameters, not 3/);
    assertRefused(
      masked(new Uint8Array(89).fill(2)),
      'mask[0]',
      /0 \(masked\) or 1 \(kept\), not 2/,
    );
    assertRefused(
      masked(new Uint8Array(89)),
      'mask[0]',
      /must therefore be 0.*layer 0, row 0, column 0/,
    );
  });
});

describe('a mask of weights', () => {
  it('follows the units that remain, and takes part in their scores as zeros', () => {
    fc.assert(
      fc.property(anySpecimen, anyRatio, anyRatio, (start, weights, units) => {
        const masked = pruneSpecimen(start, { method: 'weights', ratio: weights }).specimen;
        const numbered = { ...masked, parameters: masked.parameters.map((_, i) => i + 1) };
        const { specimen, weightRatio } = pruneSpecimen(masked, {
          method: 'magnitude',
          ratio: units,
        });
        const places = applyMask({ ...numbered, mask: undefined }, specimen.units).parameters;
        assert.deepEqual(
          specimen.mask,
          masked.mask && Uint8Array.from(places, (place) => masked.mask?.[place - 1] ?? 1),
        );
        specimen.mask?.forEach((bit, i) => {
          if (bit === 0) assert.equal(specimen.parameters[i], 0);
        });
        const sizes = weightRanges(specimen.layout).map(({ length }) => length);
        assert.equal(weightRatio, total(maskedWeights(specimen)) / total(sizes));
        assert.deepEqual(replayMask(masked, maskOf(masked, specimen)), specimen);
      }),
    );
  });

  it('goes with the movement of the same parameters', () => {
    const start = specimenOfNet(NETS[0]);
    const { movement, parameters } = applyMask({ ...start, movement: start.parameters.slice() }, [
      [0, 2, 5],
      [3],
    ]);
    assert.deepEqual(movement, parameters);
  });

  it('is applied in addition to the one that is there', () => {
    const specimen = withWeights([2, 1], [5, 6]);
    const once = withWeightMask(specimen, Uint8Array.of(0, 1, 1));
    const twice = withWeightMask(once, Uint8Array.of(1, 0, 1));
    assert.deepEqual([...twice.parameters, ...(twice.mask ?? [])], [0, 0, 0, 0, 0, 1]);
    assert.deepEqual(Array.from(specimen.parameters), [5, 6, 0]);
  });
});

describe('the schedule of iterative pruning', () => {
  it('leaves N (1 − share)^k weights, to the nearest whole number', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((round) => weightsAfter(1000, 0.2, round)),
      [1000, 800, 640, 512],
    );
    assert.equal(sharePerRound(0.75, 2), 0.5);
    assertRefused(() => weightsAfter(10, 1, 1), 'share', /below 1, not 1/);
    assertRefused(() => weightsAfter(10, 0.5, 0.5), 'round', /whole number/);
  });
});
