import path from 'node:path';
import type { CancellationToken, MessageConnection, NotificationType } from 'vscode-jsonrpc';
import type { StoredMatrix } from '../../../core/attribution/matrix';
import {
  type AttributeParams,
  attributeRequest,
  eventsNotice,
  folderNotice,
  type GenerateParams,
  generateRequest,
  type Outcome,
  type RunParams,
  runRequest,
  textNotice,
} from '../../../protocol/engine';
import { executeRun } from '../execute';
import { type Experiment, openExperiment } from '../../experiments/openExperiment';
import { generateExperimentData } from '../data/generateData';
import { experimentOfRun } from '../../runStore/readRun';
import { unfinishedRun } from '../../runStore/openRun';
import { CheckpointAttribution } from './attributeCheckpoint';
import { keepOf } from './keep';
import { Outbox } from './outbox';
import { failureOf } from '../../../core/failure';

/**
 * Serves the extension host.
 * @returns a function that stops all work in flight and resolves when it has stopped
 */
export function serve(connection: MessageConnection): () => Promise<void> {
  const work = new InFlight();
  const attribution = new CheckpointAttribution();
  const tell: Tell = (type, params) => void send(connection, type, params);
  connection.onRequest(runRequest, (params, token) =>
    work.outcomeOf(token, (signal) => run(tell, params, signal)),
  );
  connection.onRequest(generateRequest, (params, token) =>
    work.outcomeOf(token, (signal) => generate(tell, params, signal)),
  );
  connection.onRequest(attributeRequest, (params, token) =>
    work.outcomeOf(token, (signal) => attribute(tell, attribution, params, signal)),
  );
  return () => work.stop();
}

type Tell = <P>(type: NotificationType<P>, params: P) => void;

async function send<P>(
  connection: MessageConnection,
  type: NotificationType<P>,
  params: P,
): Promise<void> {
  try {
    await connection.sendNotification(type.method, params);
  } catch {
    // The host is gone; results are in the run store.
  }
}

async function run(tell: Tell, params: RunParams, signal: AbortSignal): Promise<null> {
  const { job, engine, workers, seeds, fresh } = params;
  const experiment = await experimentToRun(params);
  const outbox = new Outbox((events) => tell(eventsNotice, { job, events }));
  try {
    const events = executeRun(experiment, {
      engine,
      workers,
      seeds,
      fresh,
      run: params.run,
      signal,
      keep: await keepOf(params.keep, experiment, signal),
      onRunFolder: (folder, resumed) => tell(folderNotice, { job, folder, resumed }),
      onNote: (text) => tell(textNotice, { job, text }),
    });
    for await (const event of events) outbox.put(event);
  } finally {
    outbox.flush();
  }
  return null;
}

/** A run can be resumed even if its experiment's file has changed or is not valid. */
async function experimentToRun({ experiment, run }: RunParams): Promise<Experiment> {
  if (run === undefined) return openExperiment(experiment);
  return experimentOfRun(run, (await unfinishedRun(run)).specification);
}

async function attribute(
  tell: Tell,
  attribution: CheckpointAttribution,
  { job, ...params }: AttributeParams,
  signal: AbortSignal,
): Promise<StoredMatrix> {
  const outbox = new Outbox((events) => tell(eventsNotice, { job, events }));
  try {
    return await attribution.of(params, signal, (event) => outbox.put(event));
  } finally {
    outbox.flush();
  }
}

async function generate(
  tell: Tell,
  { job, experiment }: GenerateParams,
  signal: AbortSignal,
): Promise<string> {
  const outbox = new Outbox((events) => tell(eventsNotice, { job, events }));
  const events = generateExperimentData(await openExperiment(experiment), { signal });
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return path.resolve(next.value.file);
      outbox.put(next.value);
    }
  } finally {
    outbox.flush();
  }
}

/** Requests in flight: each can be cancelled, and all of them stopped. */
class InFlight {
  private readonly all = new Map<AbortController, Promise<unknown>>();

  /** Runs a request. Returns failures as results: as a JSON-RPC error they would lose file and field. */
  async outcomeOf<T>(
    token: CancellationToken,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Outcome<T>> {
    const controller = new AbortController();
    if (token.isCancellationRequested) controller.abort();
    const listening = token.onCancellationRequested(() => controller.abort());
    try {
      const working = work(controller.signal);
      this.all.set(controller, working);
      return { state: 'done', result: await working };
    } catch (error) {
      return { state: 'failed', failure: failureOf(error) };
    } finally {
      this.all.delete(controller);
      listening.dispose();
    }
  }

  /** Stops all requests; resolves when they have ended. */
  async stop(): Promise<void> {
    for (const controller of this.all.keys()) controller.abort();
    await Promise.allSettled(this.all.values());
  }
}
