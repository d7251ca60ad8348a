import path from 'node:path';
import type { Campaign } from '../campaign';
import { lastWords, runNode } from '../program';
import { HOSTILE } from './hostile';

const CHILD = path.resolve(__dirname, 'hostileChild.ts');

/** Gives parsers large inputs that were made to cost much, each in a fresh process. */
export const hostileInputs: Campaign = {
  name: 'large hostile inputs',
  async run() {
    const failures: string[] = [];
    const figures: string[] = [];
    for (const [index, { parser, title }] of HOSTILE.entries()) {
      const ended = await runNode(['--expose-gc', '--import', 'tsx', CHILD, String(index)], {
        patience: 60_000,
      });
      if (ended.hung || ended.code !== 0) {
        failures.push(`${parser}, ${title}: ${ended.hung ? 'hung' : lastWords(ended)}`);
      } else figures.push(`${parser}, ${title}: ${ended.out.trim()}`);
    }
    return { trials: HOSTILE.length, failures, figures };
  },
};
