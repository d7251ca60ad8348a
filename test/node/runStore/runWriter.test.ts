import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { flattenRow } from '../../../src/core/experiment/metricsRow';
import { legName, planRun } from '../../../src/core/experiment/plan';
import { readSafetensors } from '../../../src/core/formats/safetensors';
import { startRun } from '../../../src/node/runStore/openRun';
import {
  checkpointOf,
  ENGINE,
  roundRobin,
  rowOf,
  specificationOf,
  syntheticRun,
} from './syntheticRun';
import {
  experimentOf,
  finishedRun,
  recordUntil,
  removeTemporaryFolders,
  results,
  stoppedRun,
} from './fixtures';

interface RunJson {
  warnings: unknown;
  specification: unknown;
  seconds: number;
  [key: string]: unknown;
}

async function readJson(...parts: string[]): Promise<RunJson> {
  return JSON.parse(await readFile(path.join(...parts), 'utf8')) as RunJson;
}

/** What a run says of the null that its rows are held against. */
const NULL_FIELDS = ['measures', 'nets', 'readouts', 'rows', 'version', 'widths'];

describe('RunWriter', () => {
  after(removeTemporaryFolders);

  it('keeps a finished run in four files, and nothing beside them', async () => {
    const folder = await finishedRun(specificationOf());
    assert.deepEqual((await readdir(folder)).sort(), [
      'attributions.safetensors',
      'metrics.jsonl',
      'run.json',
      'specimens.safetensors',
    ]);
    assert.match(folder, /runs[/\\]\d{8}-\d{6}$/);
  });

  it('records specification, versions and warnings in run.json', async () => {
    const specification = specificationOf();
    const folder = await finishedRun(specification);
    const { seconds, startedAt, finishedAt, ...rest } = await readJson(folder, 'run.json');
    assert.deepEqual(Object.keys(rest.null as object).sort(), NULL_FIELDS);
    delete rest.null;
    const names = ['metrics.jsonl', 'attributions.safetensors', 'specimens.safetensors'];
    const digests = names.map(async (name) => {
      const bytes = await readFile(path.join(folder, name));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return [name, { bytes: bytes.length, sha256 }] as const;
    });
    assert.deepEqual(rest, {
      format: 1,
      state: 'finished',
      specification: JSON.parse(JSON.stringify(specification)) as unknown,
      engine: ENGINE,
      versions: { lab: (await readJson('package.json')).version, node: process.versions.node },
      seeds: [42],
      resumed: 0,
      digests: 'sha256',
      files: Object.fromEntries(await Promise.all(digests)),
      data: { samples: 10, features: 3, inputs: 2, outputs: 2, autoencoderLoss: 0.25 },
      warnings: [
        { message: 'some samples are approximate' },
        ...planRun(specification)
          .map(legName)
          .map((leg) => {
            return { message: `nothing was wrong with ${leg}`, leg };
          }),
      ],
    });
    const [from, to] = [startedAt, finishedAt].map((time) => Date.parse(String(time)));
    assert.equal(seconds, (to - from) / 1000);
  });

  it('records the process of an unfinished run in started.json', async () => {
    const folder = await stoppedRun(specificationOf(), ({ type }) => type === 'leg-started');
    const { process: worker, engine, resumed } = await readJson(folder, 'started.json');
    assert.equal((worker as { pid: number }).pid, process.pid);
    assert.deepEqual({ engine, resumed }, { engine: ENGINE, resumed: 0 });
  });

  it('writes a row for every epoch, in the order of the plan', async () => {
    const specification = specificationOf({
      seeds: [7, 3],
      specimen: { hidden: [4, 3], dropoutTwin: 0.5 },
    });
    const folder = await finishedRun(specification, roundRobin());
    const lines = (await readFile(path.join(folder, 'metrics.jsonl'), 'utf8')).split('\n');
    assert.equal(lines.pop(), '');
    const expected = planRun(specification).flatMap((leg) => {
      const epochs = leg.requested === null ? [0, 1, 2] : [0, 1];
      return epochs.map((epoch) => `${legName(leg)} ${epoch}`);
    });
    const rows = lines.map(
      (line) => JSON.parse(line) as Parameters<typeof legName>[0] & { epoch: number },
    );
    assert.deepEqual(
      rows.map((row) => `${legName(row)} ${row.epoch}`),
      expected,
    );
    const leg = { seed: 7, arm: 'dense', requested: null } as const;
    const trained = checkpointOf(specification, leg, 2);
    assert.deepEqual(rows[2], flattenRow(rowOf(trained)));
  });

  it('names tensors by checkpoint and lists the checkpoints in the metadata', async () => {
    const specification = specificationOf();
    const folder = await finishedRun(specification);
    const attributions = readSafetensors(
      await readFile(path.join(folder, 'attributions.safetensors')),
    );
    const names = [
      '42-dense/initial/0',
      '42-dense/training/2',
      '42-dense-0/pruned/0',
      '42-dense-0/retraining/1',
      '42-dense-0.5/pruned/0',
      '42-dense-0.5/retraining/1',
    ];
    assert.deepEqual(
      [...attributions.tensors.keys()],
      names.flatMap((name) => [name, `${name}/units`]),
    );
    assert.deepEqual(JSON.parse(attributions.metadata.features), ['odd', 'even', 'größer']);
    const table = JSON.parse(attributions.metadata.checkpoints) as Record<string, unknown>[];
    assert.deepEqual(
      table.map(({ name }) => name),
      names,
    );
    const { attribution } = checkpointOf(
      specification,
      { seed: 42, arm: 'dense', requested: null },
      2,
    );
    const { completenessError, values } = attribution;
    assert.deepEqual(table[1], {
      name: '42-dense/training/2',
      seed: 42,
      arm: 'dense',
      requested: null,
      phase: 'training',
      epoch: 2,
      rows: 'pre-activation',
      hidden: [4, 3],
      completenessError,
    });
    const tensor = attributions.tensors.get('42-dense/training/2');
    assert.deepEqual(tensor, { dtype: 'F32', shape: [7, 3], values: Float32Array.from(values) });

    const specimens = readSafetensors(await readFile(path.join(folder, 'specimens.safetensors')));
    const shapes = [...specimens.tensors]
      .filter(([name]) => name.startsWith('42-dense-0.5/pruned/0/'))
      .map(([name, { dtype, shape }]) => [
        name.slice('42-dense-0.5/pruned/0/'.length),
        dtype,
        shape,
      ]);
    assert.deepEqual(shapes, [
      ['layers.0.weight', 'F32', [2, 2]],
      ['layers.0.bias', 'F32', [2]],
      ['layers.1.weight', 'F32', [2, 2]],
      ['layers.1.bias', 'F32', [2]],
      ['layers.2.weight', 'F32', [2, 2]],
      ['layers.2.bias', 'F32', [2]],
      ['units.0', 'U32', [2]],
      ['units.1', 'U32', [2]],
    ]);
    assert.deepEqual(
      [...(specimens.tensors.get('42-dense-0.5/pruned/0/units.1')?.values ?? [])],
      [1, 2],
    );
  });

  for (const [kept, checkpoints] of [
    ['epochs', 7],
    ['stages', 6],
  ] as const) {
    it(`keeps ${checkpoints} checkpoints of 3 legs where "${kept}" is asked for`, async () => {
      const keep = { attributions: kept, specimens: kept };
      const folder = await finishedRun(specificationOf({ keep }));
      for (const name of ['attributions', 'specimens']) {
        const file = await readFile(path.join(folder, `${name}.safetensors`));
        const list = readSafetensors(file).metadata.checkpoints;
        assert.equal((JSON.parse(list) as unknown[]).length, checkpoints, name);
      }
    });
  }

  it('writes no file for what is not kept', async () => {
    const none = await finishedRun(
      specificationOf({ keep: { attributions: 'none', specimens: 'none' } }),
    );
    assert.deepEqual((await readdir(none)).sort(), ['metrics.jsonl', 'run.json']);
    const some = await finishedRun(specificationOf({ keep: { attributions: 'none' } }));
    assert.ok(!(await readdir(some)).includes('attributions.safetensors'));
    assert.ok((await readdir(some)).includes('specimens.safetensors'));
  });

  it('keeps a leg without epochs by its only checkpoint', async () => {
    const specification = specificationOf({ training: { epochs: 0 } });
    const folder = await finishedRun(specification);
    const file = await readFile(path.join(folder, 'attributions.safetensors'));
    assert.ok(readSafetensors(file).tensors.has('42-dense/initial/0'));
  });

  it('writes the same bytes in whatever order the legs go on', async function () {
    const specification = specificationOf({
      seeds: [1, 2],
      keep: { attributions: 'epochs', specimens: 'epochs' },
    });
    const expected = await results(await finishedRun(specification));
    const anyOrder = fc.infiniteStream(fc.nat(10_000));
    await fc.assert(
      fc.asyncProperty(anyOrder, async (draws) => {
        const folder = await finishedRun(
          specification,
          (running) => (draws.next().value as number) % running,
        );
        assert.deepEqual(await results(folder), expected);
      }),
      { numRuns: 20 },
    );
  });

  it('records events in order even if callers do not await', async () => {
    const specification = specificationOf();
    const writer = await startRun(await experimentOf(specification), specification, ENGINE);
    await Promise.all([...syntheticRun(specification)].map((event) => writer.record(event)));
    await writer.close();
    assert.deepEqual(await results(writer.folder), await results(await finishedRun(specification)));
  });

  it('has every row of a leg in the file when the leg ends, and slow ones as they come', async () => {
    const specification = specificationOf();
    const writer = await startRun(await experimentOf(specification), specification, ENGINE);
    let rows = 0;
    for (const event of syntheticRun(specification)) {
      const isSlow = event.type === 'epoch-measured' && rows === 2;
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 60));
      await writer.record(event);
      if (event.type === 'epoch-measured') rows++;
      if (!isSlow && event.type !== 'leg-finished') continue;
      const text = await readFile(path.join(writer.folder, 'metrics.jsonl'), 'utf8');
      assert.equal(text.split('\n').length, rows + 1);
    }
    assert.equal(rows, 7);
    await writer.close();
  });

  it('gives runs of the same second different names', async () => {
    const specification = specificationOf();
    const experiment = await experimentOf(specification);
    const writers = [];
    for (let n = 0; n < 3; n++) writers.push(await startRun(experiment, specification, ENGINE));
    const names = writers.map(({ folder }) => path.basename(folder));
    assert.equal(new Set(names).size, 3);
    for (const writer of writers) {
      await recordUntil(writer, syntheticRun(specification));
      await writer.close();
    }
  });

  it('refuses the events of another specification', async () => {
    const specification = specificationOf();
    const writer = await startRun(await experimentOf(specification), specification, ENGINE);
    const [event] = syntheticRun(specificationOf({ seeds: [43] }));
    await assert.rejects(writer.record(event), /another specification/);
    await writer.close();
  });

  it('records nothing after it is closed', async () => {
    const specification = specificationOf();
    const writer = await startRun(await experimentOf(specification), specification, ENGINE);
    await writer.close();
    const [event] = syntheticRun(specification);
    await assert.rejects(writer.record(event), /closed/);
  });

  it('refuses to keep more checkpoints than one file can name', async () => {
    const specification = specificationOf({
      seeds: Array.from({ length: 2000 }, (_, seed) => seed),
      training: { epochs: 100 },
      keep: { attributions: 'epochs' },
    });
    const experiment = await experimentOf(specification);
    await assert.rejects(startRun(experiment, specification, ENGINE), {
      name: 'LabError',
      kind: 'unsupported',
      message: /^keep\.attributions: "epochs" would keep \d+ checkpoints/,
    });
    assert.deepEqual(await readdir(experiment.folder), []);
  });
});
