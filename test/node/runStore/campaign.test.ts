import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { legName, type Leg } from '../../../src/core/experiment/plan';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { removeTemporaryFolders, results, temporaryFolder } from './workshop';

/** How long this goes on; more finds more. */
const SECONDS = Number(process.env.POLYSEMANTICITY_CAMPAIGN_SECONDS ?? 15);

const EXPERIMENT = {
  name: 'Killed',
  seeds: [1, 2, 3, 4],
  features: { count: 4 },
  data: { source: 'generated', samples: 60, inputs: 2, autoencoder: { epochs: 2 } },
  specimen: { hidden: [6, 4], dropoutTwin: 0.5 },
  training: { epochs: 5, batchSize: 8 },
  pruning: { ratios: [0.3], retraining: { epochs: 3 } },
  measures: { nullNeurons: 28 },
};

interface Said {
  readonly note?: string;
  readonly run?: string;
  readonly resumed?: boolean;
  readonly leg?: Leg;
  readonly finished?: boolean;
}

async function experiment(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(EXPERIMENT));
  return folder;
}

/** Runs it in a process of its own, which is killed some milliseconds after so many legs were begun. */
async function runFor(folder: string, legs: number, milliseconds: number): Promise<Said[]> {
  const script = path.resolve(__dirname, 'realRunProcess.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('"leg"').length <= legs) return;
    timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Said);
}

/** Damages something that a run has saved; says which legs that concerns, if anything was saved. */
async function damage(run: string, draw: (below: number) => number): Promise<string[]> {
  const legs = path.join(run, 'legs');
  const digests = (await readdir(legs)).filter((name) => name.endsWith('.json'));
  if (digests.length < 2) return [];
  const [one, other] = [draw(digests.length), 1 + draw(digests.length - 1)].map((n, i, [first]) =>
    digests[(i === 0 ? n : first + n) % digests.length].slice(0, -5),
  );
  const tensors = (leg: string): string => path.join(legs, `${leg}.safetensors`);
  switch (draw(4)) {
    case 0: {
      const bytes = await readFile(tensors(one));
      bytes[draw(bytes.length)] ^= 1 << draw(8);
      await writeFile(tensors(one), bytes);
      return [one];
    }
    case 1:
      await rename(tensors(one), `${tensors(one)}.away`);
      await rename(tensors(other), tensors(one));
      await rename(`${tensors(one)}.away`, tensors(other));
      return [one, other];
    case 2: {
      const file = path.join(run, 'metrics.jsonl');
      const lines = (await readFile(file, 'utf8')).split('\n');
      const own = lines.findIndex((line) => isRowOf(line, one));
      lines[own] = lines[own].replace(/"testLoss":\d/, '"testLoss":7');
      await writeFile(file, lines.join('\n'));
      return [one];
    }
    default:
      return [];
  }
}

function isRowOf(line: string, leg: string): boolean {
  if (line === '') return false;
  try {
    const { requested, ...row } = JSON.parse(line) as Leg & { requested: number | null };
    return legName(requested === null ? row : { ...row, requested }) === leg;
  } catch {
    return false;
  }
}

describe('real runs that are killed and damaged again and again', function () {
  this.timeout(SECONDS * 1000 + 240_000);
  after(removeTemporaryFolders);

  it('lose nothing, repeat no leg but those that are damaged, and end with the same bytes', async () => {
    let seed = Number(process.env.POLYSEMANTICITY_CAMPAIGN_SEED ?? 1);
    const draw = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      return Math.floor(((seed >>> 0) / 2 ** 32) * below);
    };
    const undisturbed = await experiment();
    await runFor(undisturbed, Infinity, 0);
    const expected = await results((await listRuns(undisturbed))[0].folder);
    const counts = { runs: 0, kills: 0, damagedLegs: 0 };
    for (const end = Date.now() + SECONDS * 1000; Date.now() < end || counts.runs === 0;) {
      const folder = await experiment();
      for (let before: string[] = [], damaged: string[] = []; ;) {
        const said = await runFor(folder, draw(8), draw(30));
        const begun = said.flatMap(({ leg }) => (leg ? [legName(leg)] : []));
        const notes = said.flatMap(({ note }) => note ?? []).join('\n');
        for (const leg of damaged)
          assert.ok(notes.includes(`${leg} is repeated`), `${leg}: ${notes}`);
        // What was saved, and was left alone, is not computed again.
        const lost = begun.filter((leg) => before.includes(leg) && !damaged.includes(leg));
        assert.deepEqual(lost, []);
        const [run, ...others] = await listRuns(folder);
        assert.deepEqual(others, []);
        if (run.state === 'finished') {
          assert.deepEqual(await results(run.folder), expected);
          break;
        }
        counts.kills++;
        assert.equal(run.state, 'unfinished');
        before = (await readdir(path.join(run.folder, 'legs')))
          .filter((name) => name.endsWith('.json'))
          .map((name) => name.slice(0, -5));
        damaged = await damage(run.folder, draw);
        counts.damagedLegs += damaged.length;
      }
      counts.runs++;
    }
    console.log(
      `      ${counts.runs} runs, ${counts.kills} kills, ${counts.damagedLegs} legs damaged`,
    );
    assert.ok(counts.kills > 0);
  });
});
