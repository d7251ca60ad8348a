/*
 * Runs in a page: the view of trajectories as users see it, with as many lines as asked for, timed frame by
 * frame. Every line is in six charts: measure, loss, R² and three layers.
 */
import type { MetricsRow } from '../../src/core/experiment/metricsRow';
import { MetricsTable } from '../../src/core/experiment/metricsTable';
import { experimentSchema } from '../../src/core/experiment/specification';
import { MEASURES } from '../../src/core/measures/table';
import { MersenneTwister } from '../../src/core/random/mersenneTwister';
import { Trajectories } from '../../src/webviews/trajectories/mount';
import { found, settled, timed, type Frames } from './timing';

/** What is done in every frame. */
export type TrajectoryTimes = Record<'new rows' | 'new rows, means' | 'pointer', Frames>;

const RUN = '/bench/runs/1';
const LAYERS = 3;

async function measureTrajectories(
  { lines, points }: { readonly lines: number; readonly points: number },
  frames: number,
): Promise<TrajectoryTimes> {
  const source = MersenneTwister.fromSeed(1);
  const row = (seed: number, epoch: number): MetricsRow => rowOf(seed, epoch, source);
  const table = new MetricsTable(['relative', 'coverage']);
  for (let seed = 0; seed < lines; seed++) {
    for (let epoch = 0; epoch < points; epoch++) table.add(row(seed, epoch));
  }
  const target = document.createElement('div');
  document.body.replaceChildren(target);
  const mounted = async (seeds: 'each' | 'mean') => {
    const view = new Trajectories(
      target,
      {
        columns: (_, measures) => Promise.resolve(table.columns(measures)),
        save: () => Promise.resolve(undefined),
      },
      { state: { seeds } },
    );
    view.show({ runs: [describe(lines, points)] });
    const chart = await found<HTMLElement>('.chart.lines');
    await settled(10);
    return { view, chart };
  };
  const growing = async (seeds: 'each' | 'mean'): Promise<Frames> => {
    const { view } = await mounted(seeds);
    const times = await timed(frames, (i) => {
      const batch = new MetricsTable(['relative', 'coverage']);
      for (let seed = 0; seed < 5; seed++) batch.add(row(seed, points + i));
      view.append(RUN, batch.columns());
    });
    view.dispose();
    return times;
  };
  const each = await growing('each');
  const means = await growing('mean');
  const { view, chart } = await mounted('each');
  const { left, top } = chart.getBoundingClientRect();
  const pointer = await timed(frames, (i) => {
    const place = { clientX: left + 60 + 2 * (i % 100), clientY: top + 60 + (i % 80) };
    chart.dispatchEvent(new PointerEvent('pointermove', place));
  });
  view.dispose();
  return { 'new rows': each, 'new rows, means': means, pointer };
}

function rowOf(seed: number, epoch: number, source: MersenneTwister): MetricsRow {
  const noise = source.uint32() / 2 ** 32;
  const mean = 3 + seed / 100 + noise / 10;
  const layers = Array.from({ length: LAYERS }, (_, l) => mean + l);
  return {
    seed,
    arm: 'dense',
    phase: epoch === 0 ? 'initial' : 'training',
    epoch,
    requested: null,
    neuronRatio: 0,
    parameterRatio: 0,
    hidden: [64, 16, 16],
    parameters: 1730,
    trainLoss: null,
    testLoss: 1 / (1 + epoch) + noise / 100,
    r2: 1 - 1 / (1 + epoch),
    completenessError: 0,
    measures: Object.fromEntries(
      MEASURES.map(({ id }) => [id, { mean, layers, missing: 0, null: 3.4 }]),
    ) as unknown as MetricsRow['measures'],
  };
}

function describe(lines: number, points: number) {
  return {
    run: RUN,
    id: '1',
    experiment: '/bench',
    name: 'Bench',
    startedAt: '',
    state: 'running' as const,
    specification: experimentSchema.parse({
      name: 'Bench',
      seeds: Array.from({ length: lines }, (_, seed) => seed),
      features: { count: 16, hidden: [12, 4] },
      data: { inputs: 5 },
      specimen: { hidden: [64, 16, 16] },
      training: { epochs: 2 * points },
    }),
    engine: '',
    version: '',
  };
}

Object.assign(window, { measureTrajectories });
