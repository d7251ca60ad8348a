import assert from 'node:assert/strict';
import { parseMeasure, positiveOption } from '../../src/cli/options';

describe('options', () => {
  it('read positive integers', () => {
    assert.equal(positiveOption('--features')('16'), 16);
    assert.throws(() => positiveOption('--features')('-2'), /--features: "-2" is not/);
  });

  it('read measures in any case, and suggest the closest name', () => {
    assert.equal(parseMeasure('relative'), 'relative');
    assert.equal(parseMeasure('deadfraction'), 'deadFraction');
    assert.throws(() => parseMeasure('relativ'), /did you mean relative\?/);
    assert.throws(
      () => parseMeasure('polysemanticity'),
      /known measures are relative, participation/,
    );
  });
});
