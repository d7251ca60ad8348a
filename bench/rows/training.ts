import { stream } from '../../src/core/random/streams';
import { uniform } from '../../src/core/random/torch';
import { ADAM_DEFAULTS } from '../../src/core/training/adam';
import {
  ARCHITECTURES,
  NONLINEAR0,
  NONLINEAR3,
  trainingFlops,
  widthsText,
  type Architecture,
} from '../architectures';
import { NOT_INSTALLED, onPytorch, type Bench } from '../bench';
import type { Arithmetic, Cell, Row, Section } from '../report';
import { SAME_BITS, type Tolerance } from '../timing/agreement';
import { hosted, concurrently, type Contender } from '../timing/contender';
import { race } from '../timing/race';
import { KERNELS } from '../work/engines';
import type { ProductJob, TrainJob } from '../work/job';

export const ONE_CORE = 'simd, one core';
export const ALL_CORES = 'simd, all cores';
const TWIN = 'twin';
const TENSORFLOW = 'tensorflow';
export const AS_USUAL = 'PyTorch as usual';
export const WITH_LOADER = 'PyTorch, DataLoader';
export const STACKED = 'PyTorch stacked';
/** PyTorch's columns, each timed with one thread and with one for each core; the better counts. */
const ALONE = ', one thread';
const TOGETHER = ', all cores';
const byThreads = (column: string): string[] => [column + ALONE, column + TOGETHER];
/** In the order of the table. */
export const COLUMNS = [
  ONE_CORE,
  ALL_CORES,
  ...KERNELS.map(({ title }) => title),
  TWIN,
  TENSORFLOW,
  ...[AS_USUAL, WITH_LOADER, STACKED].flatMap(byThreads),
];

const SEED = 42;
const POPULATIONS = [1, 26, 200];
/** Twenty steps of two epochs, of which the last of each is a smaller batch. */
const CHECK = { specimens: 2, samples: 600, epochs: 2 };
/** Sums in another order: after twenty steps of Adam float32 is off by some 1e-7, at times more. */
const ROUNDING: Tolerance = { measure: 'each', atMost: 1e-5 };
const BARE = 'bare product';
export const BARE_SIZE = 64;

/** Training steps of all architectures and populations. */
export async function trainingSection(bench: Bench): Promise<Section> {
  const architectures = bench.quick ? [NONLINEAR0, NONLINEAR3] : ARCHITECTURES;
  const populations = bench.quick ? POPULATIONS.slice(0, 2) : POPULATIONS;
  const rows: Row[] = [];
  for (const architecture of architectures) {
    for (const population of populations) {
      bench.log(`training: ${architecture.name}, ${population}`);
      rows.push(await trainingRow(bench, architecture, population));
    }
  }
  return {
    title: 'Training step',
    text: 'Milliseconds of one step (forward, backward, Adam) of one specimen: a batch of 64 of 7000 samples (NonLinear3: 8960). This project and PyTorch as usually written train the specimens of a population one after another; stacked PyTorch trains them all together.',
    columns: COLUMNS,
    rows,
  };
}

/** A training step of a population. */
export async function trainingRow(
  bench: Bench,
  architecture: Architecture,
  population: number,
): Promise<Row> {
  const { threads, cores } = bench;
  const job = trainJob(architecture, population);
  const contenders: Contender[] = [
    hosted(threads[0], job, { column: ONE_CORE, tolerance: SAME_BITS }),
    hosted(threads[0], BARE_PRODUCT, { column: BARE }),
  ];
  if (population > 1) {
    contenders.push(
      concurrently(
        threads,
        shares(job, cores),
        { column: ALL_CORES, tolerance: SAME_BITS },
        specimensOf,
      ),
    );
  } else {
    const alone = (program: string, column: string): Contender =>
      hosted(threads[0], { ...job, program }, { column, tolerance: SAME_BITS });
    contenders.push(
      alone('typescript', TWIN),
      ...KERNELS.map(({ program, title }) => alone(program, title)),
    );
  }
  contenders.push(
    hosted(
      bench.tensorflow,
      { ...job, program: 'tensorflow' },
      { column: TENSORFLOW, tolerance: ROUNDING },
    ),
    ...pytorch(bench, job, 'usual', AS_USUAL),
    ...pytorch(bench, job, 'stacked', STACKED),
  );
  if (architecture === NONLINEAR0 && population === 1) {
    contenders.push(...pytorch(bench, job, 'dataloader', WITH_LOADER));
  }
  const { [BARE]: bare, ...cells } = await race(contenders, bench.effort);
  for (const column of [AS_USUAL, WITH_LOADER, STACKED]) {
    const better = betterOf(byThreads(column).map((each) => cells[each] as Cell | undefined));
    if (better) cells[column] = better;
  }
  const { layout } = architecture;
  return {
    id: trainingId(architecture, population),
    name: `${architecture.name} (${widthsText(layout)}), ${population === 1 ? 'one specimen' : `population of ${population}`}`,
    unit: 'ms per step and specimen',
    cells: withReasons(cells, bench, population),
    ours: [ALL_CORES, ONE_CORE],
    agreement: `losses of the first steps of two epochs: simd on all cores and the twin bit for bit, the others within ${ROUNDING.atMost} of each`,
    arithmetic: arithmeticOf(cells[ONE_CORE], bare, trainingFlops(layout, architecture.batchSize)),
  };
}

