import path from 'node:path';
import { LabError } from '../src/core/errors';
import { EngineClient } from '../src/node/compute/engineServer/engineClient';
import { below, timer, type Campaign } from './campaign';
import { copyOf, differences, makeExperiment, resultsOf } from './experiment';

/**
 * Kills the engine's process of the editor at random moments while it runs an experiment: the client must
 * say that it died, and the run must go on in the next process, to the bytes of an undisturbed one.
 */
export const engineKills: Campaign = {
  name: "kills of the engine's process",
  async run({ folder, seconds, random }) {
    const isTime = timer(seconds);
    const origin = await makeExperiment(path.join(folder, 'origin'));
    const undisturbed = await copyOf(origin, path.join(folder, 'undisturbed'));
    const client = new EngineClient();
    const failures: string[] = [];
    let [struck, finished] = [0, 0];
    /** Runs an experiment. @returns why it ended early, undefined where it is finished */
    const run = async (experiment: string, at?: number): Promise<Error | undefined> => {
      const killing =
        at === undefined
          ? undefined
          : setTimeout(() => client.pid !== undefined && process.kill(client.pid, 'SIGKILL'), at);
      try {
        const params = { experiment, engine: 'simd', workers: 1, keep: 'specification' } as const;
        await client.run(params, { events: () => undefined }, new AbortController().signal);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error : new Error('no error was thrown');
      } finally {
        clearTimeout(killing);
      }
    };
    try {
      const began = performance.now();
      const problem = await run(undisturbed);
      if (problem !== undefined) failures.push(`the undisturbed run: ${problem.message}`);
      const milliseconds = performance.now() - began;
      const expected = await resultsOf(undisturbed);
      while (finished === 0 || (isTime() && failures.length < 20)) {
        const experiment = await copyOf(origin, path.join(folder, `killed-${finished}`));
        for (let own = 0; ; own++) {
          const at =
            own >= 8 || (own > 0 && !isTime()) ? undefined : below(random, 1.1 * milliseconds);
          const error = await run(experiment, at);
          if (error === undefined) break;
          struck++;
          if (error instanceof LabError && error.kind === 'worker') continue;
          failures.push(`after ${own} kills: ${error.message}`);
          break;
        }
        finished++;
        const other = differences(await resultsOf(experiment), expected);
        if (other.length > 0) failures.push(`other bytes: ${other.join(', ')}`);
      }
    } finally {
      await client.dispose();
    }
    return {
      trials: finished,
      failures,
      figures: [`${struck} kills in ${finished} runs, every one told as a death of the process`],
    };
  },
};
