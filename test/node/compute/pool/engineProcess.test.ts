import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { typescriptEngine } from '../../../../src/core/engine/typescript/typescriptEngine';
import { tensorflowEngine } from '../../../../src/core/engine/tensorflow/tensorflowEngine';
import { LabError } from '../../../../src/core/errors';
import type { ExperimentContext } from '../../../../src/core/experiment/context';
import { LegRunner, type LegEvent, type LegTask } from '../../../../src/core/experiment/legs';
import { planSeed } from '../../../../src/core/experiment/plan';
import { UNPACED, Stopped } from '../../../../src/core/stop';
import { EngineProcess } from '../../../../src/node/compute/pool/engineProcess';
import { loadTensorflow } from '../../../../src/node/compute/tensorflow/load';
import { contextOf, DATA, tiny } from '../../../core/experiment/tinyExperiment';
import { withEnvironment } from '../../environment';
import { isRunning } from '../isRunning';

const specification = tiny({ seeds: [1, 2], specimen: { hidden: [8, 6], dropoutTwin: 0.5 } });
const context = contextOf(specification);
const long = { ...context, specification: tiny({ training: { epochs: 50_000 } }) };

function tasksOf({ specification }: ExperimentContext): LegTask[] {
  return specification.seeds.flatMap((seed) =>
    planSeed(specification, seed).training.map((leg) => ({ leg })),
  );
}

