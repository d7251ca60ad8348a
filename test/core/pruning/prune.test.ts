import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { parameterCount } from '../../../src/core/network/layout';
import type { Specimen } from '../../../src/core/network/specimen';
import { maskOf, replayMask } from '../../../src/core/pruning/mask';
import { describeNote, type PruningNote } from '../../../src/core/pruning/notes';
import { pruneSpecimen, type PruningResult } from '../../../src/core/pruning/prune';
import type { PruningMethod, PruningRequest } from '../../../src/core/pruning/request';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import {
  anyRatio,
  anySpecimen,
  assertRefused,
  initialised,
  METHODS,
  outputsOf,
  silenced,
} from './specimens';

const anyMethod = fc.constantFrom(...METHODS);
const prune = (
  specimen: Specimen,
  request: PruningRequest,
  random = MersenneTwister.fromSeed(1),
): PruningResult => pruneSpecimen(specimen, request, random);

describe('pruning, by any method,', () => {
  it('parts the units of every layer into kept and removed, and keeps at least one', () => {
    fc.assert(
      fc.property(anySpecimen, anyMethod, anyRatio, (specimen, method, ratio) => {
        const { kept, removed, hidden, specimen: pruned } = prune(specimen, { method, ratio });
        specimen.units.forEach((units, l) => {
          assert.deepEqual(
            [...kept[l], ...removed[l]].sort((a, b) => a - b),
            units,
          );
          assert.ok(kept[l].length >= 1);
        });
        assert.deepEqual(pruned.units, kept);
        assert.deepEqual(
          hidden,
          kept.map((layer) => layer.length),
        );
        assert.deepEqual(pruned.layout, {
          ...specimen.layout,
          widths: [specimen.layout.widths[0], ...hidden, specimen.layout.widths.at(-1)],
        });
      }),
    );
  });

  it('computes what the unpruned network computes when nothing reads the removed units', () => {
    fc.assert(
      fc.property(
        anySpecimen,
        anyMethod,
        anyRatio,
        fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (specimen, method, ratio, values) => {
          const { specimen: pruned, removed } = prune(specimen, { method, ratio });
          const inputs = values.slice(0, specimen.layout.widths[0]);
          const expected = outputsOf(silenced(specimen, removed), inputs);
          const actual = outputsOf(pruned, inputs);
          // Exact: the terms that are missing from the sums are zeros. (=== takes −0 for 0.)
          assert.equal(actual.length, expected.length);
          actual.forEach((value, k) => assert.ok(value === expected[k]));
        },
      ),
    );
  });

  it('reports ratios of real counts: hidden units, and parameters with their biases', () => {
    fc.assert(
      fc.property(anySpecimen, anyMethod, anyRatio, (specimen, method, ratio) => {
        const result = prune(specimen, { method, ratio });
        const [before, after] = [specimen, result.specimen].map((s) => s.parameters.length);
        assert.equal(after, parameterCount(result.specimen.layout));
        assert.equal(result.parameterRatio, (before - after) / before);
        const units = specimen.units.flat().length;
        assert.equal(result.neuronRatio, result.removed.flat().length / units);
        assert.equal(result.requested, ratio);
      }),
    );
    // 5-64-16-16-2 has 64·6 + 16·65 + 16·17 + 2·17 = 1730 parameters.
    const { hidden, parameterRatio } = prune(initialised(0, [5, 64, 16, 16, 2]), {
      method: 'thesis',
      ratio: 0.2,
    });
    assert.deepEqual(hidden, [63, 3, 16]);
    assert.equal(parameterRatio, (1730 - (63 * 6 + 3 * 64 + 16 * 4 + 2 * 17)) / 1730);
  });

  it('prunes nothing at ratio 0, into a copy', () => {
    fc.assert(
      fc.property(anySpecimen, anyMethod, (specimen, method) => {
        const result = prune(specimen, { method, ratio: 0 });
        assert.deepEqual(result.specimen, specimen);
        assert.notEqual(result.specimen.parameters.buffer, specimen.parameters.buffer);
        assert.deepEqual([result.neuronRatio, result.parameterRatio], [0, 0]);
        assert.deepEqual(result.notes, []);
        assert.deepEqual(prune(result.specimen, { method, ratio: 0 }), result);
      }),
    );
  });

  it('gives the same again from the same, and does not touch what it was given', () => {
    fc.assert(
      fc.property(anySpecimen, anyMethod, anyRatio, fc.nat(), (specimen, method, ratio, seed) => {
        const before = structuredClone(specimen);
        const [first, second] = [1, 2].map(() =>
          prune(specimen, { method, ratio }, MersenneTwister.fromSeed(seed)),
        );
        assert.deepEqual(second, first);
        assert.deepEqual(specimen, before);
      }),
    );
  });

  it('keeps original indices when it prunes again', () => {
    fc.assert(
      fc.property(anySpecimen, anyMethod, anyRatio, (specimen, method, ratio) => {
        const first = prune(specimen, { method, ratio });
        const second = prune(first.specimen, { method, ratio });
        second.kept.forEach((layer, l) => {
          assert.ok(layer.every((unit) => first.kept[l].includes(unit)));
          assert.ok(second.removed[l].every((unit) => first.kept[l].includes(unit)));
        });
        assert.deepEqual(
          replayMask(first.specimen, maskOf(first.specimen, second.specimen)),
          second.specimen,
        );
      }),
    );
  });

  it('says so whenever it reaches another number of units than it was asked for', () => {
    fc.assert(
      fc.property(anySpecimen, anyMethod, anyRatio, (specimen, method, ratio) => {
        const { removed, notes } = prune(specimen, { method, ratio });
        const units = specimen.units.flat().length;
        const off = Math.abs(removed.flat().length - ratio * units);
        const missed = notes.some(({ kind }) => kind === 'ratio-missed');
        // A compatible method truncates a rounded product, which may take one unit more.
        const tolerated = method === 'thesis' || method === 'torch-pruning' ? 1 + 1e-9 : 0.5;
        assert.ok(missed || off <= tolerated);
      }),
    );
  });

  it('notes options that the method has no use for', () => {
    const specimen = initialised(0, [2, 4, 1]);
    const options = { norm: 'l1', normalize: false, ratio: 0 } as const;
    assert.deepEqual(prune(specimen, { method: 'torch-pruning', ...options }).notes, [
      { kind: 'option-unused', option: 'norm', value: 'l1' },
      { kind: 'option-unused', option: 'normalize', value: false },
    ]);
    assert.deepEqual(prune(specimen, { method: 'global-structured', ...options }).notes, []);
  });
});

