// npm run campaign: attacks the lab for a while, and reports failures.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { MersenneTwister } from '../src/core/random/mersenneTwister';
import type { Campaign } from './campaign';
import { damage } from './damage';
import { engineKills } from './engineKills';
import { faults } from './faults';
import { fuzzing } from './fuzz/fuzzing';
import { hostileFolders } from './hostileFolders';
import { hostileInputs } from './fuzz/hostileInputs';
import { kills } from './kills';
import { stops } from './stops';

/** By the names that --only takes, with each one's share of the time. */
const CAMPAIGNS: Readonly<Record<string, { readonly share: number; readonly campaign: Campaign }>> =
  {
    kills: { share: 3, campaign: kills },
    damage: { share: 2, campaign: damage },
    engine: { share: 2, campaign: engineKills },
    faults: { share: 3, campaign: faults },
    fuzz: { share: 4, campaign: fuzzing },
    inputs: { share: 2, campaign: hostileInputs },
    stops: { share: 4, campaign: stops },
    folders: { share: 1, campaign: hostileFolders },
  };
const NAMES = Object.keys(CAMPAIGNS);

interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly only?: readonly string[];
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('a number above 0.');
  return value;
}

function chosen(text: string): string[] {
  return text.split(',').map((name) => {
    if (!NAMES.includes(name.trim()))
      throw new InvalidArgumentError(`choose from ${NAMES.join(', ')}.`);
    return name.trim();
  });
}

async function main({ seconds, seed, only = NAMES }: Options): Promise<void> {
  const whole = only.reduce((sum, name) => sum + CAMPAIGNS[name].share, 0);
  let [passed, failed] = [0, 0];
  for (const name of only) {
    const { share, campaign } = CAMPAIGNS[name];
    const folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-campaign-'));
    const began = performance.now();
    try {
      const random = MersenneTwister.fromKey([seed, NAMES.indexOf(name)]);
      const found = await campaign.run({ folder, seconds: (seconds * share) / whole, random });
      const { trials, failures, figures } = found;
      const took = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`\n${campaign.name}: ${trials} trials in ${took} s, ${failures.length} failures`);
      for (const figure of figures) console.log(`  ${figure}`);
      for (const failure of failures) console.log(`  FAILURE ${failure}`);
      if (failures.length === 0 && trials > 0) passed++;
      else failed++;
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

void new Command('npm run campaign --')
  .description(
    'Kills, damage, faults of the disk, fuzzed and hostile inputs, stops: tells what held and the figures.',
  )
  .option('--seconds <count>', 'time for all of it', positive, 300)
  .option('--seed <number>', 'another seed tries other things', Number, 1)
  .option('--only <list>', `of ${NAMES.join(', ')}`, chosen)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = 1;
  });
