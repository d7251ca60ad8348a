import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeChoice, fasterEngine } from '../../../src/core/engine/crossover';

describe('the crossover between engines', () => {
  const parallelism = { specimens: 24, workers: 2 };

  it('chooses the local engine if TensorFlow does not run', () => {
    assert.equal(fasterEngine({ local: 1e9 }, parallelism), 'local');
  });

  it('distributes local specimens over at most as many threads as there are specimens', () => {
    const times = { local: 8, tensorflow: 3 };
    assert.equal(fasterEngine(times, { specimens: 24, workers: 1 }), 'tensorflow');
    assert.equal(fasterEngine(times, { specimens: 24, workers: 2 }), 'tensorflow');
    assert.equal(fasterEngine(times, { specimens: 24, workers: 4 }), 'local');
    assert.equal(fasterEngine(times, { specimens: 2, workers: 4 }), 'tensorflow');
    assert.equal(fasterEngine(times, { specimens: 1, workers: 4 }), 'tensorflow');
  });

  it('chooses the local engine unless TensorFlow is a quarter faster', () => {
    const alone = { specimens: 1, workers: 1 };
    assert.equal(fasterEngine({ local: 1.25, tensorflow: 1 }, alone), 'local');
    assert.equal(fasterEngine({ local: 1.26, tensorflow: 1 }, alone), 'tensorflow');
  });

  it('depends only on ratios, and is monotonic in the speed of TensorFlow', () => {
    const time = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
    const count = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(time, time, count, count, (local, tensorflow, specimens, workers) => {
        const some = { specimens, workers };
        const choice = fasterEngine({ local, tensorflow }, some);
        // Powers of two: nothing is rounded.
        assert.equal(fasterEngine({ local: 4 * local, tensorflow: 4 * tensorflow }, some), choice);
        if (choice === 'tensorflow') {
          assert.equal(fasterEngine({ local, tensorflow: tensorflow / 2 }, some), 'tensorflow');
        }
      }),
    );
  });

  it('is described with the measurements, the chosen engine first', () => {
    assert.equal(
      describeChoice({ local: 0.01234, tensorflow: 0.0499 }, parallelism),
      'auto: simd, 0.012 ms a step per specimen, 2 threads; tensorflow 0.05 ms (population 24)',
    );
    assert.equal(
      describeChoice({ local: 12.34, tensorflow: 4 }, { specimens: 1, workers: 8 }),
      'auto: tensorflow, 4 ms a step per specimen; simd 12 ms, 1 thread (population 1)',
    );
  });
});
