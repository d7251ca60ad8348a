import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hiddenWidths, layersOf, neuronCount } from '../../../src/core/network/layout';
import type { Specimen } from '../../../src/core/network/specimen';
import { nearestCount } from '../../../src/core/pruning/exactCount';
import { normImportance } from '../../../src/core/pruning/importance';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import type { PruningRequest } from '../../../src/core/pruning/request';
import { anyRatio, anySpecimen, counts, initialised, withWeights } from './specimens';

const prune = (specimen: Specimen, request: Omit<PruningRequest, 'method'>) =>
  pruneSpecimen(specimen, { method: 'global-structured', ...request });

// Sums of magnitudes 1 2 3 | 2 3 4 5, the weights between the two layers being 0.
const twoLayers = withWeights([1, 3, 4, 1], [1, 2, 3], Array<number>(12).fill(0), [2, 3, 4, 5]);

describe('global structured pruning', () => {
  it('removes the nearest whole number of units, whatever the product rounds to', () => {
    assert.equal(100 * 0.29, 28.999999999999996);
    assert.equal(nearestCount(100, 0.29), 29);
    assert.deepEqual(
      [nearestCount(10, 0.05), nearestCount(96, 0.2), nearestCount(0, 0.5)],
      [1, 19, 0],
    );
    for (const ratio of [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) {
      const { removed, neuronRatio, notes } = prune(initialised(0, [5, 64, 16, 16, 2]), { ratio });
      assert.equal(removed.flat().length, Math.round(96 * ratio));
      assert.equal(neuronRatio, Math.round(96 * ratio) / 96);
      assert.deepEqual(notes, []);
    }
  });

  it('takes the least important of all layers, equal ones by layer and position', () => {
    const options = { norm: 'l1', normalize: false } as const;
    assert.deepEqual(prune(twoLayers, { ratio: 1 / 7, ...options }).removed, [[0], []]);
    assert.deepEqual(prune(twoLayers, { ratio: 2 / 7, ...options }).removed, [[0, 1], []]);
    assert.deepEqual(prune(twoLayers, { ratio: 3 / 7, ...options }).removed, [[0, 1], [0]]);
    const equal = withWeights([1, 2, 2, 1], [1, 1], [0, 0, 0, 0], [1, 1]);
    assert.deepEqual(prune(equal, { ratio: 0.5 }).removed, [[0], [0]]);
  });

  it('takes the L1 norm by layer, normalised, unless told otherwise', () => {
    const named = { norm: 'l1', normalize: true } as const;
    fc.assert(
      fc.property(anySpecimen, anyRatio, (specimen, ratio) => {
        assert.deepEqual(prune(specimen, { ratio }), prune(specimen, { ratio, ...named }));
      }),
    );
  });

  it('reaches the ratio to less than one unit where a layer may lose what it should', () => {
    fc.assert(
      fc.property(anySpecimen, anyRatio, (specimen, ratio) => {
        const units = neuronCount(specimen.layout);
        const { removed, notes } = prune(specimen, { ratio });
        const gone = removed.flat().length;
        const most = units - hiddenWidths(specimen.layout).length;
        assert.equal(gone, Math.min(nearestCount(units, ratio), most));
        if (notes.length === 0) assert.ok(Math.abs(gone - ratio * units) < 1);
      }),
    );
  });

  it('removes no unit that is more important than one that stays, minimum apart', () => {
    fc.assert(
      fc.property(anySpecimen, anyRatio, fc.boolean(), (specimen, ratio, normalize) => {
        const { removed, kept } = prune(specimen, { ratio, normalize, norm: 'l1' });
        const scores = normImportance(specimen, 'l1', normalize);
        const worst = Math.max(...removed.flatMap((layer, l) => layer.map((k) => scores[l][k])));
        kept.forEach((layer, l) => {
          if (layer.length > 1) for (const k of layer) assert.ok(scores[l][k] >= worst);
        });
      }),
    );
  });

  it('is blind to the scale of a layer when it normalises, and only then', () => {
    // The weights between the layers are 0, so a layer's scores scale with its outer weights alone.
    const scaled = withWeights(
      [1, 3, 4, 1],
      [1024, 2048, 3072],
      Array<number>(12).fill(0),
      [2, 3, 4, 5],
    );
    for (const norm of ['l1', 'l2'] as const) {
      for (const ratio of [1 / 7, 2 / 7, 3 / 7, 4 / 7]) {
        const removed = (specimen: Specimen, normalize: boolean) =>
          prune(specimen, { ratio, norm, normalize }).removed;
        assert.deepEqual(removed(scaled, true), removed(twoLayers, true));
        assert.notDeepEqual(removed(scaled, false), removed(twoLayers, false));
      }
    }
  });

  it('chooses the same units of a network whose parameters are all scaled by a power of two', () => {
    fc.assert(
      fc.property(
        anySpecimen,
        anyRatio,
        fc.integer({ min: -30, max: 30 }),
        fc.boolean(),
        (specimen, ratio, exponent, normalize) => {
          const parameters = specimen.parameters.map((w) => w * 2 ** exponent);
          const scaled = { ...specimen, parameters };
          assert.deepEqual(
            prune(scaled, { ratio, normalize }).removed,
            prune(specimen, { ratio, normalize }).removed,
          );
        },
      ),
    );
  });

  it('leaves what a cap protects, takes the rest elsewhere and says so', () => {
    const options = { norm: 'l1', normalize: false } as const;
    const capped = prune(twoLayers, { ratio: 3 / 7, caps: [0.5, null], ...options });
    assert.deepEqual(capped.removed, [[0], [0, 1]]);
    assert.deepEqual(capped.notes, [{ kind: 'cap-reached', layer: 0, most: 1 }]);
    const untouched = prune(twoLayers, { ratio: 1 / 7, caps: 0.3, ...options });
    assert.deepEqual(untouched.removed, [[], [0]]);
    assert.deepEqual(untouched.notes, [{ kind: 'cap-reached', layer: 0, most: 0 }]);
  });

  it('keeps one unit of every layer, and says what it could not reach', () => {
    const { removed, notes } = prune(twoLayers, {
      ratio: 0.9,
      norm: 'l1',
      normalize: false,
      caps: [null, 0.5],
    });
    assert.deepEqual(removed, [
      [0, 1],
      [0, 1],
    ]);
    assert.deepEqual(notes, [
      { kind: 'minimum-kept', layer: 0 },
      { kind: 'cap-reached', layer: 1, most: 2 },
      { kind: 'ratio-missed', requested: 0.9, units: 7, wanted: 6, reached: 4 },
    ]);
  });

  it('lets exactly the share of a cap go, wherever the product rounds to', () => {
    const specimen = initialised(1, [2, 100, 100, 1]);
    for (const [cap, most] of [
      [0.29, 29],
      [0.57, 57],
      [0.299, 29],
      [0.009, 0],
      // The next double below 0.05: times 100 it is 5, but 5 of 100 are more.
      [0.049999999999999996, 4],
    ]) {
      const { removed } = prune(specimen, { ratio: 0.99, caps: [cap, null] });
      assert.deepEqual(counts(removed), [most, 99]);
    }
  });

  it('stays within any caps', () => {
    const cap = fc.option(fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        anySpecimen.chain((specimen) => {
          const length = specimen.units.length;
          const caps = fc.array(cap, { minLength: length, maxLength: length });
          return fc.tuple(fc.constant(specimen), caps);
        }),
        anyRatio,
        ([specimen, caps], ratio) => {
          const { removed, notes } = prune(specimen, { ratio, caps });
          const widths = hiddenWidths(specimen.layout);
          removed.forEach((layer, l) => assert.ok(layer.length / widths[l] <= (caps[l] ?? 1)));
          const wanted = nearestCount(neuronCount(specimen.layout), ratio);
          // Short of the count, every layer must have stopped at a limit, and the notes say which.
          if (removed.flat().length < wanted) {
            const stopped = notes.flatMap((note) => ('layer' in note ? [note.layer] : []));
            assert.deepEqual(stopped, [...widths.keys()]);
            assert.equal(notes.at(-1)?.kind, 'ratio-missed');
          }
        },
      ),
    );
  });

  it('goes by weights alone', () => {
    const specimen = initialised(3, [4, 8, 8, 2]);
    const biased = { ...specimen, parameters: specimen.parameters.slice() };
    for (const { biases } of layersOf(biased)) biases.forEach((_, k) => (biases[k] = k * k - 20));
    for (const ratio of [0.25, 0.5, 0.75]) {
      assert.deepEqual(prune(biased, { ratio }).removed, prune(specimen, { ratio }).removed);
    }
  });
});
