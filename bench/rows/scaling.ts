import { layoutOf } from '../../src/core/network/layout';
import { NONLINEAR0, trainingFlops, type Architecture } from '../architectures';
import type { Bench } from '../bench';
import type { Growth, GrowthPoint } from '../report';
import { hosted, concurrently, type Contender } from '../timing/contender';
import { race, timeAmount } from '../timing/race';
import { fitPowerLaw, type Summary } from '../timing/statistics';
import { attributeJob, METHODS } from './attribution';
import { shares, specimensOf, trainJob } from './training';

const WIDTHS = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const SPECIMENS = [1, 3, 10, 30, 100, 300, 1000];
const FEATURES = [8, 16, 32, 64, 128, 256, 512];
/** Steps of the epoch that populations of different sizes are trained for. */
const STEPS = 20;
/** Steps of an epoch of wide networks. */
const WIDE_STEPS = 16;
/** Specimens for each core where workers are counted. */
const SPECIMENS_PER_CORE = 8;
const COLUMN = 'ours';

/** How cost grows with width, population, features and workers. */
export async function growths(bench: Bench): Promise<Growth[]> {
  return [
    await withWidth(bench),
    await withPopulation(bench),
    ...(await withFeatures(bench)),
    ...(await withWorkers(bench)),
  ];
}

async function withWidth(bench: Bench): Promise<Growth> {
  const points: GrowthPoint[] = [];
  for (const width of fewer(bench, WIDTHS)) {
    bench.log(`scaling: width ${width}`);
    const architecture: Architecture = {
      ...NONLINEAR0,
      samples: WIDE_STEPS * NONLINEAR0.batchSize,
      layout: layoutOf([10, width, width, 2], 'relu'),
    };
    // Steps alone: placing a network of 4096 units takes longer than a step of it.
    const job = {
      kind: 'phase',
      program: 'simd',
      train: trainJob(architecture, 1),
      until: 0,
    } as const;
    const ms = await time(bench, hosted(bench.threads[0], job, { column: COLUMN }));
    const flops = trainingFlops(architecture.layout, architecture.batchSize);
    points.push({ x: width, ms, gigaflops: flops / ms.minimum / 1e6 });
  }
  return growth('A training step of 10-w-w-2, one core', 'width w', 'ms per step', points);
}

async function withPopulation(bench: Bench): Promise<Growth> {
  const points: GrowthPoint[] = [];
  const architecture = { ...NONLINEAR0, samples: STEPS * NONLINEAR0.batchSize };
  for (const population of fewer(bench, SPECIMENS)) {
    bench.log(`scaling: ${population} specimens`);
    const workers = Math.min(bench.cores, population);
    const jobs = shares(trainJob(architecture, population), workers);
    const contender = concurrently(bench.threads, jobs, { column: COLUMN }, specimensOf);
    const ms = await timeAmount(contender, STEPS * population, bench.effort.rounds);
    points.push({ x: population, ms });
  }
  return growth(
    `An epoch of ${STEPS} steps of a population of NonLinear0, all cores`,
    'specimens',
    'ms per epoch of all',
    points,
  );
}

async function withFeatures(bench: Bench): Promise<Growth[]> {
  const found: Growth[] = [];
  for (const { name, method } of METHODS) {
    const points: GrowthPoint[] = [];
    for (const features of fewer(bench, FEATURES)) {
      bench.log(`scaling: ${features} features, ${name}`);
      const circuit = {
        name: `${features} features`,
        encoder: layoutOf([features, features / 2, 10], 'relu'),
        specimen: layoutOf([10, 128, 32, 2], 'relu'),
      };
      const job = { ...(await attributeJob(circuit, 1)), method };
      const ms = await time(bench, hosted(bench.threads[0], job, { column: COLUMN }));
      points.push({ x: features, ms });
    }
    found.push(
      growth(
        `Attribution of 10-128-32-2 by ${name}, encoder F-F/2-10, one core`,
        'features F',
        'ms per matrix',
        points,
      ),
    );
  }
  return found;
}

async function withWorkers(bench: Bench): Promise<Growth[]> {
  const { cores } = bench;
  if (cores < 2) return [];
  const counts = [...new Set([...powersOfTwo(cores), cores])];
  const points: GrowthPoint[] = [];
  const job = trainJob(NONLINEAR0, SPECIMENS_PER_CORE * cores);
  for (const workers of counts) {
    bench.log(`scaling: ${workers} workers`);
    const jobs = shares(job, workers);
    const contender = concurrently(bench.threads, jobs, { column: COLUMN }, specimensOf);
    points.push({ x: workers, ms: await time(bench, contender) });
  }
  return [
    growth(
      `A training step of NonLinear0, population of ${job.seeds.length}`,
      'workers',
      'ms per step and specimen',
      points,
    ),
  ];
}

async function time({ effort }: Bench, contender: Contender): Promise<Summary> {
  const { [COLUMN]: cell } = await race([contender], effort);
  if (cell.state !== 'timed') throw new Error('a single contender differs from nothing');
  return cell.ms;
}

/** Every second point, to be quick. */
function fewer({ quick }: Bench, values: readonly number[]): number[] {
  return values.filter((_, i) => !quick || i % 2 === 0);
}

function powersOfTwo(limit: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power <= limit; power *= 2) powers.push(power);
  return powers;
}

function growth(what: string, of: string, unit: string, points: readonly GrowthPoint[]): Growth {
  const law = fitPowerLaw(points.map(({ x, ms }) => ({ x, y: ms.minimum })));
  return { what, of, unit, points, law };
}
