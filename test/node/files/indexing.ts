import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseSpecification } from '../../../src/core/experiment/parse';
import { readExperimentText } from '../../../src/node/code/experimentText';
import { readRunResult } from '../../../src/node/code/runResult';
import { FILE_KINDS } from '../../../src/node/files/fileKinds';
import { readText } from '../../../src/node/files/files';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { readRun } from '../../../src/node/runStore/readRun';

/*
 * A process that looks at every experiment in a folder as the extension does before any trust: its text, its
 * runs, their figures and their matrices. Prints what it came to as JSON.
 */

const attempt = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

async function look(folder: string): Promise<string[]> {
  const file = path.join(folder, 'experiment.json');
  const found = [
    await attempt(async () => {
      const text = await readText(file, FILE_KINDS.experiment);
      readExperimentText(text);
      parseSpecification(text, file);
    }),
  ];
  for (const run of await listRuns(folder).catch(() => [])) {
    found.push(run.state === 'damaged' ? run.reason : run.state);
    found.push(await attempt(() => readRunResult(run.folder)));
    found.push(await attempt(async () => (await readRun(run.folder)).checkpoints()));
  }
  return found;
}

/** Tells the longest time that others had to wait, by the processor's clock: another program is not meant. */
function watchBlocks(): () => number {
  let [longest, last] = [0, process.cpuUsage()];
  const look = (): void => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
  };
  setInterval(look, 1).unref();
  return () => {
    look();
    const found = Math.round(longest);
    longest = 0;
    return found;
  };
}

async function main(): Promise<void> {
  const [root] = process.argv.slice(2);
  // What looking costs once, with a folder that is as it should be.
  await look(path.join(root, 'good'));
  const blocked = watchBlocks();
  const before = process.resourceUsage().maxRSS;
  const found: Record<string, { ms: number; blocked: number; said: readonly string[] }> = {};
  const began = performance.now();
  for (const name of await readdir(root)) {
    const since = performance.now();
    const said = await look(path.join(root, name));
    found[name] = { ms: Math.round(performance.now() - since), blocked: blocked(), said };
  }
  const ms = Math.round(performance.now() - began);
  const mib = Math.round((process.resourceUsage().maxRSS - before) / 1024);
  process.stdout.write(JSON.stringify({ ms, mib, found }));
}

void main();
