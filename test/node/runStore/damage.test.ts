import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { legName } from '../../../src/core/experiment/plan';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import { editFile, flipBit, swapFiles } from './faults';
import { ENGINE, roundRobin, specificationOf, syntheticRun } from './syntheticRun';
import {
  copyOf,
  experimentOf,
  finishedRun,
  recordUntil,
  removeTemporaryFolders,
  results,
  resumeToEnd,
  stoppedRun,
} from './fixtures';

const specification = specificationOf({ seeds: [1, 2] });

interface Outcome {
  readonly notes: readonly string[];
  /** Legs that were computed again. */
  readonly repeated: readonly string[];
  /** What run.json warns of in the end, beside what the legs themselves do. */
  readonly warnings: readonly { readonly message: string; readonly leg?: string }[];
}

/** Resumes a run and brings it to its end. */
async function goOn(folder: string): Promise<Outcome> {
  const notes: string[] = [];
  const repeated: string[] = [];
  const writer = await resumeRun(folder, (note) => notes.push(note));
  for (const event of syntheticRun(specification, writer.finished)) {
    if (event.type === 'leg-started') repeated.push(legName(event.leg));
    await writer.record(event);
  }
  await writer.close();
  const run = JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')) as Outcome;
  const warnings = run.warnings.filter(({ message }) => message.includes('is repeated'));
  return { notes, repeated, warnings };
}

const edit = (folder: string, name: string, change: (text: string) => string): Promise<void> =>
  editFile(path.join(folder, name), change);

const flip = (folder: string, name: string, bit: number): Promise<void> =>
  flipBit(path.join(folder, name), bit);

const swap = (folder: string, one: string, other: string): Promise<void> =>
  swapFiles(path.join(folder, 'legs', one), path.join(folder, 'legs', other));

/** As a version left it that kept no digests. */
async function withoutDigests(folder: string): Promise<void> {
  const legs = path.join(folder, 'legs');
  for (const name of await readdir(legs)) {
    if (name.endsWith('.json')) await rm(path.join(legs, name));
  }
  await edit(folder, 'started.json', (text) => text.replace(/,\s*"digests": "sha256"/, ''));
}

