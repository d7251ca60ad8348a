import assert from 'node:assert/strict';
import { excessOfText, excessOfValue } from '../../../src/core/formats/json/bounds';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the bounds of a JSON text', () => {
  const bounds = { values: 4, levels: 3 };
  const of = (text: string): string | undefined => excessOfText(bytes(text), bounds);

  it('are those of its values and levels, wherever they are', () => {
    assert.equal(of('[1,2,3,4]'), undefined);
    assert.equal(of('[1,[2,3],{"a":4,"b":5}]'), 'holds more than 4 values');
    assert.equal(of('[[[]],{"a":{}}]'), undefined);
    assert.equal(of('[{"a":[{}]}]'), 'nested more than 3 levels deep');
  });

  it('do not count what is in a string', () => {
    assert.equal(of(JSON.stringify([',,,,,,', '[[[[[', '\\"[{,', '"'])), undefined);
    assert.equal(of('["[[[['), undefined);
  });
});

describe('the bounds of a parsed value', () => {
  const bounds = { levels: 3, entries: 4, fields: 2, columns: new Set(['values']) };

  it('name the first part that is out of them', () => {
    const cases: [value: unknown, path: (string | number)[], reason: string][] = [
      [[1, 2, 3, 4, 5], [], 'has 5 entries; at most 4 are allowed'],
      [{ a: [0, { b: 1, c: 2, d: 3 }] }, ['a', 1], 'has 3 fields; at most 2 are allowed'],
      [[[[[[]]]]], [0, 0, 0, 0], 'nested more than 3 levels deep'],
      [{ a: { a: { a: { a: [] } } } }, ['a', 'a', 'a', 'a'], 'nested more than 3 levels deep'],
    ];
    for (const [value, path, reason] of cases) {
      assert.deepEqual(excessOfValue(value, bounds), { path, reason }, JSON.stringify(value));
    }
    for (const value of [[1, 2, 3, 4], { a: [[[1]]] }, 'a', null]) {
      assert.equal(excessOfValue(value, bounds), undefined, JSON.stringify(value));
    }
  });

  it('pass over columns of numbers and whatever is within them', () => {
    assert.equal(excessOfValue({ values: [1, 2, 3, 4, 5] }, bounds), undefined);
    assert.deepEqual(excessOfValue({ values: { a: 1, b: 2, c: 3 } }, bounds)?.path, ['values']);
  });
});
