import { writeSync } from 'node:fs';
import { executeRun } from '../src/node/compute/execute';
import { openExperiment } from '../src/node/experiments/openExperiment';

/** Runs an experiment as the command line does; says each note, that it began, and each leg that it computes. */
async function main(folder: string): Promise<void> {
  const say = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`);
  const events = executeRun(await openExperiment(folder), {
    engine: 'typescript',
    workers: 1,
    onNote: (note) => say({ note }),
    onRunFolder: (run, resumed) => say({ run, resumed }),
  });
  for await (const event of events) {
    if (event.type === 'leg-started') say({ leg: event.leg });
  }
  say({ finished: true });
}

if (require.main === module) void main(process.argv[2]);
