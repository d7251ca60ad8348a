import * as vscode from 'vscode';
import type { StoredMatrix } from '../../core/attribution/matrix';
import { LabError } from '../../core/errors';
import type { LiveEvent } from '../../core/experiment/events';
import { Stopped } from '../../core/stop';
import { runSettings } from '../settings';
import { notTrustedMessage } from '../trust';
import type { EngineProvider } from './engineProvider';
import { dataProgressInWords, Job } from './job';
import { Queue, type QueueItem } from './queue';
import type {
  ActiveRun,
  AttributeRequest,
  RunEnd,
  RunReport,
  RunRequest,
  RunService,
} from './runService';

/** Shortest time between two change events. */
const CHANGE_MS = 100;

/** Runs experiments in the engine process. */
export class Runs implements RunService, vscode.Disposable {
  private readonly queue = new Queue<QueuedJob>(() => runSettings().parallel);
  private readonly change = new vscode.EventEmitter<void>();
  private readonly report = new vscode.EventEmitter<RunReport>();
  private readonly ended = new vscode.EventEmitter<{ experiment: string; end: RunEnd }>();
  private readonly began = new vscode.EventEmitter<Job>();
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.change.event;
  readonly onDidReport = this.report.event;
  readonly onDidEnd = this.ended.event;
  /** Fires when a run starts. */
  readonly onDidBegin = this.began.event;

  constructor(
    private readonly engine: EngineProvider,
    private readonly log: vscode.LogOutputChannel,
    /** Name of an experiment, by its folder. */
    private readonly nameOf: (experiment: string) => string,
  ) {}

  get active(): readonly ActiveRun[] {
    return this.queue.all.map(({ job }) => job.snapshot());
  }

  run(request: RunRequest): Promise<RunEnd> {
    if (!vscode.workspace.isTrusted) {
      // The engine provider would refuse it too, but only once it has waited in the queue.
      return Promise.resolve({ state: 'failed', reason: notTrustedMessage() });
    }
    const known = this.jobsOf(request.experiment).find(({ job }) => satisfies(job, request));
    if (known) return known.job.end;
    const job = new Job(request, this.nameOf(request.experiment));
    this.queue.add({ job, begin: () => this.work(job) });
    this.changed();
    return job.end;
  }

  async stop(experiment: string): Promise<void> {
    await this.stopThese(this.jobsOf(experiment));
  }

  async stopAll(): Promise<void> {
    await this.stopThese(this.queue.all);
  }

  async attribute({ signal, progress, ...params }: AttributeRequest): Promise<StoredMatrix> {
    const client = await this.engine.get();
    const listener = {
      events(events: readonly LiveEvent[]): void {
        for (const event of events) {
          if (event.type === 'data-progress') progress?.(dataProgressInWords(event));
        }
      },
    };
    return client.attribute(params, listener, signal);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const { job } of this.queue.all) job.controller.abort();
    for (const emitter of [this.change, this.report, this.ended, this.began]) emitter.dispose();
  }

  private jobsOf(experiment: string): QueuedJob[] {
    return this.queue.all.filter(({ job }) => job.request.experiment === experiment);
  }

  private async stopThese(jobs: readonly QueuedJob[]): Promise<void> {
    // In reverse order, so that stopping an active run does not start a queued one that has to stop as well.
    await Promise.all([...jobs].reverse().map((queued) => this.stopOne(queued)));
  }

  private async stopOne(queued: QueuedJob): Promise<void> {
    const { job } = queued;
    const waited = this.queue.remove(queued);
    job.stop();
    this.changed();
    const end = await job.end;
    if (waited) this.ended.fire({ experiment: job.request.experiment, end });
  }

  private async work(job: Job): Promise<void> {
    const { experiment } = job.request;
    job.begin();
    this.began.fire(job);
    this.changed();
    const end = await this.compute(job, job.request);
    this.log.info(`${job.name}: ${end.state}${'reason' in end ? `: ${end.reason}` : ''}`);
    job.finish(end);
    this.ended.fire({ experiment, end });
    this.changed();
  }

  private async compute(job: Job, request: RunRequest): Promise<RunEnd> {
    const { engine, workers, keep } = runSettings(request.experiment);
    try {
      const client = await this.engine.get();
      await client.run(
        { ...request, engine, workers, keep },
        {
          folder: (folder, resumed) => {
            job.folder = folder;
            this.log.info(`${job.name}: ${resumed ? 'resumed' : 'started'}: ${folder}`);
          },
          note: (text) => this.log.info(`${job.name}: ${text}`),
          events: (events) => {
            job.addEvents(events);
            for (const event of events) {
              if (event.type === 'warning') this.log.warn(`${job.name}: ${event.message}`);
              if (job.folder === undefined) continue;
              this.report.fire({ experiment: request.experiment, run: job.folder, event });
            }
            this.changed();
          },
        },
        job.controller.signal,
      );
      return { state: 'finished', folder: job.folder ?? '' };
    } catch (error) {
      return endOf(error, job.folder);
    }
  }

  /** Fires one change event for all changes within {@link CHANGE_MS}. */
  private changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.change.fire();
    }, CHANGE_MS);
  }
}

interface QueuedJob extends QueueItem {
  readonly job: Job;
}

/** Whether a queued or active job of the same experiment already does what is requested. */
function satisfies(job: Job, { run }: RunRequest): boolean {
  // A job that is stopping does not: the new one resumes its run. Nor does one that has ended.
  if (job.hasEnded || job.state === 'stopping') return false;
  return run === undefined || run === job.request.run || run === job.folder;
}

function endOf(error: unknown, folder: string | undefined): RunEnd {
  if (error instanceof Stopped) return { state: 'stopped', folder };
  const reason = error instanceof Error ? error.message : String(error);
  // The measurements from before the process died are kept, and the run can be resumed.
  const isDeath = error instanceof LabError && error.kind === 'worker';
  if (isDeath) return { state: 'interrupted', folder, reason };
  const place = error instanceof LabError ? error.place : undefined;
  return { state: 'failed', folder, reason, place };
}
