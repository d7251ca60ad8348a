import assert from 'node:assert/strict';
import { readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { legName } from '../../../src/core/experiment/plan';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import { readRun } from '../../../src/node/runStore/readRun';
import type { RunWriter } from '../../../src/node/runStore/runWriter';
import { findResumableRun } from '../../../src/node/runStore/resumableRun';
import { endsAt, type Disaster } from './faultyDisk';
import { ENGINE, roundRobin, specificationOf, syntheticRun } from './syntheticRun';
import {
  ageLocks,
  copyOf,
  experimentOf,
  finishedRun,
  recordUntil,
  removeTemporaryFolders,
  results,
  resumeToEnd,
  stoppedRun,
} from './fixtures';

const DISASTERS: Disaster[] = ['kill', 'power failure'];

/** Records a run; tells of what counts as saved. */
async function record(writer: RunWriter, saved: string[]): Promise<void> {
  const events = syntheticRun(specification, writer.finished, roundRobin());
  try {
    for (const event of events) {
      await writer.record(event);
      if (event.type === 'leg-finished') saved.push(legName(event.leg));
      if (event.type === 'run-finished') saved.push('all');
    }
  } finally {
    await writer.close();
  }
}

const specification = specificationOf({
  training: { epochs: 1 },
});

describe('a run whose process ends unexpectedly', function () {
  let undisturbed: Record<string, string>;

  before(async () => {
    undisturbed = await results(await finishedRun(specification));
  });
  after(removeTemporaryFolders);

  for (const disaster of DISASTERS) {
    it(`has after a ${disaster} at any operation all that was saved, and ends with the same bytes`, async () => {
      let operation = 1;
      for (let disturbed = true; disturbed; operation++) {
        const experiment = await experimentOf(specification);
        const saved: string[] = [];
        disturbed = await endsAt(operation, disaster, async () => {
          await record(await startRun(experiment, specification, ENGINE), saved);
        });
        const at = `operation ${operation}`;
        const [run, ...others] = await listRuns(experiment.folder);
        assert.deepEqual(others, [], at);
        if (!run) {
          assert.deepEqual(saved, [], at);
          continue;
        }
        await ageLocks(run.folder);
        if (saved.includes('all')) {
          assert.equal(run.state, 'finished', at);
        } else if (run.state !== 'finished') {
          const { folder } = run;
          const found = await findResumableRun(experiment, { specification, engine: ENGINE.name });
          assert.equal(found.run?.folder, folder, at);
          const names = (await (await readRun(folder)).checkpoints()).map(({ name }) => name);
          for (const leg of saved)
            assert.ok(
              names.some((name) => name.startsWith(`${leg}/`)),
              at,
            );
          const writer = await resumeRun(folder);
          for (const event of syntheticRun(specification)) {
            if (event.type !== 'leg-finished' || !saved.includes(legName(event.leg))) continue;
            assert.ok(writer.finished.specimenOf(event.leg), `${at}: ${legName(event.leg)}`);
          }
          await recordUntil(writer, syntheticRun(specification, writer.finished));
          await writer.close();
        }
        // The next run tidies up what a finished one left behind.
        await (await startRun(experiment, specification, ENGINE)).close();
        assert.deepEqual(await results(run.folder), undisturbed, at);
      }
      // A run of three legs is not written in a few steps.
      assert.ok(operation > 60, String(operation));
    });

    it(`survives another ${disaster} at any operation of resuming and finishing it`, async () => {
      const stopped = await stoppedRun(
        specification,
        (event) => event.type === 'epoch-measured' && event.row.requested !== null,
        roundRobin(),
      );
      let operation = 1;
      for (let disturbed = true; disturbed; operation++) {
        const folder = await copyOf(stopped);
        const saved: string[] = [];
        disturbed = await endsAt(operation, disaster, async () => {
          await record(await resumeRun(folder), saved);
        });
        await ageLocks(folder);
        const { state } = await readRun(folder);
        const at = `operation ${operation}`;
        if (saved.includes('all')) assert.equal(state, 'finished', at);
        if (state === 'unfinished') {
          const writer = await resumeRun(folder);
          const trained = { seed: 42, arm: 'dense', requested: null } as const;
          assert.ok(writer.finished.specimenOf(trained), at);
          await recordUntil(writer, syntheticRun(specification, writer.finished));
          await writer.close();
        }
        const found = await results(folder);
        for (const [name, bytes] of Object.entries(undisturbed)) {
          assert.equal(found[name], bytes, `${at}: ${name}`);
        }
      }
      assert.ok(operation > 40, String(operation));
    });
  }

  it('resumes from a torn last row, cut anywhere', async () => {
    const stopped = await stoppedRun(
      specification,
      (event) => event.type === 'checkpoint-ready' && event.checkpoint.leg.requested === 0.5,
    );
    const text = await readFile(path.join(stopped, 'metrics.jsonl'));
    const lastLine = text.lastIndexOf(0x0a, text.length - 2) + 1;
    for (let size = text.length; size >= lastLine; size -= 331) {
      const folder = await copyOf(stopped);
      await truncate(path.join(folder, 'metrics.jsonl'), size);
      await resumeToEnd(folder, specification);
      assert.deepEqual(await results(folder), undisturbed, `${size} bytes`);
    }
  });
});
