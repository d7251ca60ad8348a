import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  paddedDomain,
  type Scale,
  ticksOf,
  toPixel,
  toValue,
} from '../../../src/figures/lines/scale';

const linear = fc
  .tuple(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  )
  .map(([from, width]): Scale => ({
    kind: 'linear',
    domain: [from, from + width],
    range: [48, 348],
  }));

const log = fc
  .tuple(
    fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
    fc.double({ min: 1.05, max: 1e8, noNaN: true }),
  )
  .map(([from, factor]): Scale => ({
    kind: 'log',
    domain: [from, from * factor],
    range: [200, 30],
  }));

describe('scales of axes', () => {
  it('lead from values to pixels and back', () => {
    fc.assert(
      fc.property(
        fc.oneof(linear, log),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scale, at) => {
          const [start, end] = scale.range;
          const pixel = start + at * (end - start);
          assert.ok(Math.abs(toPixel(scale, toValue(scale, pixel)) - pixel) < 1e-3);
          assert.ok(Math.abs(toPixel(scale, scale.domain[0]) - start) < 1e-9);
          assert.ok(Math.abs(toPixel(scale, scale.domain[1]) - end) < 1e-9);
        },
      ),
    );
  });

  it('have no place on a logarithmic axis for what is not positive', () => {
    const scale: Scale = { kind: 'log', domain: [0.1, 10], range: [0, 100] };
    assert.ok(Number.isNaN(toPixel(scale, 0)));
    assert.ok(Number.isNaN(toPixel(scale, -1)));
    assert.ok(Math.abs(toPixel(scale, 1) - 50) < 1e-9);
  });

  it('tick within their domain, in order, with labels that differ and are right', () => {
    fc.assert(
      fc.property(fc.oneof(linear, log), fc.integer({ min: 2, max: 8 }), (scale, count) => {
        const ticks = ticksOf(scale, count);
        const [least, greatest] = scale.domain;
        ticks.forEach(({ value, label }, i) => {
          assert.ok(value >= least && value <= greatest, `${value} in ${String(scale.domain)}`);
          if (i > 0) assert.ok(value > ticks[i - 1].value);
          const read = Number(label.replaceAll('−', '-'));
          assert.ok(Math.abs(read - value) <= 0.006 * Math.abs(value) + 1e-9, `${label}: ${value}`);
        });
        assert.ok(ticks.length <= 2 * count + 3, `${ticks.length} ticks of ${count}`);
      }),
    );
  });

  it('tick at the numbers that people expect', () => {
    const labels = (scale: Scale, count: number, whole = false): string[] =>
      ticksOf(scale, count, whole).map(({ label }) => label);
    const range = [0, 300] as const;
    assert.deepEqual(labels({ kind: 'linear', domain: [-2, 52], range }, 5), [
      '0',
      '10',
      '20',
      '30',
      '40',
      '50',
    ]);
    assert.deepEqual(labels({ kind: 'linear', domain: [-1.06, 0.6], range }, 4), [
      '−1.0',
      '−0.5',
      '0.0',
      '0.5',
    ]);
    assert.deepEqual(labels({ kind: 'linear', domain: [0, 2], range }, 5, true), ['0', '1', '2']);
    assert.deepEqual(labels({ kind: 'log', domain: [0.03, 0.6], range }, 4), [
      '0.05',
      '0.1',
      '0.2',
      '0.5',
    ]);
    assert.deepEqual(labels({ kind: 'log', domain: [0.9, 2e4], range }, 4), [
      '1',
      '10',
      '100',
      '1000',
      '10000',
    ]);
  });

  it('widen a domain that has no width, and take any', () => {
    assert.deepEqual(paddedDomain('linear', [Infinity, -Infinity]), [0, 1]);
    assert.deepEqual(paddedDomain('linear', [0, 0]), [-1, 1]);
    for (const kind of ['linear', 'log'] as const) {
      fc.assert(
        fc.property(
          fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
          fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
          (a, b) => {
            const [least, greatest] = [Math.min(a, b), Math.max(a, b)];
            const [from, to] = paddedDomain(kind, [least, greatest]);
            assert.ok(from < least && greatest < to);
            if (kind === 'log') assert.ok(from > 0);
          },
        ),
      );
    }
  });
});
