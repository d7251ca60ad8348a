import assert from 'node:assert/strict';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { readRun } from '../../../src/node/runStore/readRun';
import { verifyRun } from '../../../src/node/runStore/verifyRun';
import { editFile, flipBit } from './faults';
import { specificationOf } from './syntheticRun';
import { copyOf, finishedRun, removeTemporaryFolders, stoppedRun } from './fixtures';

const specification = specificationOf();
const FILES = ['metrics.jsonl', 'attributions.safetensors', 'specimens.safetensors'];

const flipLast = (file: string): Promise<void> => flipBit(file, -72);

describe('verifyRun', () => {
  let finished: string;

  before(async () => {
    finished = await finishedRun(specification);
  });
  after(removeTemporaryFolders);

  it('finds an intact run', async () => {
    assert.deepEqual(await verifyRun(finished), {
      state: 'finished',
      parts: FILES.map((name) => ({ name, state: 'as saved' })),
      remarks: [],
    });
  });

  for (const [i, name] of FILES.entries()) {
    it(`finds a flipped bit in ${name}, and that it is missing`, async () => {
      const folder = await copyOf(finished);
      await flipLast(path.join(folder, name));
      const { parts } = await verifyRun(folder);
      assert.match(parts[i].damage ?? '', /^is not what was saved: its SHA-256 begins with /);
      assert.deepEqual(
        parts.map(({ state }) => state),
        FILES.map((other) => (other === name ? 'damaged' : 'as saved')),
      );
      await rm(path.join(folder, name));
      assert.equal((await verifyRun(folder)).parts[i].damage, 'is missing');
    });
  }

  it('is recommended if the rows have another size, which listing already shows', async () => {
    const folder = path.join(path.dirname(finished), '20200101-000000');
    const copy = await copyOf(finished);
    // Rows that are lost at the end would be missed by nobody.
    await editFile(path.join(copy, 'metrics.jsonl'), (text) =>
      text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1),
    );
    await assert.rejects((await readRun(copy)).rows(), {
      kind: 'invalid-input',
      message: /metrics\.jsonl: is damaged: it has \d+ bytes; \d+ were saved$/,
    });
    await rename(copy, folder);
    const listed = (await listRuns(path.resolve(folder, '../..'))).find(
      ({ id }) => id === '20200101-000000',
    );
    assert.ok(listed?.state === 'damaged');
    assert.match(listed.reason, /^metrics\.jsonl has \d+ bytes; \d+ were saved$/);
  });

  it('checks a run of an earlier version without digests', async () => {
    const folder = await copyOf(finished);
    await editFile(path.join(folder, 'run.json'), (text) => {
      const run = { ...(JSON.parse(text) as object), files: undefined, digests: undefined };
      return JSON.stringify(run);
    });
    const { parts } = await verifyRun(folder);
    assert.deepEqual(
      parts,
      FILES.map((name) => ({ name, state: 'whole' })),
    );
    await editFile(path.join(folder, 'metrics.jsonl'), (text) =>
      text.slice(text.indexOf('\n') + 1),
    );
    const [rows] = (await verifyRun(folder)).parts;
    assert.match(rows.damage ?? '', /^does not have exactly one row of 42-dense for every epoch$/);
  });

  it('compares the finished legs of a run that is not finished, and changes nothing', async () => {
    const stopped = await stoppedRun(specification, ({ type }) => type === 'run-finished');
    await flipLast(path.join(stopped, 'legs', '42-dense-0.safetensors'));
    const { state, parts } = await verifyRun(stopped);
    assert.equal(state, 'unfinished');
    assert.deepEqual(
      parts.map((part) => `${part.name} ${part.state}`),
      ['42-dense as saved', '42-dense-0 damaged', '42-dense-0.5 as saved'],
    );
    assert.deepEqual((await verifyRun(stopped)).parts, parts);
  });

  it('refuses a folder that is not a run', async () => {
    await assert.rejects(verifyRun(path.dirname(finished)), /this is not a run/);
  });
});
