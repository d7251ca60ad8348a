import type { Engine } from '../engine/engine';
import { hiddenWidths } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { throwIfStopped, type Pace } from '../stop';
import type { ExperimentContext, ExperimentData } from './context';
import type { ExperimentEvent, Stage } from './events';
import { LegRunner, type LegEvent, type LegExecutor, type LegTask } from './legs';
import { isLast, isRewindPoint } from './keep';
import { legEpochs, legName, needsOf, planRun, planSeed, stagesOf, type Leg } from './plan';
import { drawRunNull } from './drawRunNull';
import { probeDataOf } from './probeData';
import type { Specification } from './specification';

/** Provides the data of an experiment; yields progress events while it generates data. */
export type DataSource = (pace: Pace) => AsyncGenerator<ExperimentEvent, ExperimentData>;

/** Results of an earlier, unfinished execution of the same run. */
export interface FinishedLegs {
  /** The leg's last specimen, or that of an epoch to which arms rewind, if the leg is finished. */
  specimenOf(leg: Leg, epoch?: number): Specimen | undefined;
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
  const together = seedsTogether(specification, runner.seedsAtOnce);
  for (const seeds of groupsOf(specification.seeds, together)) {
    const legs = seeds.flatMap((seed) => {
      const { training, retraining } = planSeed(specification, seed);
      return [...training, ...retraining];
    });
    const specimens = new Specimens(specification, legs, finished);
    let stage: Stage | undefined;
    for (const group of stagesOf(specification, legs)) {
      const tasks = group
        .filter((leg) => !isDone.has(legName(leg)))
        .map((leg) => specimens.taskOf(leg));
      if (tasks.length === 0) continue;
      const next = group[0].requested === null ? 'training' : 'retraining';
      if (next !== stage) yield { type: 'stage-started', stage: (stage = next), seeds };
      for await (const event of runner.run(tasks, pace)) {
        specimens.keep(event);
        yield event;
      }
    }
  }
  yield { type: 'run-finished' };
}

/** Arms wait for each other, so that more seeds together keep all workers busy. */
const SEEDS_WITH_ARMS = 8;

function seedsTogether({ arms }: Specification, atOnce: number): number {
  return arms ? Math.max(atOnce, SEEDS_WITH_ARMS) : atOnce;
}

/** The specimens of finished legs that later legs start from. */
class Specimens {
  private readonly found = new Map<string, Specimen>();
  /** Names of legs from whose end others start. */
  private readonly needed: ReadonlySet<string>;

  constructor(
    private readonly specification: Specification,
    legs: readonly Leg[],
    private readonly finished: FinishedLegs | undefined,
  ) {
    const needs = legs.map((leg) => needsOf(specification, leg));
    const ends = needs.flatMap(({ trained, widths, control }) => [trained, widths, control]);
    this.needed = new Set(ends.filter((leg) => leg !== undefined).map(legName));
  }

  keep(event: LegEvent): void {
    if (event.type !== 'checkpoint-ready') return;
    const { leg, epoch, specimen } = event.checkpoint;
    const name = legName(leg);
    if (isLast(this.specification, leg, epoch) && this.needed.has(name)) {
      this.found.set(name, specimen);
    }
    if (isRewindPoint(this.specification, leg, epoch)) this.found.set(keyOf(leg, epoch), specimen);
  }

  taskOf(leg: Leg): LegTask {
    const { trained, rewound, widths, control } = needsOf(this.specification, leg);
    const model = widths && this.at(widths);
    return {
      leg,
      trained: trained && this.at(trained),
      rewound: rewound && this.at(rewound.leg, rewound.epoch),
      widths: model && hiddenWidths(model.layout),
      control: control && this.at(control),
    };
  }

  private at(leg: Leg, epoch?: number): Specimen | undefined {
    const key = epoch === undefined ? legName(leg) : keyOf(leg, epoch);
    const found = this.found.get(key) ?? this.finished?.specimenOf(leg, epoch);
    if (found) this.found.set(key, found);
    return found;
  }
}

const keyOf = (leg: Leg, epoch: number): string => `${legName(leg)}/${epoch}`;

function groupsOf<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < values.length; i += size) groups.push(values.slice(i, i + size));
  return groups;
}
