import path from 'node:path';
import { LabError } from '../../core/errors';
import type { DataReport, ExperimentEvent } from '../../core/experiment/events';
import { legName, planRun, type Leg } from '../../core/experiment/plan';
import type { FinishedLegs } from '../../core/experiment/runExperiment';
import type { StopSignal } from '../../core/stop';
import type { FinishedLegFiles } from './finishedLegs';
import {
  isSameSpecification,
  warned,
  writeFinished,
  writeStarted,
  type StartedRun,
} from './header';
import { LegWriter } from './legFile';
import type { RunLock } from './lock';
import { mergeLegs } from './merge';
import { MetricsFile, type RowPlaces } from './metricsFile';
import { METRICS_FILE } from './paths';
import { removeRemains } from './remains';

/**
 * Writes a run while it runs. Once {@link record} of a `leg-finished` has resolved, nothing takes the
 * leg away; a run that ends otherwise than with `run-finished` stays unfinished and can be resumed.
 */
export class RunWriter {
  /** What earlier executions of the run have finished. */
  readonly finished: FinishedLegs;
  private readonly metrics: MetricsFile;
  private readonly legs = new Map<string, LegWriter>();
  private readonly warnings: string[] = [];
  private data: DataReport | undefined;
  /** Number of finished legs, and the latest of them. */
  private saved: number;
  private lastSaved: string | undefined;
  private failure: Error | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    /** Absolute path. */
    readonly folder: string,
    private started: StartedRun,
    private readonly lock: RunLock,
    finished: FinishedLegFiles,
    /** Of the rows that are there already. */
    rows: RowPlaces,
  ) {
    this.finished = finished;
    this.saved = finished.count;
    this.metrics = new MetricsFile(path.join(folder, METRICS_FILE), rows);
  }

  /**
   * Takes the next event of the stream; `run-finished` finishes the run. After a failure nothing more
   * is written.
   * @param signal stops the merging of many legs: the run is unfinished then
   * @throws Stopped when the signal is set
   * @throws LabError (`storage`) that says what the file system refused and what is still there
   */
  record(event: ExperimentEvent, signal?: StopSignal): Promise<void> {
    const recorded = this.queue.then(() => this.recordNext(event, signal));
    this.queue = recorded.catch(() => undefined);
    return recorded;
  }

  /** Releases the run; to be called whatever happened. Without `run-finished` it stays unfinished. */
  async close(): Promise<void> {
    await this.queue;
    this.failure ??= new Error('the run store was closed');
    // Whatever counts as saved is on the disk already.
    await this.metrics.close().catch(() => undefined);
    await this.lock.release();
  }

  private async recordNext(event: ExperimentEvent, signal?: StopSignal): Promise<void> {
    if (this.failure) throw this.failure;
    try {
      await this.lock.touch();
      await this.write(event, signal);
    } catch (error) {
      this.failure = error instanceof LabError ? this.withRemains(error) : (error as Error);
      throw this.failure;
    }
  }

  private async write(event: ExperimentEvent, signal?: StopSignal): Promise<void> {
    switch (event.type) {
      case 'run-started':
        return this.checkSame(event);
      case 'data-ready':
        this.data = event.report;
        return;
      case 'warning':
        if (event.leg) this.legWriter(event.leg).warn(event.message);
        else this.warnings.push(event.message);
        return;
      case 'epoch-measured':
        return this.metrics.append(event.row);
      case 'checkpoint-ready':
        return this.legWriter(event.checkpoint.leg).add(event.checkpoint);
      case 'leg-finished':
        return this.finishLeg(event.leg);
      case 'run-finished':
        return this.finish(signal);
      case 'stage-started':
      case 'data-progress':
      case 'leg-started':
        return;
    }
  }

  private async checkSame({ specification, engine }: Started): Promise<void> {
    if (!isSameSpecification(specification, this.started.specification)) {
      throw new Error('the run was started with another specification');
    }
    const { description } = this.started.engine;
    if (engine === description) return;
    this.started = warned(
      this.started,
      `resumed with another engine: ${engine}; begun with ${description}`,
    );
    await writeStarted(this.folder, this.started);
  }

  private legWriter(leg: Leg): LegWriter {
    const name = legName(leg);
    let writer = this.legs.get(name);
    if (!writer) {
      writer = new LegWriter(this.folder, leg, this.started.specification);
      this.legs.set(name, writer);
    }
    return writer;
  }

  private async finishLeg(leg: Leg): Promise<void> {
    // The rows first: a leg with a file is one that is finished.
    await this.metrics.sync();
    await this.legWriter(leg).finish();
    this.legs.delete(legName(leg));
    this.saved++;
    this.lastSaved = legName(leg);
  }

  private async finish(signal?: StopSignal): Promise<void> {
    const { folder, started, data } = this;
    if (!data) throw new Error('the run is finished without its data');
    const { process: worker, secondsBefore, ...common } = started;
    const { specification } = common;
    await this.metrics.finish(specification);
    const legWarnings = await mergeLegs(folder, specification, signal);
    const now = new Date();
    await writeFinished(folder, {
      ...common,
      state: 'finished',
      finishedAt: now.toISOString(),
      seconds: secondsBefore + Math.max(0, (now.getTime() - Date.parse(worker.since)) / 1000),
      data,
      warnings: [
        ...started.warnings,
        ...this.warnings.map((message) => ({ message })),
        ...legWarnings,
      ],
    });
    await removeRemains(folder).catch(() => undefined);
  }

  private withRemains(error: LabError): LabError {
    const { kind, reason, place, cause } = error;
    const last = this.lastSaved === undefined ? '' : `, the last of them ${this.lastSaved}`;
    const total = planRun(this.started.specification).length;
    const remains = `Saved and safe: ${this.saved} of ${total} legs${last}. ${advice(error)}, then resume the run`;
    return new LabError(kind, `${reason}. ${remains}`, place, { cause });
  }
}

type Started = Extract<ExperimentEvent, { type: 'run-started' }>;

function advice({ cause }: LabError): string {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'Free some space' : 'Put that right';
}