async function all(events: AsyncIterable<LegEvent>): Promise<LegEvent[]> {
  const found: LegEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

describe('an engine in a process of its own', () => {
  const open: EngineProcess[] = [];
  const start = async (...args: Parameters<typeof EngineProcess.start>): Promise<EngineProcess> => {
    const engine = await EngineProcess.start(...args);
    open.push(engine);
    return engine;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((engine) => engine.dispose()));
  });

  it('gives the same bits as the engine in this process, also in a second run', async () => {
    const expected = await all(
      new LegRunner(context, typescriptEngine()).run(tasksOf(context), UNPACED),
    );
    const executor = (await start('typescript')).executor(context);
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await all(executor.run(tasksOf(context), UNPACED)), expected);
    }
  });

  describe('on plain JavaScript TensorFlow', () => {
    withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'plain');

    it('runs all legs at once, to be stacked', async () => {
      const { tf, description } = await loadTensorflow();
      const here = new LegRunner(context, tensorflowEngine(tf, description));
      const engine = await start('tensorflow');
      assert.deepEqual(engine.traits, { description, seedsAtOnce: 1 });
      const events = await all(engine.executor(context).run(tasksOf(context), UNPACED));
      assert.deepEqual(events, await all(here.run(tasksOf(context), UNPACED)));
      // Stacked: epoch 1 of every leg comes before epoch 2 of any.
      const epochs = events.flatMap((event) =>
        event.type === 'epoch-measured' ? [event.row.epoch] : [],
      );
      assert.deepEqual(epochs, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    });
  });

  it('stops within an epoch, and can run again', async () => {
    const executor = (await start('simd')).executor(long);
    for (let i = 0; i < 2; i++) {
      const controller = new AbortController();
      let aborted = NaN;
      await assert.rejects(async () => {
        let seen = 0;
        for await (const event of executor.run(tasksOf(long), {
          ...UNPACED,
          signal: controller.signal,
        })) {
          assert.notEqual(event.type, 'leg-finished');
          if (++seen === 5) {
            controller.abort();
            aborted = performance.now();
          }
        }
      }, Stopped);
      assert.ok(performance.now() - aborted < 1000);
    }
  });

  it('names its legs when it dies, never hangs, and starts again', async () => {
    const engine = await start('typescript');
    const several = { ...long, specification: { ...long.specification, seeds: [1, 2, 3, 4, 5] } };
    const executor = engine.executor(several);
    await assert.rejects(
      async () => {
        let killed = false;
        for await (const event of executor.run(tasksOf(several), UNPACED)) {
          if (event.type !== 'epoch-measured' || killed) continue;
          killed = true;
          assert.ok(engine.pid !== undefined);
          process.kill(engine.pid, 'SIGKILL');
        }
      },
      (error) => {
        assert.ok(error instanceof LabError);
        assert.equal(
          error.message,
          'the worker of the dense specimen of seed 1; the dense specimen of seed 2; the dense specimen of seed 3; 2 more died: killed by SIGKILL, perhaps because memory ran out',
        );
        return true;
      },
    );
    const again = executor.run(tasksOf(several), UNPACED);
    assert.equal((await again.next()).value?.type, 'leg-started');
    await again.return();
  });

  it('notices a process that died while idle', async () => {
    const engine = await start('typescript');
    const executor = engine.executor(context);
    const first = await all(executor.run(tasksOf(context), UNPACED));
    assert.ok(engine.pid !== undefined);
    process.kill(engine.pid, 'SIGKILL');
    // Whether the death was noticed before the next run or is in it: told, or made up for.
    const second = await all(executor.run(tasksOf(context), UNPACED)).catch(
      (error: unknown) => error,
    );
    if (second instanceof Error) assert.match(second.message, /died: killed by SIGKILL/);
    else assert.deepEqual(second, first);
    assert.deepEqual(await all(executor.run(tasksOf(context), UNPACED)), first);
  });

  it('passes on the error of a leg', async () => {
    const huge = { ...context, data: { ...DATA, targets: DATA.targets.map(() => 3e38) } };
    const executor = (await start('simd')).executor(huge);
    await assert.rejects(
      all(executor.run(tasksOf(huge), UNPACED)),
      (error) =>
        error instanceof LabError &&
        error.kind === 'numeric' &&
        /the dense specimen of seed 1/.test(error.message),
    );
  });

  it('does not start when it is stopped, and stops while it starts', async () => {
    await assert.rejects(start('tensorflow', { signal: AbortSignal.abort() }), Stopped);
    const controller = new AbortController();
    const starting = start('tensorflow', { signal: controller.signal });
    controller.abort();
    await assert.rejects(starting, Stopped);
  });

  it('is not stopped by the Ctrl-C that stops its owner', async () => {
    const engine = await start('typescript');
    assert.ok(engine.pid !== undefined);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(engine.pid, signal);
    const events = await all(engine.executor(context).run(tasksOf(context), UNPACED));
    assert.equal(events.at(-1)?.type, 'leg-finished');
  });

  describe('and its owner', () => {
    const program = path.join(__dirname, 'ownerOfProcess.ts');

    /** The owner, once its process is there. */
    async function owner(): Promise<{ child: ChildProcess; pid: number; texts: string[] }> {
      const child = spawn(process.execPath, ['--import', 'tsx', program]);
      const texts: string[] = [];
      child.stderr.on('data', (chunk: Buffer) => texts.push(chunk.toString()));
      const [first] = (await once(child.stdout, 'data')) as [Buffer];
      child.stdout.on('data', (chunk: Buffer) => texts.push(chunk.toString()));
      return { child, pid: Number(first.toString()), texts };
    }

    it('hides the output of TensorFlow', async () => {
      const { child, texts } = await owner();
      child.stdin?.write('enough');
      assert.deepEqual(await once(child, 'close'), [0, null]);
      assert.equal(texts.join(''), '');
    });

    it('ends when that is killed', async () => {
      const { child, pid } = await owner();
      assert.ok(isRunning(pid));
      child.kill('SIGKILL');
      for (const since = performance.now(); isRunning(pid); await setTimeout(20)) {
        assert.ok(performance.now() - since < 10_000, 'it still runs');
      }
    });
  });

  describe('that cannot be loaded', () => {
    withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'nonsense');

    it('says why', async () => {
      await assert.rejects(
        start('tensorflow'),
        (error) => error instanceof LabError && /must be any, native or plain/.test(error.message),
      );
    });
  });
});
