import assert from 'node:assert/strict';
import fs, { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttributionMatrix, StoredMatrix } from '../../../src/core/attribution/matrix';
import type { Checkpoint } from '../../../src/core/experiment/events';
import { checkpointName } from '../../../src/core/experiment/plan';
import type { Specification } from '../../../src/core/experiment/specification';
import { readRun, type StoredRun } from '../../../src/node/runStore/readRun';
import { roundRobin, rowOf, specificationOf, syntheticRun, type Schedule } from './syntheticRun';
import { copyOf, finishedRun, removeTemporaryFolders, stoppedRun } from './fixtures';

function checkpointsOf(specification: Specification, schedule?: Schedule): Checkpoint[] {
  return [...syntheticRun(specification, undefined, schedule)].flatMap((event) =>
    event.type === 'checkpoint-ready' ? [event.checkpoint] : [],
  );
}

/** As it is after storing: float32. */
function rounded({ signed, ...matrix }: AttributionMatrix): StoredMatrix {
  const values = Float32Array.from(matrix.values);
  return signed ? { ...matrix, values, signed: Float32Array.from(signed) } : { ...matrix, values };
}

async function assertHolds(run: StoredRun, checkpoints: Checkpoint[]): Promise<void> {
  const stored = await run.checkpoints();
  assert.deepEqual(
    stored,
    checkpoints.map(({ leg, phase, epoch }) => {
      const name = checkpointName(leg, phase, epoch);
      return { name, leg, phase, epoch, attribution: true, specimen: true };
    }),
  );
  for (const [i, { name }] of stored.entries()) {
    assert.deepEqual(await run.specimen(name), checkpoints[i].specimen);
    assert.deepEqual(await run.attribution(name), rounded(checkpoints[i].attribution));
  }
}

const keep = { attributions: 'epochs', specimens: 'epochs' } as const;

