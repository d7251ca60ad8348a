import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { MersenneTwister } from '../src/core/random/mersenneTwister';
import type { SpecificationInput } from '../src/core/experiment/specification';
import { legName, type Leg } from '../src/core/experiment/plan';
import { listRuns } from '../src/node/runStore/listRuns';
import { editFile, flipBit, startVictim, swapFiles } from '../test/node/runStore/faults';
import { below, oneOf, timer, type Campaign } from './campaign';
import { copyOf, differences, makeExperiment, resultsOf } from './experiment';

const CHILD = path.resolve(__dirname, 'damageChild.ts');

/** Many very short legs: most of a run is saving them. */
const MANY_LEGS = {
  name: 'Damaged',
  seeds: [1, 2, 3, 4],
  features: { count: 4 },
  data: { source: 'generated', samples: 60, inputs: 2, autoencoder: { epochs: 2 } },
  specimen: { hidden: [6, 4], dropoutTwin: 0.5 },
  training: { epochs: 5, batchSize: 8 },
  pruning: { ratios: [0.3], retraining: { epochs: 3 } },
  measures: { nullNeurons: 28 },
} satisfies SpecificationInput;

/** What the program says of its work, a line for each. */
interface Said {
  readonly note?: string;
  readonly leg?: Leg;
}

/**
 * Kills runs and damages what they saved, again and again: a flipped bit, two legs that changed places, an
 * edited row. Each damaged leg must be named and repeated, no other, and the run must end with the bytes of
 * an undisturbed one.
 */
export const damage: Campaign = {
  name: 'damage of saved legs',
  async run({ folder, seconds, random }) {
    const isTime = timer(seconds);
    const origin = await makeExperiment(path.join(folder, 'origin'), MANY_LEGS);
    const undisturbed = await copyOf(origin, path.join(folder, 'undisturbed'));
    await runFor(undisturbed, Infinity, 0);
    const expected = await resultsOf(undisturbed);
    const failures: string[] = [];
    let [trials, kills, damagedLegs] = [0, 0, 0];
    for (; trials === 0 || (isTime() && failures.length < 20); trials++) {
      const experiment = await copyOf(origin, path.join(folder, `damaged-${trials}`));
      for (let before: string[] = [], damaged: string[] = [], own = 0; ; own++) {
        const isEnough = own > 9 || (!isTime() && damagedLegs > 0);
        const legs = isEnough ? Infinity : 1 + below(random, 8);
        const said = await runFor(experiment, legs, below(random, 30));
        failures.push(...faultsIn(said, before, damaged));
        const runs = await listRuns(experiment);
        if (runs.length !== 1) failures.push(`there are ${runs.length} runs, not one`);
        if (runs.length === 0) break;
        const [run] = runs;
        if (run.state === 'finished') break;
        if (run.state !== 'unfinished' || failures.length >= 20) {
          failures.push(`after ${own} kills, the run is ${run.state}`);
          break;
        }
        kills++;
        before = await savedLegs(run.folder);
        damaged = await damageSome(run.folder, before, random);
        damagedLegs += damaged.length;
      }
      const other = differences(await resultsOf(experiment), expected);
      if (other.length > 0) failures.push(`other bytes: ${other.join(', ')}`);
    }
    const figures = [
      `${damagedLegs} legs damaged after ${kills} kills in ${trials} runs, each named, and no other repeated`,
    ];
    return { trials, failures, figures };
  },
};

/** Faults in the reaction of a run to a kill and damage. */
function faultsIn(
  said: readonly Said[],
  before: readonly string[],
  damaged: readonly string[],
): string[] {
  const begun = said.flatMap(({ leg }) => (leg ? [legName(leg)] : []));
  const notes = said.flatMap(({ note }) => note ?? []).join('; ');
  return [
    ...damaged
      .filter((leg) => !notes.includes(`${leg} is repeated`))
      .map((leg) => `${leg} was damaged, but was not named: ${notes}`),
    ...begun
      .filter((leg) => before.includes(leg) && !damaged.includes(leg))
      .map((leg) => `${leg} was saved and left alone, but was repeated`),
  ];
}

/** Runs it in a process that is killed some milliseconds after the start of so many legs. */
async function runFor(folder: string, legs: number, milliseconds: number): Promise<Said[]> {
  let striking: NodeJS.Timeout | undefined;
  const { ended } = startVictim(CHILD, [folder], (text, kill) => {
    if (text.split('"leg"').length > legs) striking ??= setTimeout(kill, milliseconds);
  });
  const text = await ended;
  clearTimeout(striking);
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Said);
}

async function savedLegs(run: string): Promise<string[]> {
  return (await readdir(path.join(run, 'legs')).catch((): string[] => []))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}

/** @returns the legs that this concerns; none where too little was saved */
async function damageSome(
  run: string,
  saved: readonly string[],
  random: MersenneTwister,
): Promise<string[]> {
  if (saved.length < 2) return [];
  const one = oneOf(random, saved);
  const other = oneOf(
    random,
    saved.filter((leg) => leg !== one),
  );
  const tensors = (leg: string): string => path.join(run, 'legs', `${leg}.safetensors`);
  switch (oneOf(random, ['a bit', 'places', 'a row', 'nothing'])) {
    case 'a bit': {
      const { size } = await stat(tensors(one));
      await flipBit(tensors(one), below(random, 8 * size));
      return [one];
    }
    case 'places':
      await swapFiles(tensors(one), tensors(other));
      return [one, other];
    case 'a row':
      await editFile(path.join(run, 'metrics.jsonl'), (text) => {
        const lines = text.split('\n');
        const own = lines.findIndex((line) => isRowOf(line, one));
        // Another digit than the one that is there.
        const digit = (_: string, was: string): string => `"testLoss":${(Number(was) + 7) % 10}`;
        lines[own] = lines[own].replace(/"testLoss":(\d)/, digit);
        return lines.join('\n');
      });
      return [one];
    default:
      return [];
  }
}

function isRowOf(line: string, leg: string): boolean {
  try {
    return legName(JSON.parse(line) as Leg) === leg;
  } catch {
    // The last line may be torn.
    return false;
  }
}
