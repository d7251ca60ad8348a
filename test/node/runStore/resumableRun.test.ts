import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Specification } from '../../../src/core/experiment/specification';
import type { Experiment } from '../../../src/node/experiments/openExperiment';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import type { RunWriter } from '../../../src/node/runStore/runWriter';
import { findResumableRun, skipReasons } from '../../../src/node/runStore/resumableRun';
import { LAB_VERSION } from '../../../src/node/runStore/version';
import { editFile } from './faults';
import { ENGINE, specificationOf, syntheticRun } from './syntheticRun';
import { experimentOf, recordUntil, removeTemporaryFolders } from './fixtures';

const specification = specificationOf();
const engine = ENGINE.name;

async function unfinished(experiment: Experiment, of = specification): Promise<string> {
  const writer = await startRun(experiment, of, ENGINE);
  await writer.close();
  return writer.folder;
}

async function finish(writer: RunWriter): Promise<void> {
  await recordUntil(writer, syntheticRun(specification, writer.finished));
  await writer.close();
}

const edit = (folder: string, change: (text: string) => string): Promise<void> =>
  editFile(path.join(folder, 'started.json'), change);

describe('the resumed run', () => {
  after(removeTemporaryFolders);

  it('is the newest that no process writes', async () => {
    const experiment = await experimentOf(specification);
    const find = async (): Promise<string | undefined> =>
      (await findResumableRun(experiment, { specification, engine })).run?.folder;
    assert.equal(await find(), undefined);
    const older = await unfinished(experiment);
    const newer = await unfinished(experiment);
    assert.equal(await find(), newer);
    const writer = await resumeRun(newer);
    assert.equal(await find(), older);
    await finish(writer);
    assert.equal(await find(), older);
  });

  it('may be of any engine if none is requested', async () => {
    const experiment = await experimentOf(specification);
    const folder = await unfinished(experiment);
    const { run, passedOver } = await findResumableRun(experiment, { specification });
    assert.deepEqual([run?.folder, run?.engine, passedOver], [folder, ENGINE, []]);
  });

  it('may have another keep, and spell out defaults', async () => {
    const experiment = await experimentOf(specification);
    const folder = await unfinished(experiment);
    const keep = { attributions: 'none', specimens: 'epochs' } as const;
    const other = { ...specification, keep, description: undefined };
    assert.equal(
      (await findResumableRun(experiment, { specification: other, engine })).run?.folder,
      folder,
    );
  });

  it('is not reported for finished runs', async () => {
    const experiment = await experimentOf(specification);
    await finish(await startRun(experiment, specification, ENGINE));
    assert.deepEqual(await findResumableRun(experiment, { specification, engine }), {
      run: undefined,
      passedOver: [],
    });
  });
});

