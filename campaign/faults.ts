import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EXIT } from '../src/cli/exitCodes';
import { below, oneOf, timer, type Campaign } from './campaign';
import { copyOf, differences, makeExperiment, resultsOf, run } from './experiment';
import { lastWords } from './program';

/** What a file system says, and the words that users must find. */
const FAULTS = {
  ENOSPC: /the disk is full/,
  EDQUOT: /the disk quota is used up/,
  EROFS: /the file system is read-only/,
  EIO: /the disk has failed/,
} as const;

/**
 * Lets the disk refuse a random change, once or for good: the message must say what it said, and the run
 * must go on afterwards to the bytes of an undisturbed one.
 */
export const faults: Campaign = {
  name: 'faults of the disk',
  async run({ folder, seconds, random }) {
    const isTime = timer(seconds);
    const origin = await makeExperiment(path.join(folder, 'origin'));
    const undisturbed = await copyOf(origin, path.join(folder, 'undisturbed'));
    const count = path.join(folder, 'count');
    const preload = `--require ${JSON.stringify(path.resolve(__dirname, 'failingDisk.cjs'))}`;
    const failing = (environment: Record<string, string>): Record<string, string> => ({
      NODE_OPTIONS: preload,
      ...environment,
    });
    const dry = await run(undisturbed, {
      environment: failing({ FAIL_COUNT: count, FAIL_WITHIN: undisturbed }),
    });
    const changes = Number(await readFile(count, 'utf8').catch(() => '0'));
    const expected = await resultsOf(undisturbed);
    const failures: string[] = [];
    if (dry.code !== 0 || changes < 10) failures.push(`no run to disturb: ${lastWords(dry)}`);
    const tally = { told: 0, tolerated: 0 };
    let trials = 0;
    for (; trials === 0 || (isTime() && failures.length < 20); trials++) {
      const experiment = await copyOf(origin, path.join(folder, `faulty-${trials}`));
      const code = oneOf(random, Object.keys(FAULTS) as (keyof typeof FAULTS)[]);
      const at = 1 + below(random, changes);
      const forever = below(random, 2) === 1;
      const where = `${code} at change ${at} of ${changes}${forever ? ' and ever after' : ''}`;
      const ended = await run(experiment, {
        environment: failing({
          FAIL_AT: String(at),
          FAIL_CODE: code,
          FAIL_WITHIN: experiment,
          ...(forever ? { FAIL_FOREVER: '1' } : {}),
        }),
      });
      if (ended.hung) failures.push(`${where}: hung: ${lastWords(ended)}`);
      else if (ended.code === 0) tally.tolerated++;
      else if (ended.code === EXIT.storage && FAULTS[code].test(ended.err)) tally.told++;
      else failures.push(`${where}: code ${ended.code}: ${lastWords(ended)}`);
      const after = await run(experiment);
      if (after.code !== 0) failures.push(`${where}: then code ${after.code}: ${lastWords(after)}`);
      const other = differences(await resultsOf(experiment), expected);
      if (other.length > 0) failures.push(`${where}: then other bytes: ${other.join(', ')}`);
    }
    return {
      trials,
      failures,
      figures: [
        `${trials} faults among the ${changes} changes that a run makes: ${tally.told} ended the run with the reason, ${tally.tolerated} it did without`,
      ],
    };
  },
};
