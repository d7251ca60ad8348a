import assert from 'node:assert/strict';
import { parseMeasure, parseWidths, positiveOption } from '../../src/cli/options';

describe('options', () => {
  it('read widths, and name the one that is wrong', () => {
    assert.deepEqual(parseWidths('64, 16,16'), [64, 16, 16]);
    assert.throws(() => parseWidths('64,0'), /--hidden: "0" in "64,0" is not a whole number/);
    assert.throws(() => parseWidths('64,,16'), /--hidden: "" in "64,,16"/);
    assert.throws(() => parseWidths('1e3'), /"1e3" is not/);
  });

  it('read positive integers', () => {
    assert.equal(positiveOption('--features')('16'), 16);
    assert.throws(() => positiveOption('--features')('-2'), /--features: "-2" is not/);
  });

  it('read measures in any case, and suggest what was meant', () => {
    assert.equal(parseMeasure('relative'), 'relative');
    assert.equal(parseMeasure('deadfraction'), 'deadFraction');
    assert.throws(() => parseMeasure('relativ'), /did you mean relative\?/);
    assert.throws(() => parseMeasure('polysemanticity'), /known are relative, participation/);
  });
});
