import { counted } from '../../core/counted';
import path from 'node:path';
import { LabError } from '../../core/errors';
import type { DataReport, ExperimentEvent } from '../../core/experiment/events';
import { type Leg, legName, planRun } from '../../core/experiment/plan';
import type { FinishedLegs } from '../../core/experiment/runExperiment';
import type { StopSignal } from '../../core/stop';
import { DamagedLegs, finishFiles, removeWorkingFiles } from './finish';
import {
  isSameSpecification,
  type StartedRun,
  warned,
  writeFinished,
  writeStarted,
} from './header';
import { type LegDigest, LegWriter } from './legFile';
import type { RunLock } from './lock';
import { MetricsFile } from './metricsFile';
import { METRICS_FILE } from './paths';
import type { RepairedRun } from './repair';

/**
 * Writes a run while it runs. Once {@link record} of a `leg-finished` has resolved, the leg is safe on disk;
 * a run that ends without `run-finished` stays unfinished and can be resumed.
 */
export class RunWriter {
  /** Legs that earlier executions have finished. */
  readonly finished: FinishedLegs;
  private readonly metrics: MetricsFile;
  private readonly legs = new Map<string, LegWriter>();
  private readonly warnings: string[] = [];
  private data: DataReport | undefined;
  /** Digests of the finished legs, by name. */
  private readonly digests: Map<string, LegDigest>;
  /** The leg that was finished last. */
  private lastSaved: string | undefined;
  private failure: Error | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    /** Absolute path. */
    readonly folder: string,
    private started: StartedRun,
    private readonly lock: RunLock,
    { finished, rows, digests }: RepairedRun,
  ) {
    this.finished = finished;
    this.digests = digests;
    this.metrics = new MetricsFile(path.join(folder, METRICS_FILE), rows);
  }

  /**
   * Records the next event of the stream; `run-finished` finishes the run. After a failure nothing more is
   * written.
   * @param signal also stops the merging of legs; the run then stays unfinished
   * @throws Stopped when the signal is set
   * @throws LabError (`storage`) with what the file system refused and what is saved
   */
  record(event: ExperimentEvent, signal?: StopSignal): Promise<void> {
    const recorded = this.queue.then(() => this.recordNext(event, signal));
    this.queue = recorded.catch(() => undefined);
    return recorded;
  }

  /** Releases the run; must always be called. Without `run-finished` the run stays unfinished. */
  async close(): Promise<void> {
    await this.queue;
    this.failure ??= new Error('the run store was closed');
    // Everything reported as saved is on disk already.
    await this.metrics.close().catch(() => undefined);
    await this.lock.release();
  }

  private async recordNext(event: ExperimentEvent, signal?: StopSignal): Promise<void> {
    if (this.failure) throw this.failure;
    try {
      await this.lock.touch();
      await this.write(event, signal);
    } catch (error) {
      this.failure = error instanceof LabError ? this.withSavedLegs(error) : (error as Error);
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
      case 'null-drawn':
        this.started = { ...this.started, null: event.nulls };
        return writeStarted(this.folder, this.started);
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
      `resumed with another engine: ${engine}; started with ${description}`,
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
    // Rows first: a leg whose file exists counts as finished.
    await this.metrics.sync();
    const name = legName(leg);
    const digest = await this.legWriter(leg).finish(this.metrics.finishLeg(name));
    this.legs.delete(name);
    this.digests.set(name, digest);
    this.lastSaved = name;
  }

  private async finish(signal?: StopSignal): Promise<void> {
    const { folder, started, data } = this;
    if (!data) throw new Error('the run is finished without its data');
    const { process: worker, secondsBefore, ...common } = started;
    const { specification } = common;
    await this.metrics.close();
    const results = await finishFiles(folder, specification, this.digests, this.metrics, signal);
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
        ...results.warnings,
      ],
      files: results.files,
    });
    await removeWorkingFiles(folder).catch(() => undefined);
  }

  private withSavedLegs(error: LabError): LabError {
    const { kind, reason, place, cause } = error;
    const damaged = error instanceof DamagedLegs ? error.damages : new Map<string, string>();
    const { lastSaved = '', digests } = this;
    const last =
      lastSaved === '' || damaged.has(lastSaved) ? '' : `, the last of them ${lastSaved}`;
    const total = planRun(this.started.specification).length;
    const saved = digests.size - damaged.size;
    const remains = `Saved and safe: ${saved} of ${counted(total, 'leg')}${last}. ${advice(error)}, then resume the run`;
    return new LabError(kind, `${reason}. ${remains}`, place, { cause });
  }
}

type Started = Extract<ExperimentEvent, { type: 'run-started' }>;

function advice(error: LabError): string {
  if (error instanceof DamagedLegs) return 'See whether the disk is sound';
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'Free some space' : 'Put that right';
}
