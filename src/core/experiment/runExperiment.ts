import type { Engine } from '../engine/engine';
import type { Specimen } from '../network/specimen';
import { throwIfStopped, type Pace } from '../stop';
import type { ExperimentContext, ExperimentData } from './context';
import type { ExperimentEvent } from './events';
import { LegRunner, type LegEvent, type LegExecutor, type LegTask } from './legs';
import { legEpochs, legName, planRun, planSeed, trainingLegOf, type Leg } from './plan';
import { drawRunNull } from './drawRunNull';
import { probeDataOf } from './probeData';
import type { Specification } from './specification';

/** Provides the data of an experiment; yields progress events while it generates data. */
export type DataSource = (pace: Pace) => AsyncGenerator<ExperimentEvent, ExperimentData>;

/** Results of an earlier, unfinished execution of the same run. */
export interface FinishedLegs {
  /** The leg's last specimen, if the leg is finished. */
  specimenOf(leg: Leg): Specimen | undefined;
}

/** An engine in other threads or another process, which also runs the legs. */
export interface RemoteEngine extends Pick<Engine, 'description'> {
  executor(context: ExperimentContext): LegExecutor;
}

/** Everything a run needs besides its specification. */
export interface RunOptions {
  readonly engine: Engine | RemoteEngine;
  readonly data: DataSource;
  readonly pace: Pace;
  readonly finished?: FinishedLegs;
}

/**
 * Runs an experiment: data, then for each seed its arms from their initial parameters, then every arm
 * pruned at every ratio and retrained. Reports everything as events and writes nothing.
 * @throws Stopped when the pace's signal is set
 * @throws LabError when data and specification do not fit, or training diverges
 */
export async function* runExperiment(
  specification: Specification,
  options: RunOptions,
): AsyncGenerator<ExperimentEvent, void> {
  for await (const event of eventsOf(specification, options)) {
    throwIfStopped(options.pace.signal);
    yield event;
  }
}

async function* eventsOf(
  specification: Specification,
  { engine, data: dataSource, pace, finished }: RunOptions,
): AsyncGenerator<ExperimentEvent, void> {
  const legs = planRun(specification);
  const done = legs.filter((leg) => finished?.specimenOf(leg));
  const isDone = new Set(done.map(legName));
  const epochsOf = (some: readonly Leg[]): number =>
    some.reduce((sum, leg) => sum + legEpochs(specification, leg), 0);
  yield {
    type: 'run-started',
    specification,
    engine: engine.description,
    legs,
    epochs: epochsOf(legs),
    epochsDone: epochsOf(done),
  };
  yield { type: 'stage-started', stage: 'data', seeds: specification.seeds };
  const { data, encoder, coefficients, report, warnings } = yield* dataSource(pace);
  yield { type: 'data-ready', report };
  for (const message of warnings) yield { type: 'warning', message };

  const probes = probeDataOf(specification, coefficients);
  const arithmetic = 'attribution' in engine ? engine.attribution : undefined;
  const nulls = await drawRunNull(specification, { encoder, probes, arithmetic }, pace);
  yield { type: 'null-drawn', nulls };
  const context = { specification, data, encoder, nulls, ...(probes && { probes }) };
  const runner = 'executor' in engine ? engine.executor(context) : new LegRunner(context, engine);
  for (const seeds of groupsOf(specification.seeds, runner.seedsAtOnce)) {
    const plans = seeds.map((seed) => planSeed(specification, seed));
    const trained = new Map<string, Specimen>();
    for (const leg of plans.flatMap((plan) => plan.training)) {
      const specimen = finished?.specimenOf(leg);
      if (specimen) trained.set(legName(leg), specimen);
    }
    for (const stage of ['training', 'retraining'] as const) {
      const tasks = plans
        .flatMap((plan) => plan[stage])
        .filter((leg) => !isDone.has(legName(leg)))
        .map((leg): LegTask => ({ leg, trained: trained.get(legName(trainingLegOf(leg))) }));
      if (tasks.length === 0) continue;
      yield { type: 'stage-started', stage, seeds };
      for await (const event of runner.run(tasks, pace)) {
        rememberSpecimen(trained, event);
        yield event;
      }
    }
  }
  yield { type: 'run-finished' };
}

function rememberSpecimen(specimens: Map<string, Specimen>, event: LegEvent): void {
  if (event.type !== 'checkpoint-ready') return;
  const { leg, specimen } = event.checkpoint;
  // Pruning legs start from the last checkpoint of a leg that trains from scratch.
  if (leg.requested === null) specimens.set(legName(leg), specimen);
}

function groupsOf<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < values.length; i += size) groups.push(values.slice(i, i + size));
  return groups;
}
