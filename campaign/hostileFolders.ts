import { execFileSync } from 'node:child_process';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Campaign } from './campaign';
import { makeExperiment } from './experiment';
import { polysemanticity, lastWords, runNode } from './program';

const CHILD = path.resolve(__dirname, 'listRunsChild.ts');

/**
 * Lists the runs of an experiment whose run folders hold what no run writes: devices, pipes, links in
 * circles, files without end. The listing must end soon, with little memory, and name what is wrong.
 */
export const hostileFolders: Campaign = {
  name: 'hostile folders',
  async run({ folder }) {
    const experiment = await makeExperiment(path.join(folder, 'hostile'));
    const runs = path.join(experiment, 'runs');
    const kinds: Readonly<Record<string, (file: string) => Promise<void>>> = {
      'endless device': (file) => symlink('/dev/zero', file),
      'random device': (file) => symlink('/dev/urandom', file),
      pipe: (file) => Promise.resolve(void execFileSync('mkfifo', [file])),
      'link in a circle': (file) => symlink(path.basename(file), file),
      folder: async (file) => void (await mkdir(file)),
      'sparse file of 8 GiB': async (file) => {
        const handle = await open(file, 'w');
        await handle.truncate(8 * 2 ** 30);
        await handle.close();
      },
      'deep JSON': (file) => writeFile(file, '['.repeat(1_000_000)),
      'a line of 30 MB': (file) => writeFile(file, `{"a":"${'x'.repeat(30_000_000)}"}`),
      binary: (file) => writeFile(file, Buffer.alloc(100_000, 0xff)),
    };
    let made = 0;
    for (const name of ['run.json', 'started.json', 'metrics.jsonl', 'lock-1.json']) {
      for (const [kind, make] of Object.entries(kinds)) {
        const run = path.join(runs, `20260101-${String(made++).padStart(6, '0')} ${kind}`);
        await mkdir(run, { recursive: true });
        await make(path.join(run, name));
      }
    }
    const failures: string[] = [];
    const listed = await runNode(['--import', 'tsx', CHILD, experiment], { patience: 60_000 });
    if (listed.hung || listed.code !== 0) failures.push(`the listing: ${lastWords(listed)}`);
    const figures = [`${made} hostile run folders: ${listed.out.trim()}`];
    const shown = await polysemanticity(['show', experiment], { patience: 60_000 });
    if (shown.hung) failures.push('show hung');
    figures.push(`show ended with code ${shown.code} after ${shown.milliseconds.toFixed(0)} ms`);
    return { trials: made, failures, figures };
  },
};