describe('a pruning request', () => {
  const specimen = initialised(0, [2, 4, 3, 1]);
  const refused = (request: object, field: string, reason: RegExp): void =>
    assertRefused(
      () => prune(specimen, { method: 'global-structured', ratio: 0.5, ...request }),
      field,
      reason,
    );

  it('is refused for a ratio that is none', () => {
    for (const ratio of [1, -0.1, NaN, Infinity]) {
      refused({ ratio }, 'ratio', new RegExp(`below 1, not ${ratio}`));
    }
    refused({ ratio: '0.5' }, 'ratio', /not "0.5"/);
  });

  it('is refused for an unknown method, norm or normalisation', () => {
    refused(
      { method: 'lottery' },
      'method',
      /"lottery" is not allowed: expected .*"torch-pruning" or "thesis"/,
    );
    refused({ method: 'toString' }, 'method', /"toString" is not allowed/);
    refused({ norm: 'l3' }, 'norm', /not "l3"/);
    refused({ normalize: 'yes' }, 'normalize', /not "yes"/);
  });

  it('is refused for caps that do not fit, or that the method would not heed', () => {
    refused({ caps: [0.5] }, 'caps', /2 hidden layers, not 1/);
    refused({ caps: [0.5, 0] }, 'caps[1]', /above 0 and at most 1, not 0/);
    refused({ caps: [1.5, null] }, 'caps[0]', /not 1.5/);
    refused({ caps: NaN }, 'caps', /not NaN/);
    for (const method of ['thesis', 'torch-pruning']) {
      refused(
        { method, caps: 0.5 },
        'caps',
        new RegExp(`"${method}" does not support caps, but got 0.5`),
      );
    }
  });

  it('is refused for parameters that are not finite, by layer and place', () => {
    const spoilt = (index: number, value: number): Specimen => ({
      ...specimen,
      parameters: specimen.parameters.map((w, i) => (i === index ? value : w)),
    });
    const cases: [Specimen, string, RegExp][] = [
      // 8 weights and 4 biases, then rows of 4.
      [spoilt(5, NaN), 'layers[0].weights', /finite, not NaN \(row 2, column 1\)/],
      [spoilt(11, Infinity), 'layers[0].biases', /finite, not Infinity \(unit 3\)/],
      [spoilt(17, -Infinity), 'layers[1].weights', /not -Infinity \(row 1, column 1\)/],
    ];
    for (const method of METHODS) {
      for (const [bad, field, reason] of cases) {
        assertRefused(() => prune(bad, { method, ratio: 0.5 }), field, reason);
      }
    }
  });

  it('is refused for a network with nothing to prune, or of other units than its layout', () => {
    assertRefused(
      () => prune(initialised(0, [2, 1]), { method: 'thesis', ratio: 0 }),
      'layout',
      /without hidden layers/,
    );
    assertRefused(
      () => prune({ ...specimen, units: [[0, 1, 2, 3]] }, { method: 'thesis', ratio: 0 }),
      'units',
      /2 hidden layers, not 1/,
    );
    assert.throws(
      () => prune({ ...specimen, parameters: new Float32Array(3) }, { method: 'thesis', ratio: 0 }),
      LabError,
    );
  });
});

