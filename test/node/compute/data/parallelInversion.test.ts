import assert from 'node:assert/strict';
import { drawFeatureModel } from '../../../../src/core/data/featureModel';
import {
  INVERSION_DEFAULTS,
  inversionSolver,
  type InversionProblem,
} from '../../../../src/core/data/inversion';
import { LabError } from '../../../../src/core/errors';
import { normal } from '../../../../src/core/random/normal';
import { stream } from '../../../../src/core/random/streams';
import { uniform } from '../../../../src/core/random/torch';
import { UNPACED, Stopped } from '../../../../src/core/stop';
import { parallelInversionSolver } from '../../../../src/node/compute/data/parallelInversion';
import { startThread } from '../../../../src/node/compute/pool/host';

const FEATURES = 6;

function searchOf(samples: number, steps: number): InversionProblem {
  const source = stream(5, 'inversion');
  const model = drawFeatureModel(
    { features: FEATURES, hidden: [4, 2], outputDim: 2, activation: 'relu' },
    stream(5, 'feature-model'),
  );
  const draw = (next: () => number): Float32Array =>
    Float32Array.from({ length: samples * FEATURES }, next);
  return {
    model,
    wanted: draw(() => uniform(source)),
    starts: draw(() => normal(source)),
    options: { ...INVERSION_DEFAULTS, steps },
  };
}

describe('looking for seeds in threads', () => {
  it('finds what one thread finds, however many there are', async () => {
    const search = searchOf(101, 50);
    const expected = await inversionSolver()(search, UNPACED);
    for (const threads of [1, 2, 3]) {
      const counts: number[] = [];
      const found = await parallelInversionSolver({ count: threads })(
        search,
        UNPACED,
        (done, of) => {
          counts.push(done);
          assert.equal(of, 101);
        },
      );
      assert.deepEqual(found, expected);
      assert.equal(counts.at(-1), 101);
      assert.deepEqual(
        counts,
        counts.slice().sort((a, b) => a - b),
      );
    }
  });

  it('works in threads that are idle, starts what is missing, and leaves them idle', async () => {
    const search = searchOf(50, 50);
    const expected = await inversionSolver()(search, UNPACED);
    const [idle, dead] = [startThread('simd'), startThread('simd')];
    try {
      await dead.end();
      for (const count of [1, 2, 1]) {
        const solve = parallelInversionSolver({ count, idle: [dead, idle] });
        assert.deepEqual(await solve(search, UNPACED), expected);
        assert.ok(idle.alive && idle.listener === undefined);
      }
    } finally {
      await idle.end();
    }
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(
      parallelInversionSolver({ count: 2 })(searchOf(200, 10_000_000), {
        ...UNPACED,
        signal: controller.signal,
      }),
      Stopped,
    );
  });

  it('passes on what goes wrong in a thread', async () => {
    const search = searchOf(20, 3);
    const parameters = search.model.parameters.map(() => 3e38);
    await assert.rejects(
      parallelInversionSolver({ count: 2 })(
        { ...search, model: { ...search.model, parameters } },
        UNPACED,
      ),
      (error) => error instanceof LabError && error.kind === 'numeric',
    );
  });
});
