import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { LegRunner, type LegEvent, type LegExecutor } from '../../../../src/core/experiment/legs';
import { legName, planSeed } from '../../../../src/core/experiment/plan';
import { simdEngine } from '../../../../src/core/engine/simd/simdEngine';
import type { Specification } from '../../../../src/core/experiment/specification';
import { LabError } from '../../../../src/core/errors';
import { UNPACED, Stopped } from '../../../../src/core/stop';
import { torchLinearInitialisation } from '../../../../src/core/network/initialise';
import { layoutOf } from '../../../../src/core/network/layout';
import { stream } from '../../../../src/core/random/streams';
import { startThread, type WorkerHost } from '../../../../src/node/compute/pool/host';
import { threadPool } from '../../../../src/node/compute/pool/workerPool';
import type { WorkerPool } from '../../../../src/node/compute/pool/workerPool';
import { contextOf, DATA, tiny } from '../../../core/experiment/tinyExperiment';

const pools: WorkerPool[] = [];

function poolOf(specification: Specification, workers: number): WorkerPool {
  const pool = threadPool(contextOf(specification), workers, () => startThread('simd'));
  pools.push(pool);
  return pool;
}

/** Events of each leg, in the order in which the leg told them. */
async function eventsByLeg(
  executor: LegExecutor,
  specification: Specification,
): Promise<Map<string, LegEvent[]>> {
  const legs = specification.seeds.flatMap((seed) => planSeed(specification, seed).training);
  const found = new Map<string, LegEvent[]>();
  for await (const event of executor.run(
    legs.map((leg) => ({ leg })),
    UNPACED,
  )) {
    const leg =
      event.type === 'epoch-measured'
        ? event.row
        : event.type === 'checkpoint-ready'
          ? event.checkpoint.leg
          : event.leg;
    assert.ok(leg);
    found.set(legName(leg), [...(found.get(legName(leg)) ?? []), event]);
  }
  return found;
}

