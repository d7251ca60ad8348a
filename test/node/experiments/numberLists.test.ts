import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatSeeds, parseSeeds, parseWidths } from '../../../src/node/experiments/numberLists';
import { LabError } from '../../../src/core/errors';

const refuses = (text: string, message: RegExp): void => {
  assert.throws(
    () => parseSeeds(text, '--seeds'),
    (error) =>
      error instanceof LabError && error.kind === 'invalid-input' && message.test(error.message),
  );
};

describe('a list of seeds', () => {
  it('are integers and inclusive ranges, separated by commas', () => {
    assert.deepEqual(parseSeeds('42', '--seeds'), [42]);
    assert.deepEqual(parseSeeds('42,43', '--seeds'), [42, 43]);
    assert.deepEqual(parseSeeds('0..3', '--seeds'), [0, 1, 2, 3]);
    assert.deepEqual(parseSeeds('7, 0 .. 2 ,5..5', '--seeds'), [7, 0, 1, 2, 5]);
  });

  it('are refused with the part that is wrong', () => {
    refuses('', /--seeds: there is an empty part/);
    refuses('1,,2', /empty part in "1,,2"/);
    refuses('1,x', /"x" is not a seed in "1,x"/);
    refuses('-1', /"-1" is not a seed/);
    refuses('1.5', /"1\.5" is not a seed/);
    refuses('1...3', /"1\.\.\.3" is not a seed/);
    refuses('9007199254740992', /too large/);
  });

  it('are refused if a range goes down, suggesting the right one', () => {
    refuses('19..0', /"19\.\.0" is empty; write 0\.\.19/);
  });

  it('are refused if one is listed twice', () => {
    refuses('3,0..5', /3 is listed twice/);
  });

  it('are refused where a range is absurd, before it is written out', () => {
    refuses('0..9007199254740991', /10000 at most/);
    refuses('0..9999,10000', /more than 10000/);
    assert.equal(parseSeeds('0..9999', '--seeds').length, 10_000);
  });

  it('are written back as they can be read', () => {
    assert.equal(formatSeeds([0, 1, 2, 3, 42]), '0..3,42');
    assert.equal(formatSeeds([42, 43]), '42,43');
    const seeds = fc.uniqueArray(fc.nat(50), { minLength: 1 });
    fc.assert(
      fc.property(seeds, (some) =>
        assert.deepEqual(parseSeeds(formatSeeds(some), '--seeds'), some),
      ),
    );
  });
});

describe('widths of layers', () => {
  it('are separated by commas; the one that is wrong is named', () => {
    assert.deepEqual(parseWidths('64, 16,16', 'specimen.hidden'), [64, 16, 16]);
    assert.throws(
      () => parseWidths('64,0', 'specimen.hidden'),
      /specimen\.hidden: "0" in "64,0" is not a whole number/,
    );
    assert.throws(
      () => parseWidths('64,,16', 'specimen.hidden'),
      /specimen\.hidden: "" in "64,,16"/,
    );
    assert.throws(() => parseWidths('1e3', 'specimen.hidden'), /"1e3" is not/);
  });
});
