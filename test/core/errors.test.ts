import assert from 'node:assert/strict';
import { invalid, LabError, show } from '../../src/core/errors';

describe('LabError', () => {
  it('says where, then what', () => {
    const messages = [
      {},
      { field: 'seeds[0]' },
      { file: 'a.json' },
      { file: 'a.json', field: 'seeds[0]' },
      { file: 'a.json', line: 3 },
      { file: 'a.json', line: 3, column: 7 },
      { file: 'a.json', line: 3, column: 7, field: 'seeds[0]' },
      { line: 3, column: 7 },
    ].map((place) => new LabError('storage', 'is wrong', place).message);
    assert.deepEqual(messages, [
      'is wrong',
      'seeds[0]: is wrong',
      'a.json: is wrong',
      'a.json: seeds[0]: is wrong',
      'a.json:3: is wrong',
      'a.json:3:7: is wrong',
      'a.json:3:7: seeds[0]: is wrong',
      '3:7: is wrong',
    ]);
  });

  it('shows a column only with its line', () => {
    assert.equal(invalid('is wrong', { file: 'a.json', column: 7 }).message, 'a.json: is wrong');
  });

  it('is an Error with a kind, a name and a reason of its own', () => {
    const cause = new Error('disk');
    const error = new LabError('storage', 'cannot write', { file: 'a' }, { cause });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.kind, error.reason, error.place, error.cause],
      ['LabError', 'storage', 'cannot write', { file: 'a' }, cause],
    );
    assert.equal(invalid('x').kind, 'invalid-input');
  });

  it('takes on what a caller knows of its place, where it knows nothing itself', () => {
    const cause = new Error('disk');
    const inner = new LabError('unsupported', 'is wrong', { field: 'seeds', line: 4 }, { cause });
    const outer = inner.at({ file: 'a.json', line: 1 });
    assert.deepEqual(outer.place, { file: 'a.json', line: 4, field: 'seeds' });
    assert.equal(outer.message, 'a.json:4: seeds: is wrong');
    assert.deepEqual([outer.kind, outer.reason, outer.cause], ['unsupported', 'is wrong', cause]);
    assert.equal(inner.message, '4: seeds: is wrong');
  });
});

describe('show', () => {
  it('writes values as JSON, and what JSON cannot say as JavaScript does', () => {
    assert.deepEqual(
      [1, -1e300, NaN, Infinity, 'a "b"', '', null, true, [1, 'x'], { a: 1 }, undefined].map(show),
      [
        '1',
        '-1e+300',
        'NaN',
        'Infinity',
        '"a \\"b\\""',
        '""',
        'null',
        'true',
        '[1,"x"]',
        '{"a":1}',
        'undefined',
      ],
    );
    assert.equal(show(Math.max), 'function');
  });

  it('keeps to 80 characters', () => {
    const whole = 'x'.repeat(78);
    assert.equal(show(whole), `"${whole}"`);
    assert.equal(show(`${whole}x`), `"${'x'.repeat(76)}...`);
  });
});
