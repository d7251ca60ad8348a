import assert from 'node:assert/strict';
import { applyEdits } from 'jsonc-parser';
import { checkSpecification } from '../../../src/core/experiment/parse';
import { fixOf } from '../../../src/node/code/fixes';
import { textProblems } from '../../../src/node/code/problems';

const SMALL = {
  name: 'x',
  features: { count: 4, hidden: [3, 1] },
  data: { inputs: 3 },
  specimen: { hidden: [8] },
};
const IMPORTED = { source: 'imported', data: 'a.pth', encoder: 'b.pth' };
/** An experiment with arms; the first has widths. */
const withArms = (...arms: unknown[]): unknown => ({
  ...SMALL,
  pruning: { ratios: [0.5] },
  arms: [{ name: 'first', pruning: { method: 'magnitude' } }, ...arms],
});
const { name, specimen } = SMALL;
const imported = (...probes: unknown[]): unknown => ({
  name,
  specimen,
  data: IMPORTED,
  attribution: { probes },
});

/** What the first problem's answer does, and the text after it. */
function answered(specification: unknown): { did: string; text: string } {
  const text = JSON.stringify(specification, null, 2);
  const [problem] = textProblems(text, true);
  const fix = fixOf(text, problem);
  assert.ok(fix, problem.message);
  return {
    did: `${fix.kind} ${fix.field} ${fix.value}`.trim(),
    text: applyEdits(text, [...fix.edits]),
  };
}

describe('fixes of problems in an experiment', () => {
  const cases: [string, unknown, string][] = [
    ['a misspelt field', { ...SMALL, seed: [1] }, 'rename seeds'],
    ['a misspelt field deeper', { ...SMALL, training: { epoch: 3 } }, 'rename epochs'],
    [
      'widths that hold another number of features',
      { ...SMALL, features: { count: 9, hidden: [3, 1] } },
      'set features.count 4',
    ],
    [
      'an interval the wrong way round',
      { ...SMALL, features: { ...SMALL.features, importance: [1, -1] } },
      'set features.importance [-1, 1]',
    ],
    [
      'too few steps for a rule',
      {
        ...SMALL,
        attribution: { method: 'integrated-gradients', rule: 'riemann_trapezoid', steps: 1 },
      },
      'set attribution.steps 2',
    ],
    ['features beside imported data', { ...SMALL, data: IMPORTED }, 'remove features'],
    [
      'caps that the method does not know',
      { ...SMALL, pruning: { method: 'thesis', caps: 0.5, ratios: [0.1] } },
      'remove pruning.caps',
    ],
    [
      'a fresh network without widths, of the only arm that has some',
      withArms(
        { name: 'w', pruning: { method: 'weights' } },
        { name: 'drawn', pruning: { method: 'random', widthsOf: 'first' } },
        { name: 'fresh', pruning: { method: 'scratch' } },
      ),
      'set arms.3.pruning.widthsOf "first"',
    ],
    [
      'widths of a misspelt arm',
      withArms({ name: 'drawn', pruning: { method: 'random', widthsOf: 'frist' } }),
      'set arms.1.pruning.widthsOf "first"',
    ],
    [
      'a field that the method of an arm does not support',
      withArms({ name: 'w', pruning: { method: 'weights', norm: 'l2' } }),
      'remove arms.1.pruning.norm',
    ],
    [
      'a rewind beyond the training',
      withArms({ name: 'late', pruning: { method: 'magnitude', rewind: 60 } }),
      'set arms.1.pruning.rewind 50',
    ],
    [
      'a probe twice',
      { ...SMALL, attribution: { probes: ['one-hot', 'scaled', 'one-hot'] } },
      'remove attribution.probes.2',
    ],
    [
      'rows twice',
      { ...SMALL, attribution: { rows: ['pre-activation', 'pre-activation'] } },
      'remove attribution.rows.1',
    ],
    [
      'a probe of coefficients that imported data lack',
      imported('distribution', 'one-hot'),
      'remove attribution.probes.0',
    ],
    ['only such a probe', imported('scaled'), 'remove attribution.probes'],
    [
      'a baseline of coefficients that imported data lack',
      imported({ probe: 'one-hot', baseline: 'mean' }),
      'remove attribution.probes.0.baseline',
    ],
  ];
  for (const [what, specification, expected] of cases) {
    it(`end the problem: ${what}`, () => {
      const { did, text } = answered(specification);
      assert.equal(did, expected);
      assert.deepEqual(checkSpecification(text).problems, []);
    });
  }

  it('are missing for a fresh network that could have the widths of several arms', () => {
    const specification = withArms(
      { name: 'second', pruning: { method: 'taylor' } },
      { name: 'fresh', pruning: { method: 'scratch' } },
    );
    const text = JSON.stringify(specification);
    const [problem] = textProblems(text, true);
    assert.match(problem.message, /"scratch" needs widthsOf/);
    assert.equal(fixOf(text, problem), undefined);
  });

  it('are missing if there is more than one way', () => {
    const text = JSON.stringify({ ...SMALL, specimen: { hidden: [0] } });
    const [problem] = textProblems(text, true);
    assert.equal(fixOf(text, problem), undefined);
  });
});