describe('a run that is not resumed', () => {
  after(removeTemporaryFolders);

  interface Case {
    readonly what: string;
    readonly kinds: readonly string[];
    readonly reason: RegExp;
    readonly wanted?: Partial<Specification>;
    readonly wantedEngine?: string;
    readonly damage?: (folder: string) => Promise<void>;
  }
  const other = specificationOf({
    training: { epochs: 3 },
    pruning: { ratios: [0.5], retraining: { epochs: 1 } },
  });
  const cases: readonly Case[] = [
    {
      what: 'another specification',
      kinds: ['specification'],
      wanted: other,
      reason: /its training\.epochs is 2, not 3; its pruning\.ratios is \[0,0\.5\], not \[0\.5\]$/,
    },
    {
      what: 'many other fields',
      kinds: ['specification'],
      wanted: specificationOf({
        name: 'other',
        features: { count: 4 },
        data: { inputs: 3, samples: 77 },
        specimen: { hidden: [5] },
      }),
      reason: /not other; its .*; [1-9]\d? more fields differ$/,
    },
    {
      what: 'other seeds',
      kinds: ['seeds'],
      wanted: { seeds: [1, 2, 3] },
      reason: /its seeds are 42, not 1\.\.3$/,
    },
    {
      what: 'another engine',
      kinds: ['engine'],
      wantedEngine: 'tensorflow',
      reason: /started with the engine typescript, not tensorflow \("auto" continues with it\)$/,
    },
    {
      what: 'another version',
      kinds: ['version'],
      damage: (folder) => edit(folder, (text) => text.replace(/"lab": "[^"]*"/, '"lab": "0.0.1"')),
      reason: new RegExp(`started by version 0\\.0\\.1 of the lab, and this is ${LAB_VERSION}$`),
    },
    {
      what: 'another version that had other specifications',
      kinds: ['damaged'],
      damage: (folder) =>
        edit(folder, (text) =>
          text
            .replace(/"lab": "[^"]*"/, '"lab": "0.0.1"')
            .replace(/"seeds": \[\s*42/, '"seeds": ["x"'),
        ),
      reason: /written by version 0\.0\.1, and version .* does not understand it: .*"x"/,
    },
    {
      what: 'a newer format',
      kinds: ['newer-format'],
      damage: (folder) => edit(folder, (text) => text.replace('"format": 1', '"format": 2')),
      reason: /started\.json: has format 2; this version reads up to 1$/,
    },
    {
      what: 'damage',
      kinds: ['damaged'],
      damage: (folder) => edit(folder, (text) => text.slice(0, -30)),
      reason: /started\.json: is damaged: /,
    },
    {
      what: 'no started.json',
      kinds: ['damaged'],
      damage: async (folder) => {
        await mkdir(path.join(folder, 'legs'), { recursive: true });
        await writeFile(path.join(folder, 'legs', '42-dense.safetensors'), '');
        await rm(path.join(folder, 'started.json'));
      },
      reason: /started\.json and run\.json are missing$/,
    },
    {
      what: 'several of these at once',
      kinds: ['version', 'engine', 'seeds', 'specification'],
      wanted: { ...other, seeds: [7] },
      wantedEngine: 'simd',
      damage: (folder) => edit(folder, (text) => text.replace(/"lab": "[^"]*"/, '"lab": "9"')),
      reason: /version 9 .*; it was started with .*; its seeds are 42, not 7; its training\.epochs/,
    },
  ];
  for (const { what, kinds, reason, wanted, wantedEngine = engine, damage } of cases) {
    it(`is named, and ${what} as the reason`, async () => {
      const experiment = await experimentOf(specification);
      const folder = await unfinished(experiment);
      await damage?.(folder);
      const choice = await findResumableRun(experiment, {
        specification: { ...specification, ...wanted },
        engine: wantedEngine,
      });
      assert.equal(choice.run, undefined);
      const [{ run, obstacles }] = choice.passedOver;
      assert.equal(run.folder, folder);
      assert.deepEqual(
        obstacles.map(({ kind }) => kind),
        kinds,
      );
      const [told, ...more] = skipReasons(choice);
      assert.ok(told.startsWith(`run ${path.basename(folder)}: `), told);
      assert.match(told, reason);
      assert.deepEqual(more, []);
    });
  }

  it('is named, and the process that writes it', async () => {
    const experiment = await experimentOf(specification);
    const writer = await startRun(experiment, specification, ENGINE);
    const [told] = skipReasons(await findResumableRun(experiment, { specification, engine }));
    assert.match(told, new RegExp(`: process ${process.pid} on .* is writing it$`));
    await writer.close();
  });

  it('is not reported if it is older than the resumed one', async () => {
    const experiment = await experimentOf(specification);
    await unfinished(experiment, other);
    const same = await unfinished(experiment);
    const chosen = await unfinished(experiment);
    const newer = await unfinished(experiment, other);
    const choice = await findResumableRun(experiment, { specification, engine });
    assert.equal(choice.run?.folder, chosen);
    const told = skipReasons(choice);
    assert.equal(told.length, 1);
    assert.ok(told[0].startsWith(`run ${path.basename(newer)}: `));
    const older = choice.passedOver.find(({ run }) => run.folder === same);
    assert.deepEqual(older?.obstacles, [
      { kind: 'older', text: `run ${path.basename(chosen)} is newer and is resumed first` },
    ]);
  });

  it('is named with at most four others; the rest are counted', async () => {
    const experiment = await experimentOf(specification);
    for (let n = 0; n < 8; n++) await unfinished(experiment, other);
    const told = skipReasons(await findResumableRun(experiment, { specification, engine }));
    assert.deepEqual([told.length, told.at(-1)], [6, '3 older ones']);
  });
});
