import fc from 'fast-check';
import assert from 'node:assert/strict';
import { neededPoints, pairsAt } from '../../../src/figures/lines/thinned';

const line = (count: number, width: number, y: (i: number) => number): Float32Array =>
  Float32Array.from({ length: 2 * count }, (_, i) =>
    i % 2 === 0 ? ((i / 2) * width) / count : y((i - 1) / 2),
  );

describe('points that a picture of a line needs', () => {
  it('are all of them where each has a place of its own', () => {
    const points = line(300, 300, (i) => Math.sin(i));
    assert.equal(neededPoints(points, []).length, 300);
  });

  it('are few of very many, and none that stands out is lost', () => {
    const spikes = new Set([1, 777, 50_000, 99_999]);
    const points = line(100_000, 300, (i) => (spikes.has(i) ? 100 : Math.sin(i)));
    const needed = neededPoints(points, []);
    assert.ok(needed.length <= 4 * 600 + 4, String(needed.length));
    for (const spike of spikes) assert.ok(needed.includes(spike), String(spike));
    assert.deepEqual([needed[0], needed.at(-1)], [0, 99_999]);
  });

  it('keep the ends of intervals, and gaps', () => {
    const points = line(10_000, 20, () => 5);
    points.fill(NaN, 8000, 8002);
    const ends = line(10_000, 1, () => 0).map((_, i) => (i === 2 * 1234 ? -50 : 0));
    const needed = neededPoints(points, [ends]);
    assert.ok(needed.includes(1234));
    assert.ok(needed.includes(4000));
    assert.ok(Number.isNaN(pairsAt(points, needed)[2 * needed.indexOf(4000)]));
  });

  it('are in order, whatever the points', () => {
    const number = fc.oneof(fc.float({ min: -50, max: 50 }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number)), (pairs) => {
        const needed = neededPoints(Float32Array.from(pairs.flat()), []);
        assert.deepEqual(
          needed,
          [...new Set(needed)].sort((a, b) => a - b),
        );
      }),
    );
  });
});