describe('a damaged leg', function () {
  this.timeout(60_000);
  /** Of a run that was stopped right before its end; legs were written in turns. */
  let all: string;
  let undisturbed: Record<string, string>;

  before(async () => {
    all = await stoppedRun(specification, ({ type }) => type === 'run-finished', roundRobin());
    undisturbed = await results(await finishedRun(specification));
  });
  after(removeTemporaryFolders);

  interface Case {
    readonly what: string;
    readonly damage: (folder: string) => Promise<void>;
    readonly note: RegExp;
    readonly legs?: readonly string[];
  }
  const row = /^\{"seed":1,"arm":"dense","phase":"training","epoch":1,.*$/m;
  const cases: readonly Case[] = [
    {
      what: 'a bit of a tensor is flipped',
      damage: async (folder) => {
        const { length } = await readFile(path.join(folder, 'legs/1-dense.safetensors'));
        await flip(folder, 'legs/1-dense.safetensors', (length - 3) * 8);
      },
      note: /^1-dense is repeated: legs.1-dense\.safetensors is not what was saved: its SHA-256 begins with [0-9a-f]{12}, not with [0-9a-f]{12}$/,
    },
    {
      what: 'a row was edited',
      damage: (folder) =>
        edit(folder, 'metrics.jsonl', (text) =>
          text.replace(row, (line) => line.replace(/"testLoss":0\.\d/, '"testLoss":0.77')),
        ),
      note: /^1-dense is repeated: its rows in metrics\.jsonl are not those that were saved$/,
    },
    {
      what: 'a row is missing',
      damage: (folder) => edit(folder, 'metrics.jsonl', (text) => text.replace(row, '')),
      note: /^1-dense is repeated: metrics\.jsonl has 2 of its 3 rows$/,
    },
    {
      what: 'a row claims to be of another leg',
      damage: (folder) =>
        edit(folder, 'metrics.jsonl', (text) =>
          text.replace(row, (line) => line.replace('"seed":1', '"seed":2')),
        ),
      note: /^1-dense is repeated: metrics\.jsonl has 2 of its 3 rows$/,
    },
    {
      what: 'its digest was edited',
      damage: (folder) =>
        edit(folder, 'legs/1-dense.json', (text) => text.replace(/"bytes": /, '"bytes": 1')),
      note: /^1-dense is repeated: legs.1-dense\.safetensors has \d+ bytes; \d+ were saved$/,
    },
    {
      what: 'its digest is no JSON',
      damage: (folder) => edit(folder, 'legs/1-dense.json', (text) => text.slice(0, 40)),
      note: /^1-dense is repeated: legs.1-dense\.json is damaged$/,
    },
    {
      what: 'its digest is missing',
      damage: (folder) => rm(path.join(folder, 'legs/1-dense.json')),
      note: /^1-dense is repeated: it was not saved to its end, legs.1-dense\.json is missing$/,
    },
    {
      what: 'its tensors are missing',
      damage: (folder) => rm(path.join(folder, 'legs/1-dense.safetensors')),
      note: /^1-dense is repeated: legs.1-dense\.safetensors is missing$/,
    },
    {
      what: 'two legs are swapped',
      damage: (folder) => swap(folder, '1-dense.safetensors', '2-dense.safetensors'),
      note: /^1-dense is repeated: legs.1-dense\.safetensors holds the leg 2-dense, not 1-dense$/,
      legs: ['1-dense', '2-dense'],
    },
    {
      what: 'two legs are swapped with their digests',
      damage: async (folder) => {
        await swap(folder, '1-dense.safetensors', '2-dense.safetensors');
        await swap(folder, '1-dense.json', '2-dense.json');
      },
      note: /^1-dense is repeated: legs.1-dense\.json belongs to leg 2-dense$/,
      legs: ['1-dense', '2-dense'],
    },
  ];
  for (const { what, damage, note, legs = ['1-dense'] } of cases) {
    it(`is named and repeated, and no other, where ${what}`, async () => {
      const folder = await copyOf(all);
      await damage(folder);
      const { notes, repeated, warnings } = await goOn(folder);
      assert.deepEqual(repeated, legs);
      assert.match(notes[0], note);
      // A row of another leg is one too many there, which is said as well.
      assert.ok(notes.length <= 2, notes.join());
      assert.deepEqual(await results(folder), undisturbed);
      if (what !== 'its digest is missing') {
        assert.deepEqual(warnings[0], { message: notes[0], leg: '1-dense' });
      }
    });
  }

  it('is not reported for a duplicate row, which is dropped', async () => {
    const folder = await copyOf(all);
    await edit(folder, 'metrics.jsonl', (text) => `${text}${text.split('\n')[0]}\n`);
    const { notes, repeated } = await goOn(folder);
    assert.deepEqual(repeated, []);
    assert.deepEqual(notes, [
      'metrics.jsonl has rows of 1-dense that were not saved; 1 is dropped',
    ]);
    assert.deepEqual(await results(folder), undisturbed);
  });

  it('is found wherever a bit is flipped', async () => {
    let seed = 7;
    const draw = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      return Math.floor(((seed >>> 0) / 2 ** 32) * below);
    };
    const names = (await readdir(path.join(all, 'legs'))).map((name) => `legs/${name}`);
    for (let n = 0; n < 40; n++) {
      const folder = await copyOf(all);
      const name = n % 2 === 0 ? 'metrics.jsonl' : names[draw(names.length)];
      const bytes = await readFile(path.join(folder, name));
      const bit = draw(8 * bytes.length);
      const at = `bit ${bit} of ${name}`;
      await flip(folder, name, bit);
      const { notes, repeated } = await goOn(folder);
      assert.deepEqual(await results(folder), undisturbed, at);
      // What is lost with a line's end are two rows.
      const most = name === 'metrics.jsonl' && bytes[bit >> 3] === 0x0a ? 2 : 1;
      assert.ok(repeated.length <= most, `${at}: ${repeated.join()}`);
      for (const leg of repeated)
        assert.ok(
          notes.some((note) => note.startsWith(`${leg} is`)),
          at,
        );
      // White space in a digest means nothing.
      if (!name.endsWith('.json')) assert.ok(repeated.length > 0, at);
      await rm(folder, { recursive: true });
    }
  });

  it('is found on merging, before anything is changed; then only this leg is repeated', async () => {
    const damages: readonly ((folder: string) => Promise<void>)[] = [
      (folder) => flip(folder, 'legs/2-dense-0.5.safetensors', 20_000),
      (folder) =>
        edit(folder, 'metrics.jsonl', (text) => text.replace(/"seed":2.*"requested":0\.5/, '$& ')),
    ];
    for (const damage of damages) {
      const writer = await startRun(await experimentOf(specification), specification, ENGINE);
      const events = [...syntheticRun(specification, undefined, roundRobin())];
      await recordUntil(writer, events, ({ type }) => type === 'run-finished');
      await damage(writer.folder);
      await assert.rejects(writer.record({ type: 'run-finished' }), {
        name: 'LabError',
        kind: 'invalid-input',
        message:
          /not all legs are as they were saved\. 2-dense-0\.5: .*\. Saved and safe: 5 of 6 legs\. See whether the disk is sound, then resume the run$/,
      });
      await writer.close();
      assert.ok(!(await readdir(writer.folder)).some((name) => name.endsWith('.tensors')));
      assert.deepEqual((await goOn(writer.folder)).repeated, ['2-dense-0.5']);
      assert.deepEqual(await results(writer.folder), undisturbed);
    }
  });

  it('is named by every resumption that dies before it is repeated', async () => {
    const folder = await copyOf(all);
    await flip(folder, 'legs/1-dense.safetensors', 9000);
    const notes: string[] = [];
    await (await resumeRun(folder, (note) => notes.push(note))).close();
    assert.match(notes.join(), /^1-dense is repeated/);
    const { repeated, warnings } = await goOn(folder);
    assert.deepEqual(repeated, ['1-dense']);
    assert.deepEqual(warnings, [{ message: notes[0], leg: '1-dense' }]);
  });

  it('cannot be detected in a run of an earlier version, which is resumed with a note', async () => {
    const folder = await copyOf(all);
    await withoutDigests(folder);
    const notes: string[] = [];
    await (await resumeRun(folder, (note) => notes.push(note))).close();
    assert.deepEqual(notes, [
      '6 legs were finished by a version that kept no digests: taken as found, every file whole and every row there',
    ]);
    // From now on it can be told.
    await flip(folder, 'legs/1-dense.safetensors', 9000);
    const { repeated, notes: then } = await goOn(folder);
    assert.deepEqual(repeated, ['1-dense']);
    assert.equal(then.length, 1);
    assert.deepEqual(await results(folder), undisturbed);
  });

  it('is found in a run of an earlier version if it is incomplete, or another leg', async () => {
    const folder = await copyOf(all);
    await withoutDigests(folder);
    await swap(folder, '1-dense-0.safetensors', '2-dense-0.safetensors');
    await edit(folder, 'legs/1-dense.safetensors', (text) => text.slice(0, -1));
    const { notes, repeated } = await goOn(folder);
    assert.deepEqual(repeated, ['1-dense', '1-dense-0', '2-dense-0']);
    assert.match(notes[0], /^1-dense is repeated: legs.1-dense\.safetensors is damaged: it has /);
    assert.match(
      notes[1],
      /^1-dense-0 is repeated: legs.* holds the leg 2-dense-0, not 1-dense-0$/,
    );
    assert.deepEqual(await results(folder), undisturbed);
  });

  it('is not reported in an intact run', async () => {
    const folder = await copyOf(all);
    assert.deepEqual(await goOn(folder), { notes: [], repeated: [], warnings: [] });
    await assert.rejects(resumeToEnd(folder, specification), /the run is finished/);
  });
});