function pytorch(bench: Bench, job: TrainJob, program: string, column: string): Contender[] {
  return onPytorch(bench, { ...job, program }, (threads) => ({
    column: column + (threads === 1 ? ALONE : TOGETHER),
    tolerance: ROUNDING,
  }));
}

function betterOf(cells: readonly (Cell | undefined)[]): Cell | undefined {
  const timed = cells.flatMap((cell) => (cell?.state === 'timed' ? [cell] : []));
  timed.sort((a, b) => a.ms.minimum - b.ms.minimum);
  return timed.at(0) ?? cells.find((cell) => cell !== undefined);
}

/** Key: row of the architecture and size of its population. */
export function trainingId({ name }: Architecture, population: number): string {
  return `training/${name}/${population}`;
}

/** Why cells are empty. */
function withReasons(
  cells: Record<string, Cell>,
  { python }: Bench,
  population: number,
): Record<string, Cell> {
  const missing = (reason: string): Cell => ({ state: 'missing', reason });
  const reasons: Record<string, Cell> = {};
  if (population === 1) reasons[ALL_CORES] = missing('one specimen runs on one core');
  else {
    for (const column of [TWIN, ...KERNELS.map(({ title }) => title)]) {
      reasons[column] = missing('as with one specimen');
    }
  }
  if (!python) {
    for (const column of [AS_USUAL, WITH_LOADER, STACKED].flatMap(byThreads)) {
      reasons[column] = missing(NOT_INSTALLED);
    }
  }
  return { ...reasons, ...cells };
}

/** The bare product of the SIMD kernel: both factors and the result stay in the first cache. */
export const BARE_PRODUCT: ProductJob = {
  kind: 'product',
  program: 'simd',
  rows: BARE_SIZE,
  inner: BARE_SIZE,
  columns: BARE_SIZE,
};

/** GFLOP/s of a cell, and of the bare product measured beside it. */
function arithmeticOf(
  cell: Cell | undefined,
  bare: Cell | undefined,
  flops: number,
): Arithmetic | undefined {
  if (cell?.state !== 'timed' || bare?.state !== 'timed') return undefined;
  return {
    gigaflops: flops / cell.ms.minimum / 1e6,
    peak: (2 * BARE_SIZE ** 3) / bare.ms.minimum / 1e6,
  };
}

/** Training a population on seeded random data. */
export function trainJob(
  { layout, samples, batchSize }: Architecture,
  population: number,
): TrainJob {
  const [inputDim] = layout.widths;
  const outputDim = layout.widths[layout.widths.length - 1];
  const source = stream(SEED, 'coefficients');
  const draw = (length: number): Float32Array =>
    Float32Array.from({ length }, () => uniform(source));
  return {
    kind: 'train',
    program: 'simd',
    layout,
    batchSize,
    optimizer: { kind: 'adam', ...ADAM_DEFAULTS, learningRate: 0.001 },
    seeds: Array.from({ length: population }, (_, s) => SEED + s),
    inputs: draw(samples * inputDim),
    targets: draw(samples * outputDim),
    check: CHECK,
  };
}

/** How much of a whole a share of it is. */
export function specimensOf({ seeds }: TrainJob): number {
  return seeds.length;
}

/** The job in as many parts as there are threads, as equal as can be. */
export function shares(job: TrainJob, count: number): TrainJob[] {
  const { seeds } = job;
  const bounds = Array.from({ length: count + 1 }, (_, i) =>
    Math.round((i * seeds.length) / count),
  );
  return Array.from({ length: count }, (_, i) => {
    const share = seeds.slice(bounds[i], bounds[i + 1]);
    // The first part checks the same specimens as the whole.
    const specimens = i === 0 ? job.check.specimens : 0;
    return { ...job, seeds: share, check: { ...job.check, specimens } };
  });
}
