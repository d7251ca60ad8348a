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
  ];
  for (const [what, specification, expected] of cases) {
    it(`end the problem: ${what}`, () => {
      const { did, text } = answered(specification);
      assert.equal(did, expected);
      assert.deepEqual(checkSpecification(text).problems, []);
    });
  }

  it('are missing if there is more than one way', () => {
    const text = JSON.stringify({ ...SMALL, specimen: { hidden: [0] } });
    const [problem] = textProblems(text, true);
    assert.equal(fixOf(text, problem), undefined);
  });
});
