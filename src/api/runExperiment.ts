import { lstat } from 'node:fs/promises';
import nodePath from 'node:path';
import type { AttributionMatrix } from '../core/attribution/matrix';
import { invalid, LabError } from '../core/errors';
import type { Checkpoint, ExperimentEvent } from '../core/experiment/events';
import { keptOf } from '../core/experiment/keep';
import type { MetricsRow } from '../core/experiment/metricsRow';
import { checkpointName, legName, type Leg, type RunCheckpoint } from '../core/experiment/plan';
import { runExperiment as runInMemory } from '../core/experiment/runExperiment';
import type { RunNull } from '../core/experiment/runNull';
import type { Specification, SpecificationInput } from '../core/experiment/specification';
import type { Specimen } from '../core/network/specimen';
import { openAutoEngine } from '../node/compute/crossover/autoEngine';
import { generateToy, toExperimentData } from '../node/compute/data/dataSources';
import { openEngine } from '../node/compute/engines';
import { executeRun } from '../node/compute/execute';
import { EXPERIMENT_FILE } from '../node/runStore/paths';
import { openExperiment, type Experiment } from '../node/experiments/openExperiment';
import { writeFileAtomic } from '../node/files/files';
import { makeWritableFolder } from '../node/files/folders';
import { requireMemory } from '../node/experiments/resources';
import { isSameSpecification } from '../node/runStore/header';
import { checked, checkedExperiment } from './checks/checked';
import * as options from './checks/options';
import { DISPLAY, type Displayed, type MimeBundle } from './display';
import { localEngine } from './engine';
import { runDisplay } from './outputs';
import type { EngineChoice, Run } from './run';
import { paceOf, signalOf, type Stoppable } from './stopping';

/** Options of {@link runExperiment}. */
export interface RunOptions extends Stoppable {
  /**
   * Folder of the experiment: the run is stored there, and a stopped run is resumed. Without it everything
   * stays in memory.
   */
  readonly folder?: string;
  /** Replaces the seeds of the specification. */
  readonly seeds?: readonly number[];
  /** By default `auto`, the fastest on this machine. */
  readonly engine?: EngineChoice;
  /** Number of training threads; by default one per core. */
  readonly workers?: number;
  /** Starts a new run even if an unfinished one could be resumed. */
  readonly fresh?: boolean;
  /** Called with notes about choices that were made. */
  readonly onNote?: (text: string) => void;
}

/**
 * Runs an experiment: data, training of each seed's arms, pruning at each ratio, retraining. It runs only
 * while its events are read, by `for await` or by {@link ExperimentRun.finish}.
 *
 * ```ts
 * const run = runExperiment(experiment);
 * for await (const event of run) if (event.type === 'epoch-measured') console.log(event.row.epoch);
 * ```
 * @param experiment as in `experiment.json`, where defaults may be left out; or the folder of an experiment
 * @throws LabError naming what is invalid in the experiment or the options
 */
export function runExperiment(
  experiment: SpecificationInput | string,
  options: RunOptions = {},
): ExperimentRun {
  return new ExperimentRun(experiment, options);
}

/** A run during and after its execution. */
export class ExperimentRun implements Run, Displayed, AsyncIterable<ExperimentEvent> {
  private readonly events: AsyncGenerator<ExperimentEvent, void>;
  private readonly measured: MetricsRow[] = [];
  private readonly kept = new Map<string, Checkpoint & { readonly info: RunCheckpoint }>();
  private places: ReadonlyMap<string, number> = new Map();
  private known: Specification | undefined;
  private described = '';
  private drawn: RunNull | undefined;
  private epochs = 0;
  private epochsDone = 0;
  private place: string | undefined;
  private ended = false;
  private begun = false;

  /** @throws LabError naming what is invalid in the experiment or the options */
  constructor(experiment: SpecificationInput | string, how: RunOptions = {}) {
    const own = checked(options.runOptions, how, 'options');
    if (typeof experiment === 'string') {
      const folder = checked(options.path, experiment, 'experiment');
      this.events = this.follow(this.open(folder, own));
    } else {
      this.known = checkedExperiment(experiment);
      this.events = this.follow(this.open(this.known, own));
    }
  }

  /** @throws LabError for an experiment on disk before the run's first event */
  get specification(): Specification {
    if (this.known) return this.known;
    throw invalid('the experiment has not been read yet: this happens when the run begins');
  }

  get engine(): string {
    return this.described;
  }

  get state(): Run['state'] {
    if (this.ended) return 'finished';
    return this.begun ? 'running' : 'unfinished';
  }

  get nulls(): RunNull | undefined {
    return this.drawn;
  }

  get folder(): string | undefined {
    return this.place;
  }

  /** The latest measured row. */
  get latest(): MetricsRow | undefined {
    return this.measured.at(-1);
  }

  /** Share of completed epochs, in [0, 1]. */
  get progress(): number {
    if (this.ended) return 1;
    return this.epochs > 0 ? this.epochsDone / this.epochs : 0;
  }

  [Symbol.asyncIterator](): AsyncIterator<ExperimentEvent> {
    return this.events;
  }

  /**
   * Runs to the end.
   * @param onEvent called with every event
   * @throws Stopped when the signal is set
   * @throws LabError when data, specification or storage are invalid, or training diverges
   */
  async finish(onEvent?: (event: ExperimentEvent, run: this) => void): Promise<this> {
    checked(options.callbackOrNone, onEvent, 'onEvent');
    for await (const event of this.events) onEvent?.(event, this);
    return this;
  }

