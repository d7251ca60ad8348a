import assert from 'node:assert/strict';
import { decimals, duration, percent, requestedPercent, significant } from '../../src/cli/numbers';

describe('numbers for people', () => {
  it('keep their significant digits at any size', () => {
    assert.equal(significant(0.0240312, 4, '-'), '0.02403');
    assert.equal(significant(1.5, 4, '-'), '1.500');
    assert.equal(significant(123456, 4, '-'), '123456');
    assert.equal(significant(0.000123456, 4, '-'), '1.23e-4');
    assert.equal(significant(12345678, 4, '-'), '1.23e+7');
    assert.equal(significant(0, 4, '-'), '0');
  });

  it('are shown as a mark if they are undefined, never as 0', () => {
    assert.equal(significant(null, 4, '–'), '–');
    assert.equal(decimals(null, 3, '–'), '–');
    assert.equal(percent(null, 1, '–'), '–');
  });

  it('show shares as percentages and requested ratios as requested', () => {
    assert.equal(percent(0.4912, 1, '-'), '49.1%');
    assert.equal(requestedPercent(0.55), '55%');
    assert.equal(requestedPercent(0.125), '12.5%');
    assert.equal(requestedPercent(0.1 + 0.2), '30%');
  });

  it('show time spans with the units they need', () => {
    assert.equal(duration(499), '0:00');
    assert.equal(duration(59_600), '1:00');
    assert.equal(duration(754_000), '12:34');
    assert.equal(duration(3_723_000), '1:02:03');
  });
});
