import path from 'node:path';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { failureOf } from '../../core/failure';
import {
  attributeRequest,
  eventsNotice,
  folderNotice,
  generateRequest,
  runRequest,
  textNotice,
  type AttributeParams,
  type AttributeResult,
  type GenerateParams,
  type Outcome,
  type RunParams,
} from '../../protocol/engine';
import { executeRun } from '../execute';
import { openExperiment, type Experiment } from '../experiment';
import { generateExperimentData } from '../generateData';
import { experimentOfRun } from '../runStore/experimentOfRun';
import { unfinishedRun } from '../runStore/openRun';
import { CheckpointAttribution } from './attributeCheckpoint';
import { keepOf } from './keep';
import { Outbox } from './outbox';

/** Answers the extension host. */
export function serve(connection: MessageConnection): void {
  connection.onRequest(runRequest, (params, token) =>
    outcomeOf(token, (signal) => run(connection, params, signal)),
  );
  connection.onRequest(generateRequest, (params, token) =>
    outcomeOf(token, (signal) => generate(connection, params, signal)),
  );
  const attribution = new CheckpointAttribution();
  connection.onRequest(attributeRequest, (params: AttributeParams, token) =>
    outcomeOf<AttributeResult>(token, (signal) => attribution.of(params, signal)),
  );
}

/** Failures are results: on the way of errors JSON-RPC would lose their place in a file. */
async function outcomeOf<T>(
  token: CancellationToken,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  try {
    return { state: 'done', result: await work(controller.signal) };
  } catch (error) {
    return { state: 'failed', failure: failureOf(error) };
  } finally {
    listening.dispose();
  }
}

async function run(
  connection: MessageConnection,
  params: RunParams,
  signal: AbortSignal,
): Promise<null> {
  const { job, engine, workers, seeds, fresh } = params;
  const experiment = await experimentToRun(params);
  const tell = (text: string): void => void connection.sendNotification(textNotice, { job, text });
  const outbox = new Outbox(
    (events) => void connection.sendNotification(eventsNotice, { job, events }),
  );
  try {
    const events = executeRun(experiment, {
      engine,
      workers,
      seeds,
      fresh,
      run: params.run,
      signal,
      keep: await keepOf(params.keep, experiment),
      onRunFolder: (folder, resumed) =>
        void connection.sendNotification(folderNotice, { job, folder, resumed }),
      onNote: tell,
    });
    for await (const event of events) outbox.put(event);
  } finally {
    outbox.flush();
  }
  return null;
}

/** A run that is taken up again goes on though its experiment's file has changed, or is not valid. */
async function experimentToRun({ experiment, run }: RunParams): Promise<Experiment> {
  if (run === undefined) return openExperiment(experiment);
  return experimentOfRun(run, (await unfinishedRun(run)).specification);
}

async function generate(
  connection: MessageConnection,
  { job, experiment }: GenerateParams,
  signal: AbortSignal,
): Promise<string> {
  const outbox = new Outbox(
    (events) => void connection.sendNotification(eventsNotice, { job, events }),
  );
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
