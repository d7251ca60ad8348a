import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { readRunHeader, writeFinished, type FinishedRun } from '../../../src/node/runStore/header';
import { temporaryFolders } from '../temporaryFolder';
import { specificationOf } from './syntheticRun';
import { finishedRun, removeTemporaryFolders } from './fixtures';

type Json = Readonly<Record<string, unknown>>;

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const fields = (count: number, value: unknown): Json =>
  Object.fromEntries(many(count, (i) => [`field ${i}`, value]));

/** As large as what is parsed may be, and how it is refused. */
const CASES: Readonly<Record<string, { make: (run: Json) => unknown; said?: RegExp }>> = {
  'lists for seeds': {
    make: (run) => ({ ...run, seeds: many(58_000, () => []) }),
    said: /seeds\[0\]/,
  },
  'words for seeds': {
    make: (run) => ({ ...run, seeds: many(58_000, () => 'x') }),
    said: /seeds\[0\]/,
  },
  'a wrong seed at last': {
    make: (run) => ({ ...run, seeds: [...many(50_000, (i) => i), ...many(8000, () => 'x')] }),
    said: /seeds\[50000\]/,
  },
  'too many seeds': {
    make: (run) => ({
      ...run,
      specification: { ...(run.specification as Json), seeds: many(58_000, (i) => i) },
    }),
    said: /specification\.seeds: .*10000 entries/,
  },
  warnings: { make: (run) => ({ ...run, warnings: many(28_000, (i) => ({ message: `${i}` })) }) },
  'empty warnings': {
    make: (run) => ({ ...run, warnings: many(58_000, () => ({})) }),
    said: /warnings\[0\]/,
  },
  files: {
    make: (run) => ({ ...run, files: fields(28_000, { a: 1 }) }),
    said: /has \d+ fields; at most 100 are allowed/,
  },
  'fields of the specification': {
    make: (run) => ({
      ...run,
      specification: { ...(run.specification as Json), ...fields(58_000, 1) },
    }),
    said: /has \d+ fields; at most 100 are allowed/,
  },
  'fields of the whole': {
    make: (run) => ({ ...run, ...fields(58_000, 1) }),
    said: /has \d+ fields; at most 100 are allowed/,
  },
  'more values than are parsed': {
    make: (run) => ({ ...run, seeds: many(200_000, () => 0) }),
    said: /more than 60000 values/,
  },
  'a long text': { make: (run) => ({ ...run, more: 'x'.repeat(4.9e6) }) },
  'more than is read': {
    make: (run) => ({ ...run, more: 'x'.repeat(9e6) }),
    said: /at most 5 MB/,
  },
};

describe('the header of a run from elsewhere', () => {
  const space = temporaryFolders();
  let good: Json;
  before(async () => {
    const folder = await finishedRun(specificationOf());
    good = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as Json;
  });
  after(removeTemporaryFolders);

  it('is written with as many warnings as can be read again, and says how many are left out', async () => {
    const folder = path.join(space.folder, 'warned');
    mkdirSync(folder);
    const finished = good as unknown as FinishedRun;
    for (const [count, length, kept] of [
      [1000, 10, 1000],
      [20_000, 10, 1000],
      [5000, 9000, 116],
      [2, 5e6, 0],
    ] as const) {
      const warnings = many(count, (i) => ({ message: `${i}`.padEnd(length), leg: '1-dense' }));
      await writeFinished(folder, { ...finished, warnings });
      const read = (await readRunHeader(folder))?.run.warnings;
      assert.deepEqual(read?.slice(0, kept), warnings.slice(0, kept));
      const [more, ...others] = read?.slice(kept) ?? [];
      assert.equal(others.length, 0);
      if (kept === count) assert.equal(more, undefined);
      else assert.match(more.message, new RegExp(`^left out: ${count - kept} more warnings?; `));
    }
  });

  for (const [name, { make, said }] of Object.entries(CASES)) {
    it(`takes no time to refuse or read: ${name}`, async () => {
      const folder = path.join(space.folder, name);
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'run.json'), JSON.stringify(make(good)));
      const before = process.cpuUsage();
      const read = await readRunHeader(folder).catch((error: unknown) => error);
      const { user } = process.cpuUsage(before);
      if (said) {
        assert.ok(read instanceof LabError);
        assert.match(read.message, said);
      } else assert.equal((read as { state?: string }).state, 'finished');
      // Of all threads, with what the collector does; on an idle machine, at most 60 ms.
      assert.ok(user < 250_000, `${user / 1000} ms`);
    });
  }
});