  rows(): Promise<MetricsRow[]> {
    const sorted = [...this.measured].sort(
      (a, b) => this.placeOf(a) - this.placeOf(b) || a.epoch - b.epoch,
    );
    return Promise.resolve(sorted);
  }

  checkpoints(): Promise<RunCheckpoint[]> {
    const sorted = [...this.kept.values()].sort(
      (a, b) => this.placeOf(a.leg) - this.placeOf(b.leg) || a.epoch - b.epoch,
    );
    return Promise.resolve(sorted.map(({ info }) => info));
  }

  attribution(name: string): Promise<AttributionMatrix> {
    return this.part(name, 'attribution');
  }

  specimen(name: string): Promise<Specimen> {
    return this.part(name, 'specimen');
  }

  [DISPLAY](): MimeBundle | Promise<MimeBundle> {
    if (this.known) return runDisplay(this)[DISPLAY]();
    return { 'text/plain': 'a run that has not begun' };
  }

  /** Legs run concurrently; results are reported in the order of the plan. */
  private placeOf(leg: Leg): number {
    return this.places.get(legName(leg)) ?? this.places.size;
  }

  private async part<K extends 'attribution' | 'specimen'>(
    name: string,
    part: K,
  ): Promise<Checkpoint[K]> {
    const found = this.kept.get(checked(options.checkpoint, name, 'name'));
    if (found?.info[part]) return Promise.resolve(found[part]);
    const kept = this.specification.keep[`${part}s`];
    throw invalid(`there is no ${part} of this checkpoint; keep.${part}s is "${kept}"`, {
      field: name,
    });
  }

  private async *open(
    experiment: Specification | string,
    how: RunOptions,
  ): AsyncGenerator<ExperimentEvent, void> {
    if (typeof experiment === 'string' || how.folder !== undefined) {
      const stored = await experimentOnDisk(experiment, how);
      yield* executeRun(stored, {
        ...how,
        engine: how.engine ?? 'auto',
        signal: signalOf(how),
        onRunFolder: (folder) => (this.place = folder),
      });
    } else {
      yield* inMemory(experiment, how);
    }
  }

  private async *follow(
    events: AsyncGenerator<ExperimentEvent, void>,
  ): AsyncGenerator<ExperimentEvent, void> {
    this.begun = true;
    for await (const event of events) {
      this.note(event);
      yield event;
    }
    this.ended = true;
  }

  private note(event: ExperimentEvent): void {
    if (event.type === 'run-started') {
      this.known = event.specification;
      this.places = new Map(event.legs.map((leg, place) => [legName(leg), place]));
      this.described = event.engine;
      this.epochs = event.epochs;
      this.epochsDone = event.epochsDone;
    } else if (event.type === 'null-drawn') {
      this.drawn = event.nulls;
    } else if (event.type === 'epoch-measured') {
      this.measured.push(event.row);
      if (event.row.epoch > 0) this.epochsDone++;
    } else if (event.type === 'checkpoint-ready') {
      this.keep(event.checkpoint);
    }
  }

  /** Keeps the parts that the specification keeps. */
  private keep(checkpoint: Checkpoint): void {
    const { leg, phase, epoch } = checkpoint;
    const { attribution, specimen } = keptOf(this.specification, leg, epoch);
    if (!attribution && !specimen) return;
    const name = checkpointName(leg, phase, epoch);
    const info: RunCheckpoint = { name, leg, phase, epoch, attribution, specimen };
    this.kept.set(name, { ...checkpoint, info });
  }
}

async function experimentOnDisk(
  experiment: Specification | string,
  { folder, onNote }: RunOptions,
): Promise<Experiment> {
  if (typeof experiment === 'string') return openExperiment(experiment);
  const absolute = nodePath.resolve(folder ?? '.');
  const file = nodePath.join(absolute, EXPERIMENT_FILE);
  await makeWritableFolder(absolute);
  const isThere = await lstat(file).then(
    () => true,
    () => false,
  );
  if (!isThere) await writeFileAtomic(file, `${JSON.stringify(experiment, null, 2)}\n`);
  else if (!(await holds(file, experiment))) {
    onNote?.(
      `${file} holds another specification and is not changed; the given specification is run`,
    );
  }
  return { folder: absolute, file, specification: experiment };
}

async function holds(file: string, specification: Specification): Promise<boolean> {
  return openExperiment(file).then(
    (stored) => isSameSpecification(stored.specification, specification),
    () => false,
  );
}

async function* inMemory(
  specification: Specification,
  how: RunOptions,
): AsyncGenerator<ExperimentEvent, void> {
  const { seeds, engine: choice = 'auto', workers } = how;
  const { data } = specification;
  if (data.source !== 'generated') {
    throw new LabError('unsupported', 'imported data is read from a folder: specify one', {
      field: 'folder',
    });
  }
  const run = seeds ? { ...specification, seeds: [...seeds] } : specification;
  requireMemory(run, { workers, engine: choice, inMemory: true });
  const pace = paceOf(how);
  const engineOptions = { workers, signal: signalOf(how) };
  const engine = await (choice === 'auto'
    ? openAutoEngine(specification, engineOptions)
    : openEngine(choice, engineOptions));
  try {
    if (engine.note) how.onNote?.(engine.note);
    yield* runInMemory(run, {
      engine,
      pace,
      data: async function* (own) {
        const { idleThreads } = engine;
        return toExperimentData(
          yield* generateToy(specification, data, localEngine(), own, idleThreads),
        );
      },
    });
  } finally {
    await engine.dispose();
  }
}
