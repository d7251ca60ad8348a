import {
  CancellationTokenSource,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import type { StoredMatrix } from '../../../core/attribution/matrix';
import { LabError } from '../../../core/errors';
import type { LiveEvent } from '../../../core/experiment/events';
import { errorOf } from '../../../core/failure';
import {
  attributeRequest,
  endNotice,
  eventsNotice,
  folderNotice,
  generateRequest,
  runRequest,
  textNotice,
  type AttributeParams,
  type GenerateParams,
  type Outcome,
  type RunParams,
} from '../../../protocol/engine';
import { connectionTo } from '../children/connection';
import { programIn, startProcessOf, type Child } from '../children/programs';

export interface JobListener {
  folder?(folder: string, resumed: boolean): void;
  events(events: readonly LiveEvent[]): void;
  note?(text: string): void;
}

const ENGINE = programIn(__dirname, 'engine', 'main.ts');
/** Longer than the process takes to stop cleanly. */
const KILL_AFTER_MS = 4000;

interface Started {
  readonly child: Child;
  readonly connection: MessageConnection;
  /** Rejects when the process ends. */
  readonly death: Promise<never>;
}

/**
 * A client of the engine's process, which it starts on first use, and again after a crash. Several jobs may
 * be in flight at once.
 */
export class EngineClient {
  private started: Started | undefined;
  private readonly jobs = new Map<number, JobListener>();
  private nextJob = 1;

  /** @param environment variables in addition to those of this process */
  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  /** Of the process, if it is running. */
  get pid(): number | undefined {
    return this.started?.child.process.pid;
  }

  /**
   * Runs an experiment in the process.
   * @throws Stopped when the signal is set: the run can be resumed
   * @throws LabError as `executeRun` does; `worker` when the process died
   */
  async run(
    params: Omit<RunParams, 'job'>,
    listener: JobListener,
    signal: AbortSignal,
  ): Promise<void> {
    await this.job(listener, (job) => this.ask(runRequest, { ...params, job }, signal));
  }

  /** Generates an experiment's toy data. @returns its file @throws as {@link run} */
  generate(
    params: Omit<GenerateParams, 'job'>,
    listener: JobListener,
    signal: AbortSignal,
  ): Promise<string> {
    return this.job(listener, (job) => this.ask(generateRequest, { ...params, job }, signal));
  }

  /** Computes the matrix of a stored specimen. @throws as {@link run} */
  attribute(
    params: Omit<AttributeParams, 'job'>,
    listener: JobListener = { events: () => undefined },
    signal?: AbortSignal,
  ): Promise<StoredMatrix> {
    return this.job(listener, (job) => this.ask(attributeRequest, { ...params, job }, signal));
  }

  /** Ends the process: stops its work, and kills it if that takes too long. */
  async dispose(): Promise<void> {
    const { started } = this;
    if (!started) return;
    const { child, connection } = started;
    const late = setTimeout(() => child.kill(), KILL_AFTER_MS);
    try {
      await connection.sendNotification(endNotice);
    } catch {
      // The process no longer listens.
      child.kill();
    }
    await child.ended;
    clearTimeout(late);
  }

  private async job<T>(listener: JobListener, work: (job: number) => Promise<T>): Promise<T> {
    const job = this.nextJob++;
    this.jobs.set(job, listener);
    try {
      return await work(job);
    } finally {
      this.jobs.delete(job);
    }
  }

  private async ask<P, T>(
    request: RequestType<P, Outcome<T>, void>,
    params: P,
    signal?: AbortSignal,
  ): Promise<T> {
    const { child, connection, death } = (this.started ??= this.start());
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      const { method } = request;
      const answer = connection.sendRequest<Outcome<T>>(method, params, cancellation.token);
      // When the process dies, the connection rejects too, but `death` has the better reason.
      answer.catch(() => undefined);
      const outcome = await Promise.race([answer, death]).catch(async (error: unknown) => {
        // Sending to a process that never started fails too; `death` has the reason.
        if (child.process.pid === undefined || this.started?.connection !== connection) await death;
        throw error;
      });
      if (outcome.state === 'failed') throw errorOf(outcome.failure);
      return outcome.result;
    } finally {
      signal?.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }

  private start(): Started {
    const child = startProcessOf(ENGINE, {
      env: this.environment,
      serialization: 'advanced',
    });
    const connection = connectionTo(child);
    const death = child.ended.then(({ reason }): never => {
      if (this.started?.child === child) this.started = undefined;
      throw new LabError('worker', `the engine's process died: ${reason}`);
    });
    // Handled by the callers that await it.
    death.catch(() => undefined);
    connection.onNotification(folderNotice, ({ job, folder, resumed }) =>
      this.jobs.get(job)?.folder?.(folder, resumed),
    );
    connection.onNotification(eventsNotice, ({ job, events }) =>
      this.jobs.get(job)?.events(events),
    );
    connection.onNotification(textNotice, ({ job, text }) => this.jobs.get(job)?.note?.(text));
    connection.listen();
    return { child, connection, death };
  }
}
