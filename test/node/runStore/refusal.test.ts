import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import { readRun } from '../../../src/node/runStore/readRun';
import type { RunWriter } from '../../../src/node/runStore/runWriter';
import { onDiskThatRefuses } from './faultyDisk';
import { ENGINE, roundRobin, specificationOf, syntheticRun } from './syntheticRun';
import {
  experimentOf,
  finishedRun,
  recordUntil,
  removeTemporaryFolders,
  results,
  resumeToEnd,
  stoppedRun,
  temporaryFolder,
} from './fixtures';

const specification = specificationOf();

/** What the name of a temporary file has beyond that of the file. */
const TEMPORARY_END = /\.[0-9a-f-]+\.tmp$/;

function isTemporaryOf(name: string, file: string): boolean {
  return TEMPORARY_END.test(name) && name.replace(TEMPORARY_END, '') === file;
}

/** What recording a whole run fails with. */
async function failureOf(writer: RunWriter): Promise<LabError> {
  const events = syntheticRun(specification, writer.finished, roundRobin());
  const error: unknown = await recordUntil(writer, events).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await writer.close();
  assert.ok(error instanceof LabError, String(error));
  return error;
}

async function started(): Promise<RunWriter> {
  return startRun(await experimentOf(specification), specification, ENGINE);
}

/** The code of what the file system said. */
function codeOf({ cause }: LabError): unknown {
  return (cause as NodeJS.ErrnoException).code;
}

