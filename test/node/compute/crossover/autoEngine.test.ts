import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StepTimes } from '../../../../src/core/engine/crossover';
import { Stopped } from '../../../../src/core/stop';
import { openAutoEngine } from '../../../../src/node/compute/crossover/autoEngine';
import { EngineProcess } from '../../../../src/node/compute/pool/engineProcess';
import { tiny } from '../../../core/experiment/tinyExperiment';
import { withEnvironment } from '../../environment';
import { temporaryFolders } from '../../temporaryFolder';

const specification = tiny({ seeds: [1, 2] });

interface Opened {
  readonly name: string;
  readonly note?: string;
}

async function open(signal?: AbortSignal): Promise<Opened> {
  const engine = await openAutoEngine(specification, { workers: 2, signal });
  await engine.dispose();
  return { name: engine.name, note: engine.note };
}

describe('the automatic choice of the engine', () => {
  const space = temporaryFolders();
  withEnvironment('XDG_CACHE_HOME', () => space.folder);
  const file = (): string => path.join(space.folder, 'polysemanticity-lab', 'crossover.json');

  describe('without native TensorFlow', () => {
    withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'plain');

    it('is the local engine, without a note or a measurement', async () => {
      assert.deepEqual(await open(), { name: 'simd', note: undefined });
      assert.ok(!existsSync(file()));
    });
  });

  describe('with native TensorFlow', () => {
    before(async function () {
      const process = await EngineProcess.start('tensorflow');
      await process.dispose();
      if (!process.traits.description.includes('native: ')) this.skip();
    });

    function remembered(): [string, StepTimes] {
      const entries = Object.entries(JSON.parse(readFileSync(file(), 'utf8')) as object);
      assert.equal(entries.length, 1);
      return entries[0] as [string, StepTimes];
    }

    it('is measured once, and reports the measurements', async () => {
      const first = await open();
      assert.match(
        first.note ?? '',
        /^auto: (simd|tensorflow), .* ms a step per specimen.*; (simd|tensorflow) .* ms.* \(population 6\)$/,
      );
      const [, times] = remembered();
      assert.ok(times.local > 0 && times.tensorflow !== undefined && times.tensorflow > 0);
      assert.deepEqual(await open(), first);
      assert.deepEqual(remembered()[1], times);
    });

    it('uses stored measurements', async () => {
      await open();
      const [key] = remembered();
      const remember = (times: unknown): void =>
        writeFileSync(file(), JSON.stringify({ [key]: times }));
      remember({ local: 8, tensorflow: 1 });
      assert.deepEqual(await open(), {
        name: 'tensorflow',
        note: 'auto: tensorflow, 1 ms a step per specimen; simd 8 ms, 2 threads (population 6)',
      });
      remember({ local: 1, tensorflow: 8 });
      assert.equal((await open()).name, 'simd');
      // It could not be loaded.
      remember({ local: 1 });
      assert.deepEqual(await open(), { name: 'simd', note: undefined });
    });

    it('is measured again if the stored measurements are damaged', async () => {
      await open();
      for (const damaged of ['{', JSON.stringify({ [remembered()[0]]: { local: -1 } })]) {
        writeFileSync(file(), damaged);
        await open();
        assert.ok(remembered()[1].local > 0);
      }
    });

    it('works if measurements cannot be stored', async () => {
      writeFileSync(path.join(space.folder, 'polysemanticity-lab'), 'in the way');
      assert.match((await open()).note ?? '', /^auto: /);
    });

    it('stops on request', async () => {
      await assert.rejects(open(AbortSignal.abort()), Stopped);
      const controller = new AbortController();
      const opening = open(controller.signal);
      setTimeout(() => controller.abort(), 30);
      await assert.rejects(opening, Stopped);
      assert.ok(!existsSync(file()));
    });
  });
});
