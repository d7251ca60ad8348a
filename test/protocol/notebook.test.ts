import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readOpenMessage } from '../../src/protocol/notebook';

describe('a message of the renderer of outputs', () => {
  const whole = {
    experiment: '.',
    run: 'runs/2026-01-01',
    checkpoint: '42-dense/training/50',
    layer: 1,
    unit: 3,
  };

  const point = {
    run: 'runs/2026-01-01',
    specimens: [
      { seed: 1, checkpoint: '1-dense/training/5', value: 3.4 },
      { seed: 2, checkpoint: '2-dense/training/5', value: null },
    ],
    measure: 'R',
  };

  it('says which part of a matrix or point of a trajectory to open', () => {
    for (const part of [{}, { run: 'runs/x' }, whole, point]) {
      const message = { type: 'open', part };
      assert.deepEqual(readOpenMessage(message), message);
    }
  });

  it('has no other fields', () => {
    const message = {
      type: 'open',
      part: { ...whole, source: 'code', command: 'x' },
      more: 1,
    };
    assert.deepEqual(readOpenMessage(message), { type: 'open', part: whole });
  });

  it('is rejected if a field is not valid', () => {
    for (const wrong of [
      { run: 7 },
      { run: '' },
      { run: 'x'.repeat(5000) },
      { run: 'a\0b' },
      { checkpoint: {} },
      { experiment: null },
      { layer: -1 },
      { layer: 0.5 },
      { layer: '1' },
      { unit: NaN },
      { unit: Infinity },
      { unit: 1e9 },
      { ...point, specimens: [] },
      { ...point, specimens: {} },
      { ...point, specimens: [{ seed: 1, checkpoint: '', value: 1 }] },
      { ...point, specimens: [{ seed: '1', checkpoint: 'a', value: 1 }] },
      { ...point, measure: undefined },
      { ...point, run: undefined },
    ]) {
      assert.equal(readOpenMessage({ type: 'open', part: { ...whole, ...wrong } }), undefined);
    }
  });

  it('is read without throwing, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ type: fc.constant('open'), part: fc.anything() })),
        (message) => {
          const read = readOpenMessage(message);
          if (read) assert.deepEqual(readOpenMessage(structuredClone(read)), read);
        },
      ),
    );
  });
});
