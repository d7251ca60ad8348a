import assert from 'node:assert/strict';
import fc from 'fast-check';
import { errorOf, failureOf, type Failure } from '../../src/core/failure';
import { invalid, LabError, requireOneOf, show } from '../../src/core/errors';

describe('LabError', () => {
  it('names the place, then the reason', () => {
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

  it('omits the file if the caller already knows it, but no other file', () => {
    const error = invalid('is wrong', { file: 'a.json', line: 3, field: 'seeds[0]' });
    assert.equal(error.messageWithin('a.json'), '3: seeds[0]: is wrong');
    assert.equal(error.messageWithin('b.json'), error.message);
    // The content of a file is not a place.
    const other = invalid('is not b.json: as it says', { file: 'a.json' });
    assert.equal(other.messageWithin('b.json'), 'a.json: is not b.json: as it says');
  });

  it('keeps its facts when a place is added and when it is serialised', () => {
    const leg = { seed: 3, arm: 'dropout', requested: 0.25 } as const;
    const facts = { diverged: { leg, epoch: 4, step: 1, task: 2, loss: NaN } };
    const error = new LabError('numeric', 'diverged', { field: 'rate' }, { facts }).at({
      file: 'a',
    });
    assert.deepEqual(error.facts, facts);
    const arrived = errorOf(structuredClone(failureOf(error)));
    assert.ok(arrived instanceof LabError);
    assert.deepEqual(arrived.facts, facts);
    const parsed = errorOf(JSON.parse(JSON.stringify(failureOf(error))) as Failure);
    assert.ok(parsed instanceof LabError);
    assert.deepEqual(parsed.facts.diverged, { ...facts.diverged, loss: null });
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

  it('adopts the place that a caller adds, unless it has its own', () => {
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
  it('formats values as JSON, and others as in JavaScript', () => {
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

  it('is limited to 80 characters', () => {
    const whole = 'x'.repeat(78);
    assert.equal(show(whole), `"${whole}"`);
    assert.equal(show(`${whole}x`), `"${'x'.repeat(76)}...`);
  });

  it('shows numbers within a list, and the length of a typed array', () => {
    assert.equal(show([NaN, -Infinity, 2n]), '[NaN,-Infinity,2]');
    assert.equal(show({ a: undefined, b: new Float32Array(3) }), '{"b":Float32Array(3)}');
  });

  it('needs no more time and memory for huge values', () => {
    const huge = [
      new Float64Array(1e7),
      Buffer.alloc(1e8, 'x').toString('latin1'),
      Array<number>(1e8),
      { list: Array<string>(1e7) },
    ];
    const before = process.memoryUsage().rss;
    const start = Date.now();
    for (const value of huge) assert.ok(show(value).length <= 80);
    assert.ok(Date.now() - start < 500);
    assert.ok(process.memoryUsage().rss - before < 3e8);
  });

  it('never throws, whatever it is given', () => {
    const round: Record<string, unknown> = {};
    round.self = round;
    const bare: unknown = Object.create(null);
    const throwing = {
      get a(): never {
        throw new Error('no');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.deepEqual([bare, throwing, proxy].map(show), ['{}', 'object', 'object']);
    assert.equal(show(round).length, 80);
    assert.equal(show({ toJSON: () => 1 }), '1');
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        assert.ok(show(value).length <= 80);
      }),
    );
  });
});

describe('requireOneOf', () => {
  it('names the field, the value and what is allowed', () => {
    assert.doesNotThrow(() => requireOneOf('relu', ['relu', 'linear'], 'activation'));
    for (const [value, found] of [
      ['tanh', '"tanh" is not allowed'],
      [undefined, 'is missing'],
    ] as const) {
      assert.throws(
        () => requireOneOf(value, ['relu', 'linear'], 'activation'),
        new LabError('invalid-input', `${found}: expected "relu" or "linear"`, {
          field: 'activation',
        }),
      );
    }
  });
});
