import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { LabError } from '../../../core/errors';
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
  type AttributeResult,
  type GenerateParams,
  type LiveEvent,
  type Outcome,
  type RunParams,
} from '../../../protocol/engine';
import { exitReason, startFailure } from '../children/exitReason';

/** Who hears of a job. */
export interface JobListener {
  folder?(folder: string, resumed: boolean): void;
  events(events: readonly LiveEvent[]): void;
  note?(text: string): void;
}

/** Beside a bundle; from sources there is none. */
const BUNDLED = path.join(__dirname, 'engine.js');
const SOURCE = path.join(__dirname, 'main.ts');
const REMEMBERED_CHARACTERS = 2000;
/** More than the process takes to stop cleanly. */
const PATIENCE_MS = 4000;

interface Started {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** Rejects when the process ends. */
  readonly death: Promise<never>;
}

/**
 * The engine's process as its owner sees it: started when it is first needed, and again after it died.
 * Several jobs may be under way at once.
 */
export class EngineClient {
  private started: Started | undefined;
  private readonly jobs = new Map<number, JobListener>();
  private nextJob = 1;

  /** @param environment variables of the process, beside those of this one */
  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  /** Of the process, where there is one. */
  get pid(): number | undefined {
    return this.started?.child.pid;
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

  /** The matrix of a kept specimen. @throws as {@link run} */
  attribute(
    params: Omit<AttributeParams, 'job'>,
    listener: JobListener = { events: () => undefined },
    signal?: AbortSignal,
  ): Promise<AttributeResult> {
    return this.job(listener, (job) => this.ask(attributeRequest, { ...params, job }, signal));
  }

  /** Ends the process: it stops what it is doing, and is killed where that takes long. */
  async dispose(): Promise<void> {
    const { started } = this;
    if (!started) return;
    const { child, connection, death } = started;
    const kill = (): boolean => child.kill('SIGKILL');
    const late = setTimeout(kill, PATIENCE_MS);
    try {
      await connection.sendNotification(endNotice);
    } catch {
      // It does not listen any more.
      kill();
    }
    await death.catch(() => undefined);
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
      // A process that dies answers nothing any more; the connection then fails in its own words.
      answer.catch(() => undefined);
      const outcome = await Promise.race([answer, death]).catch(async (error: unknown) => {
        // One that never was there has nothing to send to; why is told by its death.
        if (child.pid === undefined || this.started?.connection !== connection) await death;
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
    const bundled = existsSync(BUNDLED);
    const child = fork(bundled ? BUNDLED : SOURCE, {
      // Typed arrays stay what they are.
      serialization: 'advanced',
      // In Electron it is this that makes a process one of Node.
      env: { ...process.env, ...this.environment, ELECTRON_RUN_AS_NODE: '1' },
      // Sources run in whatever this process loads them with; a bundle needs no flags of its parent.
      execArgv: bundled ? [] : process.execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-REMEMBERED_CHARACTERS);
    });
    const connection = createMessageConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
    );
    const death = new Promise<never>((_, reject) => {
      const died = (reason: string): void => {
        if (this.started?.child === child) this.started = undefined;
        connection.dispose();
        reject(new LabError('worker', `the engine's process died: ${reason}`));
      };
      child.once('error', (error) => died(startFailure(error)));
      child.once('close', (code, signal) => died(exitReason(code, signal, said)));
    });
    // Whoever waits for an answer hears of it.
    death.catch(() => undefined);
    connection.onNotification(folderNotice, ({ job, folder, resumed }) =>
      this.jobs.get(job)?.folder?.(folder, resumed),
    );
    connection.onNotification(eventsNotice, ({ job, events }) =>
      this.jobs.get(job)?.events(events),
    );
    connection.onNotification(textNotice, ({ job, text }) => this.jobs.get(job)?.note?.(text));
    connection.onError(() => undefined);
    connection.listen();
    return { child, connection, death };
  }
}