describe('the worker pool', function () {
  this.timeout(60_000);
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.dispose()));
  });

  it('gives what one thread gives, whatever the number of workers', async () => {
    const specification = tiny({
      seeds: [1, 2, 3],
      specimen: { hidden: [8, 6], dropoutTwin: 0.5 },
    });
    const context = contextOf(specification);
    const expected = await eventsByLeg(new LegRunner(context, simdEngine()), specification);
    assert.equal(expected.size, 6);
    for (const workers of [1, 2, 5]) {
      const actual = await eventsByLeg(poolOf(specification, workers), specification);
      for (const [name, events] of expected) assert.deepEqual(actual.get(name), events, name);
    }
  });

  it('reuses its workers for the next legs', async () => {
    const specification = tiny({ seeds: [1, 2] });
    const pool = poolOf(specification, 2);
    const first = await eventsByLeg(pool, specification);
    assert.deepEqual(await eventsByLeg(pool, specification), first);
  });

  it('stops within a leg, and can run again', async () => {
    const specification = tiny({ training: { epochs: 50_000 } });
    const pool = poolOf(specification, 2);
    const controller = new AbortController();
    const seen: LegEvent[] = [];
    await assert.rejects(async () => {
      const tasks = planSeed(specification, 42).training.map((leg) => ({ leg }));
      for await (const event of pool.run(tasks, { ...UNPACED, signal: controller.signal })) {
        seen.push(event);
        if (seen.length === 5) controller.abort();
      }
    }, Stopped);
    assert.ok(!seen.some(({ type }) => type === 'leg-finished'));
    const short = poolOf(tiny(), 2);
    assert.equal((await eventsByLeg(short, tiny())).size, 1);
  });

  it('passes on the error of a leg unchanged', async () => {
    const specification = tiny({ training: { learningRate: 10, epochs: 2000 }, streams: 'named' });
    const huge = { ...DATA, targets: DATA.targets.map(() => 3e38) };
    const pool = threadPool(contextOf(specification, huge), 2, () => startThread('simd'));
    pools.push(pool);
    await assert.rejects(eventsByLeg(pool, specification), (error) => {
      assert.ok(error instanceof LabError);
      assert.equal(error.kind, 'numeric');
      assert.match(error.message, /the dense specimen of seed 42/);
      return true;
    });
  });

  it('names the leg of a dead worker, and starts another for the next', async () => {
    const specification = tiny({ training: { epochs: 50_000 } });
    const pool = poolOf(specification, 1);
    const tasks = planSeed(specification, 42).training.map((leg) => ({ leg }));
    await assert.rejects(async () => {
      for await (const event of pool.run(tasks, UNPACED)) {
        if (event.type === 'epoch-measured') void pool.dispose();
      }
    }, /the worker of the dense specimen of seed 42 died: exit code 1/);
    const generator = pool.run(tasks, UNPACED);
    assert.equal((await generator.next()).value?.type, 'leg-started');
    await generator.return();
  });

  it('terminates a worker in a long call when it should stop', async () => {
    const features = 600;
    const layout = layoutOf([features, 100, DATA.inputDim], 'relu');
    const parameters = torchLinearInitialisation(layout, stream(1, 'initialisation'));
    const specification = tiny({
      specimen: { hidden: [600, 600] },
      attribution: { method: 'integrated-gradients', rule: 'riemann_left', steps: 10_000 },
    });
    const context = { ...contextOf(specification), encoder: { layout, parameters } };
    const pool = threadPool(context, 1, () => startThread('simd'));
    pools.push(pool);
    const controller = new AbortController();
    const tasks = planSeed(specification, 42).training.map((leg) => ({ leg }));
    let aborted = NaN;
    await assert.rejects(async () => {
      for await (const event of pool.run(tasks, { ...UNPACED, signal: controller.signal })) {
        assert.notEqual(event.type, 'leg-finished');
        if (event.type !== 'leg-started') continue;
        // In the middle of a long call.
        setTimeout(() => {
          aborted = performance.now();
          controller.abort();
        }, 500);
      }
    }, Stopped);
    assert.ok(performance.now() - aborted < 1000, `${performance.now() - aborted} ms`);
  });

  it('does not wait for a worker that is still loading when it should stop', async () => {
    const specification = tiny({});
    const ended: boolean[] = [];
    const pool = threadPool(contextOf(specification), 1, () => {
      const host = startThread('simd');
      const end = host.end.bind(host);
      host.end = () => {
        ended.push(host.loading);
        return end();
      };
      return host;
    });
    pools.push(pool);
    const controller = new AbortController();
    const tasks = planSeed(specification, 42).training.map((leg) => ({ leg }));
    const run = pool.run(tasks, { ...UNPACED, signal: controller.signal });
    const first = run.next();
    controller.abort();
    // In the same turn: the thread has not replied yet.
    assert.deepEqual(ended, [true]);
    await assert.rejects(first, Stopped);
  });

  it('reports a worker that died before its first reply, and does not hang', async () => {
    const specification = tiny({ seeds: [1, 2] });
    const context = contextOf(specification);
    const pool = threadPool(context, 2, () => {
      const host = startThread('simd');
      void host.end();
      return host;
    });
    pools.push(pool);
    await assert.rejects(
      eventsByLeg(pool, specification),
      (error) =>
        error instanceof LabError &&
        error.kind === 'worker' &&
        /the worker of the dense specimen of seed [12] died: exit code/.test(error.message),
    );
  });

  it('replaces workers that died while idle, and says so', async () => {
    const specification = tiny({ seeds: [1, 2] });
    const context = contextOf(specification);
    const begun = [startThread('simd'), startThread('simd')];
    await Promise.all(begun.map((host) => host.end()));
    const started: WorkerHost[] = [];
    const pool = threadPool(
      context,
      2,
      () => {
        started.push(startThread('simd'));
        return started[started.length - 1];
      },
      begun,
    );
    pools.push(pool);
    const told: string[] = [];
    for (let run = 0; run < 2; run++) {
      let finished = 0;
      const tasks = [1, 2].flatMap((seed) =>
        planSeed(specification, seed).training.map((leg) => ({ leg })),
      );
      for await (const event of pool.run(tasks, UNPACED)) {
        if (event.type === 'warning') told.push(event.message);
        if (event.type === 'leg-finished') finished++;
      }
      assert.equal(finished, 2);
      // For the next run.
      await Promise.all(started.map((host) => host.end()));
    }
    assert.equal(told.length, 4);
    for (const text of told) {
      assert.match(text, /^a worker died while idle: exit code \d; it is replaced$/);
    }
  });

  it('says what to do if too many files are open', () => {
    const program = `
      const { openSync } = require('node:fs');
      const { startThread, startProcess } = require('./src/node/compute/pool/host');
      const open = [];
      try { for (;;) open.push(openSync('/dev/null')); } catch {}
      for (const start of [startThread, startProcess]) {
        start('simd').listener = { reply() {}, died: (reason) => console.error(reason) };
      }`;
    const { stderr } = spawnSync(
      'bash',
      ['-c', 'ulimit -n 64; exec "$0" --import tsx --eval "$1"', process.execPath, program],
      { encoding: 'utf8' },
    );
    const line =
      'it cannot be started: too many files are open; allow more (ulimit -n), or use fewer workers';
    assert.deepEqual(stderr.trim().split('\n'), [line, line]);
  });
});
