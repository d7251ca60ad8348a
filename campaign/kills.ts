import path from 'node:path';
import { below, timer, type Campaign } from './campaign';
import { copyOf, differences, makeExperiment, resultsOf, run } from './experiment';
import { lastWords } from './program';

/**
 * Kills the command line at random moments, again and again, until the run is finished: then it must have
 * the bytes of a run that nothing disturbed.
 */
export const kills: Campaign = {
  name: 'kills of the command line',
  async run({ folder, seconds, random }) {
    const isTime = timer(seconds);
    const origin = await makeExperiment(path.join(folder, 'origin'));
    const undisturbed = await copyOf(origin, path.join(folder, 'undisturbed'));
    const { code, milliseconds, ...said } = await run(undisturbed);
    if (code !== 0) return failed(`the undisturbed run ended with ${code}: ${lastWords(said)}`);
    const expected = await resultsOf(undisturbed);
    const failures: string[] = [];
    let [struck, finished, mostOfOne] = [0, 0, 0];
    while (finished === 0 || isTime()) {
      const experiment = await copyOf(origin, path.join(folder, `killed-${finished}`));
      let own = 0;
      for (;;) {
        // Less and less likely, so that the last execution comes to its end.
        const at =
          own >= 12 || (own > 0 && !isTime()) ? undefined : below(random, 1.1 * milliseconds);
        const ended = await run(experiment, { at, signal: 'SIGKILL' });
        if (ended.signal === 'SIGKILL' && !ended.hung) {
          own++;
          continue;
        }
        if (ended.hung) failures.push(`hung after ${own} kills: ${lastWords(ended)}`);
        else if (ended.code !== 0) failures.push(`code ${ended.code}: ${lastWords(ended)}`);
        break;
      }
      struck += own;
      mostOfOne = Math.max(mostOfOne, own);
      finished++;
      const other = differences(await resultsOf(experiment), expected);
      if (other.length > 0) failures.push(`other bytes after ${own} kills: ${other.join(', ')}`);
    }
    return {
      trials: finished,
      failures,
      figures: [
        `${struck} kills in ${finished} runs (at most ${mostOfOne} in one); every run ended with the bytes of an undisturbed one, unless a failure says otherwise`,
      ],
    };
  },
};

function failed(reason: string): Awaited<ReturnType<Campaign['run']>> {
  return { trials: 1, failures: [reason], figures: [] };
}
