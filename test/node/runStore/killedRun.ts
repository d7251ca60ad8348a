import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import { ENGINE, roundRobin, specificationOf, syntheticRun } from './syntheticRun';
import { experimentOf } from './fixtures';

export const KILLED_SPECIFICATION = specificationOf({ seeds: [1, 2, 3] });

/**
 * Writes a run until so many legs are finished, says so, goes on with the next event, and then waits
 * to be killed.
 */
async function main(legs: number, folder: string, run?: string): Promise<void> {
  const experiment = await experimentOf(KILLED_SPECIFICATION, folder);
  const writer = run
    ? await resumeRun(run)
    : await startRun(experiment, KILLED_SPECIFICATION, ENGINE);
  let finished = 0;
  for (const event of syntheticRun(KILLED_SPECIFICATION, writer.finished, roundRobin())) {
    if (finished === legs) process.stdout.write('ready\n');
    await writer.record(event);
    if (finished === legs) break;
    if (event.type === 'leg-finished') finished++;
  }
  setInterval(() => undefined, 1000);
}

if (require.main === module) void main(Number(process.argv[2]), process.argv[3], process.argv[4]);
