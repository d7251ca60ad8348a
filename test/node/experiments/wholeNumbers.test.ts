import assert from 'node:assert/strict';
import { parseWidths } from '../../../src/node/experiments/wholeNumbers';

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
