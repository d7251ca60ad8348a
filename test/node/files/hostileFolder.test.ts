import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import path from 'node:path';
import { finishedRun, removeTemporaryFolders } from '../runStore/fixtures';
import { specificationOf } from '../runStore/syntheticRun';
import { temporaryFolders } from '../temporaryFolder';

interface Indexed {
  readonly ms: number;
  readonly mib: number;
  readonly found: Readonly<
    Record<string, { readonly ms: number; readonly blocked: number; readonly said: string[] }>
  >;
}

/** A file of 10 GiB that takes no room. */
function sparse(file: string): void {
  writeFileSync(file, '');
  truncateSync(file, 10 * 2 ** 30);
}

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** What can be in the place of a file, by name. */
const FILES: Readonly<Record<string, (file: string) => void>> = {
  zero: (file) => symlinkSync('/dev/zero', file),
  random: (file) => symlinkSync('/dev/random', file),
  pipe: (file) => void execFileSync('mkfifo', [file]),
  circle: (file) => symlinkSync(path.basename(file), file),
  sparse,
  folder: (file) => mkdirSync(file),
  nested: (file) => writeFileSync(file, nested(600)),
  deep: (file) => writeFileSync(file, nested(500_000)),
  line: (file) => writeFileSync(file, 'x'.repeat(64 * 2 ** 20)),
  lists: (file) => writeFileSync(file, `{"format":1,"seeds":[${'[],'.repeat(4e6)}[]]}`),
  kernel: (file) => symlinkSync('/proc/kmsg', file),
};

const OF_RUNS = ['run.json', 'metrics.jsonl', 'attributions.safetensors', 'lock-1.json'];

describe('a malicious folder', () => {
  const space = temporaryFolders();
  after(removeTemporaryFolders);

  it('is listed in bounded time and memory before it is trusted', async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(120_000);
    const specification = specificationOf();
    const run = await finishedRun(specification);
    const root = path.join(space.folder, 'workspace');
    const experiment = (name: string): string => {
      const folder = path.join(root, name);
      mkdirSync(path.join(folder, 'runs'), { recursive: true });
      writeFileSync(path.join(folder, 'experiment.json'), JSON.stringify(specification));
      cpSync(run, path.join(folder, 'runs', '20260101-000000'), { recursive: true });
      return folder;
    };
    experiment('good');
    for (const [kind, make] of Object.entries(FILES)) {
      const own = experiment(`experiment ${kind}`);
      rmSync(path.join(own, 'experiment.json'));
      make(path.join(own, 'experiment.json'));
      for (const name of OF_RUNS) {
        const file = path.join(experiment(`${name} ${kind}`), 'runs', '20260101-000000', name);
        rmSync(file, { force: true });
        make(file);
      }
    }
    const runs = path.join(experiment('nested folders'), 'runs');
    mkdirSync(path.join(runs, ...Array<string>(900).fill('a')), { recursive: true });
    for (let i = 0; i < 5000; i++) mkdirSync(path.join(runs, String(i)));
    symlinkSync('..', path.join(runs, 'up'));
    // Every row of another seed: as many as there is patience for.
    const rows = path.join(experiment('many seeds'), 'runs', '20260101-000000', 'metrics.jsonl');
    const row = (seed: number): string =>
      `{"seed":${seed},"arm":"dense","phase":"training","epoch":1,"requested":null,"x":"${'x'.repeat(200)}"}\n`;
    for (let block = 0; block < 40; block++) {
      appendFileSync(rows, Array.from({ length: 10_000 }, (_, i) => row(block * 1e4 + i)).join(''));
    }

    const printed = execFileSync(
      process.execPath,
      ['--import', 'tsx', path.join(__dirname, 'indexing.ts'), root],
      { maxBuffer: 2 ** 26, timeout: 60_000 },
    );
    const { ms, mib, found } = JSON.parse(String(printed)) as Indexed;
    const [slowest] = Object.entries(found).sort(([, a], [, b]) => b.ms - a.ms);
    const [longest] = Object.entries(found).sort(([, a], [, b]) => b.blocked - a.blocked);
    const count = Object.keys(found).length;
    console.log(
      `      ${count} experiments in ${ms} ms, ${mib} MiB more; slowest: ${slowest[0]}, ${slowest[1].ms} ms; longest without a turn for others: ${longest[0]}, ${longest[1].blocked} ms`,
    );
    assert.deepEqual(found.good.said.slice(1), ['finished', 'ok', 'ok']);
    for (const [name, { said }] of Object.entries(found)) {
      for (const line of said) assert.ok(line.length < 2000, `${name}: ${line.slice(0, 200)}`);
    }
    assert.match(found['run.json zero'].said[1], /this is a device, not a file/);
    assert.match(found['metrics.jsonl pipe'].said[2], /this is a named pipe, not a file/);
    assert.match(found['experiment sparse'].said[0], /it has 10\.7 GB; of an experiment\.json/);
    assert.match(found['metrics.jsonl sparse'].said[2], /it has 10\.7 GB; of a table of metrics/);
    assert.match(found['many seeds'].said[2], /rows of more than 10000 seeds/);
    assert.ok(ms < 20_000, `${ms} ms`);
    // The processor's time of all threads, the collector's too.
    assert.ok(longest[1].blocked < 150, `${longest[0]}: ${longest[1].blocked} ms`);
    assert.ok(mib < 700, `${mib} MiB`);
  });
});