describe('a pruning note', () => {
  it('reads as a sentence that holds its numbers', () => {
    const sentences: [PruningNote, RegExp][] = [
      [
        { kind: 'layer-skipped', layer: 1, units: 16, scores: 24 },
        /layer 1 was not pruned: 24 .* 16/,
      ],
      [{ kind: 'single-unit', layer: 2 }, /layer 2 has only one unit/],
      [{ kind: 'ties', threshold: 0.25, wanted: 7, taken: 8 }, /8 scores instead of 7 .*0\.25/],
      [{ kind: 'cap-reached', layer: 0, most: 3 }, /layer 0 lost 3 units.*cap/],
      [{ kind: 'minimum-kept', layer: 0 }, /layer 0 kept its last unit/],
      [
        { kind: 'ratio-missed', requested: 0.6, units: 96, wanted: 58, reached: 14 },
        /0\.6, 58 of 96 .*14 were removed/,
      ],
      [
        { kind: 'weight-cap-reached', layer: 1, masked: 9 },
        /Linear layer 1 has 9 masked weights.*cap/,
      ],
      [{ kind: 'layer-masked', layer: 2, weights: 6 }, /all weights of Linear layer 2 are masked/],
      [
        { kind: 'weight-ratio-missed', requested: 0.1, weights: 30, wanted: 3, reached: 15 },
        /0\.1, 3 of 30 weights: 15 are masked/,
      ],
      [{ kind: 'option-unused', option: 'norm', value: 'l1' }, /ignores norm l1/],
    ];
    for (const [note, sentence] of sentences) assert.match(describeNote(note), sentence);
  });

  it('comes from each method for what that method does', () => {
    const kinds = (method: PruningMethod): string[] =>
      prune(initialised(0, [5, 64, 16, 16, 2]), { method, ratio: 0.99 }).notes.map((n) => n.kind);
    assert.deepEqual(kinds('torch-pruning').includes('layer-skipped'), true);
    assert.deepEqual(kinds('global-structured').includes('minimum-kept'), true);
  });
});