describe('readRun', () => {
  after(removeTemporaryFolders);

  it('returns every row, matrix and specimen of a finished run', async () => {
    const specification = specificationOf({ seeds: [9, 1], keep });
    const checkpoints = checkpointsOf(specification);
    const run = await readRun(await finishedRun(specification, roundRobin()));
    assert.equal(run.state, 'finished');
    assert.deepEqual(run.header.specification, specification);
    const bySeed = [9, 1].flatMap((seed) => checkpoints.filter(({ leg }) => leg.seed === seed));
    assert.deepEqual(await run.rows(), bySeed.map(rowOf));
    await assertHolds(run, bySeed);
  });

  it('returns the finished legs of an unfinished run, and all rows', async () => {
    const specification = specificationOf({ keep });
    const folder = await stoppedRun(
      specification,
      (event) => event.type === 'epoch-measured' && event.row.phase === 'retraining',
    );
    const checkpoints = checkpointsOf(specification);
    const run = await readRun(folder);
    assert.equal(run.state, 'unfinished');
    assert.deepEqual(await run.rows(), checkpoints.slice(0, 4).map(rowOf));
    await assertHolds(run, checkpoints.slice(0, 3));
  });

  it('returns nothing for a run without rows', async () => {
    const folder = await stoppedRun(specificationOf(), ({ type }) => type === 'leg-started');
    const run = await readRun(folder);
    assert.deepEqual([await run.rows(), await run.checkpoints()], [[], []]);
  });

  it('hides the specimens that are stored only for resuming', async () => {
    const specification = specificationOf({ keep: { attributions: 'stages', specimens: 'none' } });
    for (const folder of [
      await stoppedRun(specification, ({ type }) => type === 'run-finished'),
      await finishedRun(specification),
    ]) {
      const run = await readRun(folder);
      const checkpoints = await run.checkpoints();
      assert.equal(checkpoints.length, 6);
      assert.ok(checkpoints.every(({ attribution, specimen }) => attribution && !specimen));
      await assert.rejects(run.specimen('42-dense/training/2'), {
        name: 'LabError',
        message:
          /42-dense\/training\/2: this checkpoint has no specimens.*keep\.specimens is "none"$/,
      });
    }
  });

  it('reads only the header and the requested tensors of a large file', async () => {
    const specification = specificationOf({ specimen: { hidden: [400, 300] } });
    const run = await readRun(await finishedRun(specification));
    await run.checkpoints();
    const open = fs.open;
    let bytes = 0;
    fs.open = async (...args) => {
      const handle = await open(...args);
      const read = handle.read.bind(handle) as (
        ...args: unknown[]
      ) => Promise<{ bytesRead: number }>;
      return Object.assign(handle, {
        read: async (...place: unknown[]) => {
          const result = await read(...place);
          bytes += result.bytesRead;
          return result;
        },
      });
    };
    try {
      await run.attribution('42-dense-0.5/pruned/0');
    } finally {
      fs.open = open;
    }
    // Float32 values and uint32 units of 350 neurons and 3 features.
    assert.equal(bytes, 350 * (3 + 1) * 4);
  });

  it('drops a last row that is torn, at whatever byte', async () => {
    const folder = await stoppedRun(
      specificationOf(),
      (event) => event.type === 'epoch-measured' && event.row.epoch === 2,
    );
    const file = path.join(folder, 'metrics.jsonl');
    const bytes = await readFile(file);
    const run = await readRun(folder);
    const rows = await run.rows();
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let size = bytes.length - 1; size >= lastLine; size--) {
      await truncate(file, size);
      // Of the first of these only the line end is missing.
      const whole = size === bytes.length - 1 ? 2 : 1;
      assert.deepEqual((await run.rows()).length, whole, `${size} bytes`);
    }
    assert.deepEqual(await run.rows(), rows.slice(0, 1));
  });

  it('names the line that is damaged before the last', async () => {
    const folder = await finishedRun(specificationOf());
    const file = path.join(folder, 'metrics.jsonl');
    const lines = (await readFile(file, 'utf8')).split('\n');
    for (const damaged of ['{"seed": 42', '7', '{"seed": 42}', '']) {
      await writeFile(file, [...lines.slice(0, 2), damaged, ...lines.slice(3)].join('\n'));
      await assert.rejects((await readRun(folder)).rows(), {
        name: 'LabError',
        place: { file, line: 3 },
      });
    }
  });

  it('says which file of a finished run is missing or damaged, and reads the others', async () => {
    const folder = await finishedRun(specificationOf());
    const name = '42-dense/training/2';
    const attributions = path.join(folder, 'attributions.safetensors');
    const bytes = await readFile(attributions);
    for (const size of [0, 7, 8, 100, bytes.length - 1]) {
      await truncate(attributions, size);
      const run = await readRun(folder);
      await assert.rejects(run.attribution(name), {
        kind: 'invalid-input',
        place: { file: attributions },
        message: /is damaged/,
      });
      await writeFile(attributions, bytes);
    }
    await rm(attributions);
    await rm(path.join(folder, 'metrics.jsonl'));
    const run = await readRun(folder);
    const missing = { kind: 'storage', message: /cannot read the file: there is no such file/ };
    await assert.rejects(run.rows(), missing);
    await assert.rejects(run.attribution(name), missing);
    assert.equal((await run.checkpoints()).length, 6);
    assert.ok(await run.specimen(name));
  });

  it('refuses a folder without a run, and a run of a later format', async () => {
    const folder = await finishedRun(specificationOf());
    await assert.rejects(readRun(path.dirname(folder)), /this is not a run/);
    const file = path.join(folder, 'run.json');
    const text = await readFile(file, 'utf8');
    for (const [damaged, message] of [
      [text.replace('"format": 1', '"format": 2'), /has format 2; this version reads up to 1/],
      [
        text.replace('"seeds": [', '"seeds": [0.5, '),
        /seeds\[0\]: is damaged: 0\.5 is not allowed: expected a whole number$/,
      ],
      [
        text.replace('"startedAt": "', '"startedAt": "on '),
        /startedAt: is damaged: .* is not allowed: expected a date and time/,
      ],
      [
        text.replace(/"data": \{/, '"data": 7, "was": {'),
        /data: is damaged: 7 is not allowed: expected an object$/,
      ],
      [
        text.replace('"trainShare"', '"share"'),
        /specification\.training\.share: is damaged: unknown field$/,
      ],
      [text.slice(0, 100), /run\.json: is damaged/],
      ['null', /run\.json: is damaged/],
    ] as const) {
      const copy = await copyOf(folder);
      await writeFile(path.join(copy, 'run.json'), damaged);
      await assert.rejects(readRun(copy), { kind: 'invalid-input', message });
    }
  });

  it('ignores other files in the folder', async () => {
    const folder = await finishedRun(specificationOf());
    await appendFile(path.join(folder, 'notes.md'), 'Look at neuron 7.');
    assert.equal((await (await readRun(folder)).rows()).length, 7);
  });
});
