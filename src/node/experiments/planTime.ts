import { availableParallelism } from 'node:os';
import type { Engine } from '../../core/engine/engine';
import type { ExperimentContext, ExperimentData } from '../../core/experiment/context';
import {
  legEpochs,
  legName,
  needsOf,
  planRun,
  stagesOf,
  type Leg,
} from '../../core/experiment/plan';
import { NULL_VERSION, type RunNull } from '../../core/experiment/runNull';
import { probeDataOf } from '../../core/experiment/probeData';
import { SeedCache, specimenLayout } from '../../core/experiment/seedData';
import { SpecimenMeter } from '../../core/experiment/specimenMeter';
import type { Specification } from '../../core/experiment/specification';
import { trainingSamples } from '../../core/experiment/split';
import { autoencoderLayout } from '../../core/data/autoencoder';
import { torchLinearInitialisation } from '../../core/network/initialise';
import { specimenOf } from '../../core/network/specimen';
import { normal } from '../../core/random/normal';
import { stream } from '../../core/random/streams';
import type { StopSignal } from '../../core/stop';
import { timeStep, workloadOf } from '../compute/crossover/workload';
import { dataSourceOf } from '../compute/data/dataSources';
import { fastestLocalEngine } from '../compute/localEngine';
import { nodePace } from '../files/eventLoop';
import type { Experiment } from './openExperiment';

/** Estimated duration of a run on this machine, without generating its data. */
export interface PlanTime {
  /** One step of training, measured with the unpruned specimen, in milliseconds. */
  readonly step: number;
  /** One measurement of the unpruned specimen after an epoch, in milliseconds. */
  readonly measurement: number;
  /** One at the ends of a leg, where dear probes are read too. */
  readonly measurementAtEnds: number;
  readonly threads: number;
  /** Milliseconds of the whole run: an upper estimate, since pruned networks take less. */
  readonly run: number;
}

/** Timing needs no level to compare with. */
const NO_NULL: RunNull = {
  version: NULL_VERSION,
  rows: 'pre-activation',
  readouts: 0,
  nets: 0,
  widths: [],
  measures: {},
};
/** A measurement is repeated for this time, at least twice, since the first are slow; the fastest counts. */
const BUDGET_MS = 1000;

/**
 * Times a few steps and measurements of an experiment's unpruned specimen in this thread. Generated data is
 * replaced by random numbers, since it may take long; imported data is read.
 * @throws LabError when imported data cannot be read
 */
export async function planTime(
  experiment: Experiment,
  { workers = availableParallelism(), signal }: { workers?: number; signal?: StopSignal } = {},
): Promise<PlanTime> {
  const { specification } = experiment;
  const { engine } = fastestLocalEngine(signal);
  try {
    const { data, encoder, coefficients } = await dataOf(experiment, engine, signal);
    const probes = probeDataOf(specification, coefficients);
    const context = { specification, data, encoder, nulls: NO_NULL, ...(probes && { probes }) };
    const workload = { ...workloadOf(specification), perSeed: 2, seeds: 1 };
    const widths = [data.inputDim, ...specification.specimen.hidden, data.outputDim];
    const step = await timeStep(engine, { ...workload, widths }, signal);
    const measurement = await timeMeasurement(context, engine, { all: false, signal });
    const measurementAtEnds = await timeMeasurement(context, engine, { all: true, signal });
    const steps = Math.ceil(
      trainingSamples(data.samples, specification.training.trainShare) / workload.batchSize,
    );
    const timeOf = (leg: Leg): number => {
      const epochs = legEpochs(specification, leg);
      const ends = Math.min(2, epochs + 1);
      return epochs * steps * step + (epochs + 1 - ends) * measurement + ends * measurementAtEnds;
    };
    const run = runTime(specification, timeOf, workers);
    return { step, measurement, measurementAtEnds, threads: workers, run };
  } finally {
    engine.dispose();
  }
}

/** The work shared by the threads, but at least the longest chain of legs that wait for each other. */
function runTime(
  specification: Specification,
  timeOf: (leg: Leg) => number,
  threads: number,
): number {
  const legs = planRun(specification);
  const ends = new Map<string, number>();
  let work = 0;
  for (const leg of stagesOf(specification, legs).flat()) {
    const { trained, rewound, widths } = needsOf(specification, leg);
    const starts = [trained, rewound?.leg, widths].map(
      (needed) => (needed && ends.get(legName(needed))) ?? 0,
    );
    const time = timeOf(leg);
    work += time;
    ends.set(legName(leg), Math.max(...starts) + time);
  }
  return Math.max(work / threads, ...ends.values());
}

async function timeMeasurement(
  context: ExperimentContext,
  engine: Engine,
  { all, signal }: { readonly all: boolean; readonly signal?: StopSignal },
): Promise<number> {
  const { draws, test } = new SeedCache(context).of(context.specification.seeds[0]);
  const meter = new SpecimenMeter(context, engine);
  const net = specimenOf(specimenLayout(context), draws.initialParameters);
  let fastest = Infinity;
  const begun = performance.now();
  for (let i = 0; i < 2 || performance.now() - begun < BUDGET_MS; i++) {
    const start = performance.now();
    await meter.read(net, test, nodePace(signal), { keep: false, all });
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

async function dataOf(
  experiment: Experiment,
  engine: Engine,
  signal: StopSignal | undefined,
): Promise<Pick<ExperimentData, 'data' | 'encoder' | 'coefficients'>> {
  const { data: given, features } = experiment.specification;
  if (given.source === 'imported') {
    const events = dataSourceOf(experiment, engine, { readOnly: true })(nodePace(signal));
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
    }
  }
  const { samples, inputs, outputs } = given;
  const source = stream(0, 'coefficients');
  const random = (length: number): Float32Array =>
    Float32Array.from({ length }, () => normal(source));
  const data = {
    samples,
    inputDim: inputs,
    outputDim: outputs,
    inputs: random(samples * inputs),
    targets: random(samples * outputs),
  };
  const count = features?.count ?? 1;
  const coefficients = { samples, features: count, values: random(samples * count) };
  const { widths, activations } = autoencoderLayout({
    features: count,
    inputDim: inputs,
    activation: features?.activation ?? 'relu',
  });
  const layout = { widths: widths.slice(0, 3), activations: activations.slice(0, 1) };
  const parameters = torchLinearInitialisation(layout, stream(0, 'autoencoder', 'initialisation'));
  return { data, encoder: { layout, parameters }, coefficients };
}
