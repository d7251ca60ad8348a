import { cpus } from 'node:os';
import path from 'node:path';
import { timer, type Campaign } from '../campaign';
import { lastWords, runNode } from '../program';
import type { Fuzzed } from './fuzzChild';
import { PARSERS } from './parsers';

const CHILD = path.resolve(__dirname, 'fuzzChild.ts');

/** Fuzzes every parser in its own process, one process per core at a time. */
export const fuzzing: Campaign = {
  name: 'fuzzed inputs',
  async run({ seconds, random }) {
    const names = Object.keys(PARSERS);
    const lanes = Math.max(1, cpus().length);
    const each = Math.max(1, (seconds * lanes) / names.length - 1);
    const failures: string[] = [];
    const figures: string[] = [];
    let trials = 0;
    const queue = names.map((name) => ({ name, seed: random.uint32() }));
    const isTime = timer(10 * seconds + 60);
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        for (let next = queue.shift(); next && isTime(); next = queue.shift()) {
          const { name, seed } = next;
          const ended = await runNode(
            ['--expose-gc', '--import', 'tsx', CHILD, name, String(each), String(seed)],
            { patience: 1000 * (each + 60) },
          );
          if (ended.code !== 0 || ended.hung) {
            failures.push(`${name}, seed ${seed}: ${ended.hung ? 'hung' : lastWords(ended)}`);
            continue;
          }
          const { inputs, faults, slowest, peakMegabytes, largestKilobytes, multiple } = JSON.parse(
            ended.out,
          ) as Fuzzed;
          trials += inputs;
          failures.push(...faults.map((fault) => `${name}, seed ${seed}: ${fault}`));
          figures.push(
            `${name}: ${inputs} inputs of up to ${largestKilobytes} kB, slowest ${slowest.toFixed(1)} ms, peak ${peakMegabytes.toFixed(0)} MB above the start, ${multiple.toFixed(1)} times the input at most`,
          );
        }
      }),
    );
    return { trials, failures, figures: figures.sort() };
  },
};
