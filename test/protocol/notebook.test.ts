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

  it('says what to open, in part or whole', () => {
    for (const selection of [{}, { run: 'runs/x' }, whole]) {
      const message = { type: 'open', selection };
      assert.deepEqual(readOpenMessage(message), message);
    }
  });

  it('has no other fields', () => {
    const message = {
      type: 'open',
      selection: { ...whole, source: 'code', command: 'x' },
      more: 1,
    };
    assert.deepEqual(readOpenMessage(message), { type: 'open', selection: whole });
  });

  it('is none where a field is not what it should be', () => {
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
    ]) {
      assert.equal(readOpenMessage({ type: 'open', selection: { ...whole, ...wrong } }), undefined);
    }
  });

  it('is read without throwing, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ type: fc.constant('open'), selection: fc.anything() })),
        (message) => {
          const read = readOpenMessage(message);
          if (read) assert.deepEqual(readOpenMessage(structuredClone(read)), read);
        },
      ),
    );
  });
});
