import type { Engine } from '../engine/engine';
import type { Specimen } from '../network/specimen';
import { throwIfStopped, type Pace } from '../stop';
import type { ExperimentData } from './context';
import type { ExperimentEvent } from './events';
import { LegRunner, type LegEvent, type LegTask } from './legs';
import { legEpochs, legName, planRun, planSeed, type Leg } from './plan';
import type { Specification } from './specification';

/** Where an experiment's data comes from; tells of its progress while it makes it. */
export type DataSource = (pace: Pace) => AsyncGenerator<ExperimentEvent, ExperimentData>;

/** What an earlier, unfinished execution of the same run left behind. */
export interface FinishedLegs {
  /** The leg's last specimen, if the leg is finished. */
  specimenOf(leg: Leg): Specimen | undefined;
}

/** What a run needs beside its specification. */
export interface RunOptions {
  readonly engine: Engine;
  readonly data: DataSource;
  readonly pace: Pace;
  readonly finished?: FinishedLegs;
}

/**
 * Runs an experiment: data, then for each seed its arms from their initial parameters, then every arm
 * pruned at every ratio and retrained. Everything it does is told in events; it writes nothing.
 * @throws Stopped when the pace's signal is set
 * @throws LabError when data and specification do not fit, or training diverges
 */
export async function* runExperiment(
  specification: Specification,
  { engine, data: dataSource, pace, finished }: RunOptions,
): AsyncGenerator<ExperimentEvent, void> {
  const legs = planRun(specification);
  const done = legs.filter((leg) => finished?.specimenOf(leg));
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
  const { data, encoder, report, warnings } = yield* dataSource(pace);
  yield { type: 'data-ready', report };
  for (const message of warnings) yield { type: 'warning', message };

  const runner = new LegRunner({ specification, data, encoder }, engine);
  for (const seeds of groupsOf(specification.seeds, engine.seedsAtOnce)) {
    const plans = seeds.map((seed) => planSeed(specification, seed));
    const trained = new Map<string, Specimen>();
    for (const stage of ['training', 'retraining'] as const) {
      throwIfStopped(pace.signal);
      const tasks: LegTask[] = [];
      for (const leg of plans.flatMap((plan) => plan[stage])) {
        const specimen = finished?.specimenOf(leg);
        if (specimen) trained.set(legName(leg), specimen);
        else tasks.push({ leg, trained: trained.get(legName({ seed: leg.seed, arm: leg.arm })) });
      }
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
  // Of a leg that trains from scratch the last checkpoint is what the pruning legs start from.
  if (leg.requested === undefined) specimens.set(legName(leg), specimen);
}

function groupsOf<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < values.length; i += size) groups.push(values.slice(i, i + size));
  return groups;
}
