import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutOf } from '../../../src/core/network/layout';
import type { Specimen } from '../../../src/core/network/specimen';
import {
  applyMask,
  composeMasks,
  maskOf,
  replayMask,
  type PruningMask,
} from '../../../src/core/pruning/mask';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import {
  anyRatio,
  anySpecimen,
  assertRefused,
  initialised,
  initialisedAs,
  withWeights,
} from './specimens';

/** A specimen and three masks of repeated random pruning of it. */
const pruned = fc
  .tuple(anySpecimen, fc.tuple(anyRatio, anyRatio, anyRatio), fc.nat())
  .map(([specimen, ratios, seed]) => {
    const random = MersenneTwister.fromSeed(seed);
    let current: Specimen = specimen;
    const history = ratios.map((ratio): PruningMask => {
      const before = current;
      current = pruneSpecimen(before, { method: 'random-structured', ratio }, random).specimen;
      return maskOf(before, current);
    });
    return { specimen, history, final: current };
  });

function replayAll(specimen: Specimen, history: readonly PruningMask[]): Specimen {
  return history.reduce(replayMask, specimen);
}

describe('pruning masks', () => {
  it('take rows, biases and the columns that read them', () => {
    const specimen = withWeights([2, 3, 2, 1], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [7, 8]);
    specimen.parameters.set([10, 20, 30], 6);
    specimen.parameters.set([40, 50], 15);
    specimen.parameters.set([60], 19);
    const smaller = applyMask(specimen, [[0, 2], [1]]);
    assert.deepEqual(smaller.layout, layoutOf([2, 2, 1, 1], 'relu'));
    assert.deepEqual(smaller.units, [[0, 2], [1]]);
    assert.deepEqual(
      Array.from(smaller.parameters),
      [[1, 2, 5, 6], [10, 30], [4, 6], [50], [8], [60]].flat(),
    );
  });

  it('know units by their original index through repeated pruning', () => {
    const specimen = initialised(0, [2, 6, 4, 1]);
    const once = applyMask(specimen, [
      [1, 3, 5],
      [0, 2, 3],
    ]);
    const twice = applyMask(once, [
      [3, 5],
      [2, 3],
    ]);
    assert.deepEqual(
      twice,
      applyMask(specimen, [
        [3, 5],
        [2, 3],
      ]),
    );
  });

  it('copy: what is kept is not shared with the specimen', () => {
    const specimen = initialised(0, [2, 3, 1]);
    const copy = applyMask(specimen, specimen.units);
    assert.deepEqual(copy, specimen);
    assert.notEqual(copy.parameters.buffer, specimen.parameters.buffer);
  });

  it('replay on another specimen of the same layout what pruned the first', () => {
    fc.assert(
      fc.property(pruned, fc.nat(), ({ specimen, history, final }, seed) => {
        assert.deepEqual(replayAll(specimen, history), final);
        const other = initialisedAs(specimen.layout, seed);
        const replayed = replayAll(other, history);
        assert.deepEqual([replayed.layout, replayed.units], [final.layout, final.units]);
        assert.deepEqual(replayed, applyMask(other, final.units));
      }),
    );
  });

  it('survive being saved as JSON', () => {
    fc.assert(
      fc.property(pruned, ({ specimen, history, final }) => {
        const loaded = JSON.parse(JSON.stringify(history)) as PruningMask[];
        assert.deepEqual(loaded, history);
        assert.deepEqual(replayAll(specimen, loaded), final);
      }),
    );
  });

  it('compose associatively, to what they do one after the other', () => {
    fc.assert(
      fc.property(pruned, ({ specimen, history: [a, b, c], final }) => {
        const left = composeMasks(composeMasks(a, b), c);
        assert.deepEqual(left, composeMasks(a, composeMasks(b, c)));
        assert.deepEqual(replayMask(specimen, left), final);
        const nothing: PruningMask = { units: a.units, kept: a.units };
        assert.deepEqual(composeMasks(nothing, a), a);
      }),
    );
  });

  it('are one for several prunings in a row', () => {
    fc.assert(
      fc.property(pruned, ({ specimen, history, final }) => {
        assert.deepEqual(maskOf(specimen, final), history.reduce(composeMasks));
      }),
    );
  });

  it('are refused where they do not fit, by layer and unit', () => {
    const specimen = applyMask(initialised(0, [2, 4, 4, 1]), [
      [0, 2, 3],
      [1, 2],
    ]);
    const refused = (kept: number[][], field: string, reason: RegExp): void =>
      assertRefused(() => applyMask(specimen, kept), field, reason);
    refused([[0, 2]], 'kept', /2 hidden layers, not 1/);
    refused([[0], [1, 3]], 'kept[1][1]', /hidden layer 1 has no unit 3/);
    refused([[0, 1.5], [1]], 'kept[0][1]', /hidden layer 0 has no unit 1.5/);
    refused([[2, 0], [1]], 'kept[0][1]', /hidden layer 0 must ascend: 0 after 2/);
    refused([[2, 2], [1]], 'kept[0][1]', /hidden layer 0 must ascend: 2 after 2/);
    refused([[0], []], 'kept[1]', /hidden layer 1 must keep at least one unit/);
  });

  it('are refused by a specimen that has other units than they start from', () => {
    const specimen = initialised(0, [2, 3, 2, 1]);
    const mask: PruningMask = {
      units: [
        [0, 1, 2],
        [0, 1],
      ],
      kept: [[0], [1]],
    };
    const { units } = replayMask(specimen, mask);
    assert.deepEqual(units, mask.kept);
    assertRefused(
      () => maskOf(replayMask(specimen, mask), specimen),
      'after.units[0][1]',
      /hidden layer 0 has no unit 1/,
    );
    const refused = (other: PruningMask, field: string, reason: RegExp): void =>
      assertRefused(() => replayMask(specimen, other), field, reason);
    refused({ ...mask, units: [[0, 1, 2]] }, 'mask.units', /2 hidden layers, not 1/);
    refused(
      {
        ...mask,
        units: [
          [0, 1, 2, 5],
          [0, 1],
        ],
      },
      'mask.units[0]',
      /specimen has no unit 5 in .*0/,
    );
    refused({ ...mask, units: [[0, 1, 2], [1]] }, 'mask.units[1]', /specimen has unit 0 in .*1/);
    assertRefused(
      () => composeMasks(mask, mask),
      'second.units[0]',
      /the first mask has no unit 1 in hidden layer 0/,
    );
  });

  it('are refused by a specimen whose units are not those of its layout', () => {
    const specimen = initialised(0, [2, 3, 2, 1]);
    assertRefused(
      () => applyMask({ ...specimen, units: [[0], [0, 1]] }, [[0], [0]]),
      'units[0]',
      /3 units, not 1/,
    );
    assertRefused(() => applyMask({ ...specimen, units: [[0]] }, [[0], [0]]), 'units', /not 1/);
  });
});