describe('a run store on a failing disk', () => {
  let undisturbed: Record<string, string>;

  before(async () => {
    undisturbed = await results(await finishedRun(specification));
  });
  after(removeTemporaryFolders);

  /** The run can be resumed, and lacks nothing then. */
  async function assertResumable(folder: string): Promise<void> {
    assert.equal((await listRuns(path.resolve(folder, '../..')))[0].state, 'unfinished');
    assert.ok(!(await readdir(folder)).includes('run.json'));
    await resumeToEnd(folder, specification);
    assert.deepEqual(await results(folder), undisturbed);
  }

  it('says that the disk is full, what is saved, and how to continue', async () => {
    const writer = await started();
    const metrics = path.join(writer.folder, 'metrics.jsonl');
    const when = (kind: string, file: string): boolean => kind === 'write' && file === metrics;
    const error = await onDiskThatRefuses({ code: 'ENOSPC', when }, () => failureOf(writer));
    assert.equal(error.kind, 'storage');
    assert.equal(codeOf(error), 'ENOSPC');
    assert.equal(
      error.message,
      `${metrics}: cannot write the file: the disk is full. Saved and safe: 0 of 3 legs. ` +
        'Free some space, then resume the run',
    );
    await rm(metrics);
    await assertResumable(writer.folder);
  });

  it('does not write through links', async () => {
    const writer = await started();
    const elsewhere = path.join(await temporaryFolder(), 'precious');
    await writeFile(elsewhere, 'precious');
    const metrics = path.join(writer.folder, 'metrics.jsonl');
    await symlink(elsewhere, metrics);
    const error = await failureOf(writer);
    assert.equal(codeOf(error), 'ELOOP');
    assert.match(error.message, /metrics\.jsonl: cannot write the file: this is a link/);
    assert.equal(await readFile(elsewhere, 'utf8'), 'precious');
    await rm(metrics);
    await assertResumable(writer.folder);
  });

  for (const file of ['attributions.safetensors', 'specimens.safetensors', 'metrics.jsonl']) {
    it(`keeps the legs when ${file} does not fit any more in the end`, async () => {
      const writer = await started();
      const when = (kind: string, name: string): boolean =>
        kind === 'write' && isTemporaryOf(name, path.join(writer.folder, file));
      const error = await onDiskThatRefuses({ code: 'ENOSPC', when }, () => failureOf(writer));
      assert.equal(codeOf(error), 'ENOSPC');
      assert.match(error.message, /Saved and safe: 3 of 3 legs, the last of them 42-dense-0\.5\./);
      // Of each leg its tensors and its digest.
      assert.equal((await readdir(path.join(writer.folder, 'legs'))).length, 6);
      await assertResumable(writer.folder);
    });
  }

  for (const [code, words] of [
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EACCES', 'permission denied'],
    ['EROFS', 'the file system is read-only'],
  ]) {
    it(`survives ${code} at any file, and says "${words}"`, async () => {
      const files = ['metrics.jsonl', '.partial', '.safetensors', 'run.json'];
      for (const file of files) {
        const writer = await started();
        const when = (kind: string, name: string): boolean =>
          ['open', 'write'].includes(kind) && name.replace(TEMPORARY_END, '').endsWith(file);
        const error = await onDiskThatRefuses({ code, when }, () => failureOf(writer));
        assert.equal(error.kind, 'storage', file);
        assert.equal(codeOf(error), code);
        assert.ok(error.place.file?.startsWith(writer.folder), error.place.file);
        assert.ok(error.message.includes(words), error.message);
        assert.match(error.message, /Saved and safe: \d of 3 legs.*resume the run$/);
        await assertResumable(writer.folder);
      }
    });
  }

  it('writes nothing more after a failure', async () => {
    const writer = await started();
    const events = [...syntheticRun(specification)];
    const row = events.findIndex(({ type }) => type === 'epoch-measured');
    await recordUntil(writer, events.slice(0, row));
    const when = (_: string, name: string): boolean => name.endsWith('metrics.jsonl');
    const failed = onDiskThatRefuses({ code: 'EIO', when }, () => writer.record(events[row]));
    await assert.rejects(failed, { kind: 'storage' });
    for (const event of events.slice(row + 1)) {
      await assert.rejects(writer.record(event), { kind: 'storage' });
    }
    await writer.close();
    await assertResumable(writer.folder);
  });

  it('leaves nothing behind if a run cannot start', async () => {
    const experiment = await experimentOf(specification);
    const when = (kind: string, name: string): boolean =>
      kind === 'write' && name.includes('started.json');
    await assert.rejects(
      onDiskThatRefuses({ code: 'ENOSPC', when }, () =>
        startRun(experiment, specification, ENGINE),
      ),
      /started\.json: cannot write the file: the disk is full$/,
    );
    assert.deepEqual(await readdir(path.join(experiment.folder, 'runs')), []);
  });

  it('reports a file in place of the folder of runs', async () => {
    const experiment = await experimentOf(specification);
    await writeFile(path.join(experiment.folder, 'runs'), '');
    await assert.rejects(startRun(experiment, specification, ENGINE), {
      kind: 'storage',
      message: /runs: cannot read the folder: a part of the path is a file, not a folder$/,
    });
    await assert.rejects(listRuns(experiment.folder), {
      kind: 'storage',
      message: /runs: cannot read the folder: a part of the path is a file, not a folder$/,
    });
  });

  it('reports a missing experiment', async () => {
    const experiment = await experimentOf(specification);
    await rm(experiment.folder, { recursive: true });
    await assert.rejects(startRun(experiment, specification, ENGINE), {
      kind: 'storage',
      message: /runs: cannot make the folder: there is no folder /,
    });
  });

  it('reports missing permission to write', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    const experiment = await experimentOf(specification);
    await chmod(experiment.folder, 0o500);
    await assert.rejects(startRun(experiment, specification, ENGINE), /permission denied$/);
    await chmod(experiment.folder, 0o700);
  });

  it('does not treat unreadable legs as unfinished', async () => {
    const folder = await stoppedRun(specification, ({ type }) => type === 'run-finished');
    const leg = path.join(folder, 'legs', '42-dense.safetensors');
    const bytes = await readFile(leg);
    await rm(leg);
    await mkdir(leg);
    await assert.rejects(resumeRun(folder), { kind: 'storage', message: /42-dense.*not a file/ });
    await rm(leg, { recursive: true });
    await writeFile(leg, bytes);
    assert.equal((await (await readRun(folder)).rows()).length, 7);
    await assertResumable(folder);
  });
});
