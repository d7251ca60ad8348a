import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import { selectByThreshold, truncatedCount } from '../../../src/core/pruning/threshold';
import { counts, initialised, withWeights } from './specimens';

interface Case {
  readonly seed: number;
  readonly widths: number[];
  readonly requested: number;
  readonly thesis: number[][];
  readonly torchPruning: number[][];
}

const cases = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../fixtures/pruning.json'), 'utf8'),
) as Case[];

describe('pruning as Torch-Pruning does it', () => {
  it('removes the units that PyTorch removed, for every network and ratio of the fixture', () => {
    assert.equal(cases.length, 40);
    for (const { seed, widths, requested, thesis, torchPruning } of cases) {
      const specimen = initialised(seed, widths);
      const removed = (method: 'thesis' | 'torch-pruning') =>
        pruneSpecimen(specimen, { method, ratio: requested }).removed;
      const name = `seed ${seed}, ${widths.join('-')}, ratio ${requested}`;
      assert.deepEqual(removed('thesis'), thesis, `thesis: ${name}`);
      assert.deepEqual(removed('torch-pruning'), torchPruning, `torch-pruning: ${name}`);
    }
  });

  it('truncates as Python does', () => {
    assert.equal(10 * (1 - 0.9), 0.9999999999999998);
    assert.deepEqual(
      [0, 0.1, 0.3, 0.7, 0.9].map((ratio) => truncatedCount(10, ratio)),
      [0, 1, 3, 7, 10],
    );
    assert.equal(truncatedCount(130, 0.05), 7);
    assert.equal(truncatedCount(96, 0.05), 5);
  });

  it('takes all scores that equal the threshold and says so', () => {
    const { removed, notes } = selectByThreshold(
      [Float64Array.of(1, 2, 2, 3), Float64Array.of(2, 9, 9)],
      [4, 3],
      0.25,
    );
    assert.deepEqual(removed, [[0, 1, 2], [0]]);
    assert.deepEqual(notes, [{ kind: 'ties', threshold: 2, wanted: 2, taken: 4 }]);
  });

  it('leaves a layer untouched that would go as a whole, and says so', () => {
    const { removed, notes } = selectByThreshold(
      [Float64Array.of(1, 2), Float64Array.of(3, 4, 5, 6)],
      [2, 4],
      0.5,
    );
    assert.deepEqual(removed, [[], [0]]);
    assert.deepEqual(notes, [{ kind: 'layer-skipped', layer: 0, units: 2, scores: 2 }]);
  });

  it('counts phantoms for the pool, the threshold and the skip rule, and prunes none', () => {
    const lists = [Float64Array.of(5, 9, 1), Float64Array.of(2, 7, 8)];
    const removed = (ratio: number) => selectByThreshold(lists, [2, 3], ratio).removed;
    assert.deepEqual(removed(0.2), [[], [0]]);
    // Unit 0 and the phantom of the first layer are two, as many as it has units.
    assert.deepEqual(removed(0.5), [[], [0]]);
    const unhaunted = [lists[0].subarray(0, 2), lists[1]];
    assert.deepEqual(selectByThreshold(unhaunted, [2, 3], 0.5).removed, [[0], [0, 1]]);
  });

  it('leaves a layer of one unit out of the pool', () => {
    const { removed, notes } = selectByThreshold(
      [Float64Array.of(0), Float64Array.of(1, 2, 3, 4)],
      [1, 4],
      0.2,
    );
    assert.deepEqual(removed, [[], [0]]);
    assert.deepEqual(notes, [{ kind: 'single-unit', layer: 0 }]);
    const alone = selectByThreshold([Float64Array.of(0)], [1], 0.5);
    assert.deepEqual([alone.removed, alone.notes], [[[]], [{ kind: 'single-unit', layer: 0 }]]);
    assert.deepEqual(selectByThreshold([Float64Array.of(0)], [1], 0).notes, []);
  });

  it('never removes by an undefined score: a layer of zeros has no mean to divide by', () => {
    const zeros = withWeights([1, 2, 1], [0, 0], [0, 0]);
    const { removed, notes } = pruneSpecimen(zeros, { method: 'torch-pruning', ratio: 0.5 });
    assert.deepEqual(removed, [[]]);
    assert.deepEqual(notes, [
      { kind: 'ratio-missed', requested: 0.5, units: 2, wanted: 1, reached: 0 },
    ]);
    // PyTorch's order too: NaN is last, so what is defined goes first.
    const lists = [Float64Array.of(NaN, NaN), Float64Array.of(1, 2)];
    assert.deepEqual(selectByThreshold(lists, [2, 2], 0.25).removed, [[], [0]]);
  });
});

describe("the thesis's pruning", () => {
  it('scores a layer by the next one too: NonLinear0 asked for 60 % loses 14 of 96 units', () => {
    const { removed, notes } = pruneSpecimen(initialised(0, [5, 64, 16, 16, 2]), {
      method: 'thesis',
      ratio: 0.6,
    });
    assert.deepEqual(counts(removed), [14, 0, 0]);
    assert.deepEqual(
      notes.filter(({ kind }) => kind !== 'ties'),
      [
        { kind: 'layer-skipped', layer: 1, units: 16, scores: 31 },
        { kind: 'layer-skipped', layer: 2, units: 16, scores: 17 },
        { kind: 'ratio-missed', requested: 0.6, units: 96, wanted: 58, reached: 14 },
      ],
    );
  });

  it('divides by fan-in, takes means of magnitudes and knows no biases', () => {
    // Means of rows 3, 1 | next layer 2, 4; pool of 4, a quarter is the unit of mean 1.
    const specimen = withWeights([2, 2, 2], [-4, 2, 1, -1], [2, 2, 4, -4]);
    specimen.parameters.fill(100, 4, 6);
    const { removed } = pruneSpecimen(specimen, { method: 'thesis', ratio: 0.25 });
    assert.deepEqual(removed, [[1]]);
  });
});
