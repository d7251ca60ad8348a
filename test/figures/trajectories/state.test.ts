import fc from 'fast-check';
import assert from 'node:assert/strict';
import { assignSlots, INITIAL_STATE, stateFrom } from '../../../src/figures/trajectories/state';

describe('the state of trajectories', () => {
  it('is as at first where nothing usable was remembered', () => {
    fc.assert(
      fc.property(fc.anything(), (saved) => {
        const state = stateFrom(saved);
        assert.deepEqual(stateFrom(JSON.parse(JSON.stringify(state))), state);
      }),
    );
    assert.deepEqual(stateFrom(undefined), INITIAL_STATE);
    assert.deepEqual(
      stateFrom({ measure: 'no such', zoom: { loss: [2, 1] }, runs: 3 }),
      INITIAL_STATE,
    );
  });

  it('comes back as it was', () => {
    const state = {
      ...INITIAL_STATE,
      measure: 'gini' as const,
      ratio: 'neuronRatio' as const,
      hidden: ['/a'],
      slots: { '/a': 1, '/b': 0 },
      zoom: { 'training epoch': [2, 5] as const },
      runs: ['/b', '/a'],
      follows: '/lab',
    };
    assert.deepEqual(stateFrom(JSON.parse(JSON.stringify(state))), state);
  });
});

describe('the colours of runs', () => {
  const names = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 });

  it('are each their own, and a run keeps its own', () => {
    fc.assert(
      fc.property(names, names, (first, second) => {
        const before = assignSlots({}, first);
        const after = assignSlots(before, second);
        assert.deepEqual(Object.keys(after).sort(), [...second].sort());
        assert.equal(new Set(Object.values(after)).size, second.length);
        for (const run of second) if (run in before) assert.equal(after[run], before[run]);
        // As few as can be: no slot is skipped that nobody keeps from before.
        const highest = Math.max(-1, ...Object.values(after));
        assert.ok(highest < Math.max(first.length, second.length));
      }),
    );
  });
});
