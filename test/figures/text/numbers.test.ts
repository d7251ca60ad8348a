import assert from 'node:assert/strict';
import fc from 'fast-check';
import { counted } from '../../../src/core/counted';
import { about, duration } from '../../../src/figures/text/durations';
import {
  anyNumber,
  columnNumber,
  fixedNumber,
  MISSING,
  percent,
  ratioText,
  scientific,
  shortNumber,
  signedNumber,
} from '../../../src/figures/text/numbers';

describe('numbers for people', () => {
  it('have three significant digits, a true minus sign, and powers of ten where they are extreme', () => {
    const texts: [number | null | undefined, string][] = [
      [0, '0'],
      [-0, '0'],
      [3.4072, '3.41'],
      [-0.5, '−0.5'],
      [0.001, '0.001'],
      [0.000394, '3.94e−4'],
      [0.0003, '3e−4'],
      [-0.000301, '−3.01e−4'],
      [1234, '1230'],
      [999_999, '1000000'],
      [1e6, '1e6'],
      [2.5e7, '2.5e7'],
      [1e-20, '1e−20'],
      [Infinity, '∞'],
      [-Infinity, '−∞'],
      [NaN, MISSING],
      [null, MISSING],
      [undefined, MISSING],
    ];
    for (const [value, text] of texts) assert.equal(shortNumber(value), text, String(value));
    assert.equal(signedNumber(0.25), '+0.25');
    assert.equal(signedNumber(-0.25), '−0.25');
  });

  it('of a column say how exact they are', () => {
    assert.equal(columnNumber(0.5, 4), '0.5000');
    assert.equal(columnNumber(0.000301, 4), '3.01e−4');
    assert.equal(columnNumber(123_456, 4), '123456');
    assert.equal(columnNumber(0, 4), '0');
    assert.equal(columnNumber(null, 4), MISSING);
    assert.equal(fixedNumber(-1, 3), '−1.000');
    assert.equal(percent(0.05, 1), '5.0%');
  });

  it('of any kind keep whole numbers whole', () => {
    assert.equal(anyNumber(1_234_567), '1234567');
    assert.equal(anyNumber(-3n), '−3');
    assert.equal(anyNumber(1 / 3), '0.33333');
    assert.equal(anyNumber(NaN), MISSING);
  });

  it('as per cent follow English: no space', () => {
    assert.equal(percent(0.4792), '47.9%');
    assert.equal(percent(0.29), '29%');
    assert.equal(percent(0), '0%');
    assert.equal(percent(null), MISSING);
    assert.equal(ratioText(0.05), '5%');
    assert.equal(ratioText(0.125), '12.5%');
    assert.equal(ratioText(0.3), '30%');
  });

  it('on a logarithmic axis are powers of ten', () => {
    assert.equal(scientific(1e-5), '1e−5');
    assert.equal(scientific(2.5e7), '2.5e7');
  });

  it('never show a hyphen for a minus sign', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        for (const text of [shortNumber(value), columnNumber(value, 4), percent(value)]) {
          assert.doesNotMatch(text, /-|NaN|Infinity/);
        }
      }),
    );
  });
});

describe('time spans', () => {
  it('name their units', () => {
    const texts: [number, string][] = [
      [0, '0 s'],
      [0.4, '0 ms'],
      [340, '340 ms'],
      [7000, '7 s'],
      [59_600, '1 min'],
      [754_000, '12 min 34 s'],
      [3_600_000, '1 h'],
      [3_723_000, '1 h 2 min'],
      [90_000_000, '25 h'],
    ];
    for (const [span, text] of texts) assert.equal(duration(span), text, String(span));
  });

  it('that are estimates have one unit below an hour', () => {
    assert.equal(about(500), '1 s');
    assert.equal(about(100_000), '2 min');
    assert.equal(about(5_400_000), '1 h 30 min');
  });
});

describe('counts', () => {
  it('agree with their noun', () => {
    assert.equal(counted(0, 'row'), '0 rows');
    assert.equal(counted(1, 'row'), '1 row');
    assert.equal(counted(2, 'entry'), '2 entries');
    assert.equal(counted(1, 'entry'), '1 entry');
  });
});
