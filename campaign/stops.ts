import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { EXIT } from '../src/cli/exitCodes';
import type { SpecificationInput } from '../src/core/experiment/specification';
import { below, timer, type Campaign } from './campaign';
import { makeExperiment, run } from './experiment';
import { lastWords, polysemanticity } from './program';

const BASE = {
  name: 'Worst',
  seeds: [0],
  features: { count: 16 },
  data: { samples: 2000, inputs: 8, mode: 'forward', autoencoder: { epochs: 2 } },
  specimen: { hidden: [64, 32] },
  training: { epochs: 50 },
  pruning: { ratios: [0.5], retraining: { epochs: 50 } },
} satisfies SpecificationInput;

/** Limit for a stop on an idle machine. */
const MOST_MS = 1000;

/** How many programs share a core, on average over the last minute; 1 where each has its own. */
function crowding(): number {
  return Math.max(1, loadavg()[0] / cpus().length);
}

/** Experiments whose single calls are long, each in another part of the work. */
const WORST: Readonly<Record<string, SpecificationInput>> = {
  'one batch of 14,000 in wide layers': {
    ...BASE,
    data: { ...BASE.data, samples: 20_000 },
    specimen: { hidden: [1500, 1500] },
    training: { epochs: 50, batchSize: 14_000 },
  },
  'integrated gradients of 10,000 steps': {
    ...BASE,
    features: { count: 64 },
    specimen: { hidden: [512, 256] },
    attribution: { method: 'integrated-gradients', rule: 'riemann_right', steps: 10_000 },
  },
  'inversion of many samples': {
    ...BASE,
    features: { count: 128 },
    data: { ...BASE.data, samples: 20_000, mode: 'inverted' },
  },
  'a wide autoencoder with one batch': {
    ...BASE,
    features: { count: 1500 },
    data: {
      samples: 8000,
      inputs: 500,
      mode: 'forward',
      autoencoder: { epochs: 20, batchSize: 8000 },
    },
  },
};

/** Stops runs at random moments by Ctrl-C, each with one thread: how long until the program has ended. */
export const stops: Campaign = {
  name: 'stops by Ctrl-C with one thread',
  async run({ folder, seconds, random }) {
    const isTime = timer(seconds);
    // A program cannot be stopped before its start.
    const { milliseconds: start } = await polysemanticity(['--version']);
    const longest = new Map<string, number>();
    let early = 0;
    const failures: string[] = [];
    let trials = 0;
    for (const names = Object.keys(WORST); isTime() || trials < names.length; trials++) {
      const name = names[trials % names.length];
      const experiment = await makeExperiment(path.join(folder, `stop-${trials}`), WORST[name]);
      const at = start + 500 + below(random, 2500);
      const ended = await run(experiment, { at, signal: 'SIGINT', patience: 60_000 });
      const taken = ended.milliseconds - at;
      if (ended.signal === 'SIGINT') {
        early++;
        continue;
      }
      longest.set(name, Math.max(longest.get(name) ?? 0, taken));
      if (ended.hung) failures.push(`${name}: hung after a stop at ${at} ms`);
      else if (ended.code !== EXIT.interrupted) {
        failures.push(`${name}: code ${ended.code} after a stop at ${at} ms: ${lastWords(ended)}`);
      } else if (taken > MOST_MS * crowding()) {
        failures.push(
          `${name}: ${taken.toFixed(0)} ms from a stop at ${at.toFixed(0)} ms to the end`,
        );
      }
    }
    const figures = [...longest].map(
      ([name, milliseconds]) => `${name}: the longest stop took ${milliseconds.toFixed(0)} ms`,
    );
    if (early > 0) figures.push(`${early} stops came before the program had begun`);
    return { trials, failures, figures };
  },
};
