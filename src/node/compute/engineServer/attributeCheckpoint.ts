import { attribute, attributionOperations } from '../../../core/attribution/attribute';
import type { AttributionRequest } from '../../../core/attribution/request';
import { type StoredMatrix, storedMatrix } from '../../../core/attribution/matrix';
import type { Network } from '../../../core/network/layout';
import type { ExperimentEvent } from '../../../core/experiment/events';
import type { Specimen } from '../../../core/network/specimen';
import { Stopped, type StopSignal } from '../../../core/stop';
import type { AttributeParams } from '../../../protocol/engine';
import { dataSourceOf } from '../data/dataSources';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../../files/eventLoop';
import { requireMemory } from '../../experiments/resources';
import { startThread } from '../pool/host';
import { runJob } from '../pool/jobs';
import { experimentOfRun, readRun, type StoredRun } from '../../runStore/readRun';

export type AttributionOf = Omit<AttributeParams, 'job'>;

/** Computes matrices of stored specimens; caches the encoder of the last run. */
export class CheckpointAttribution {
  private turn: Promise<unknown> = Promise.resolve();
  private last: { readonly run: string; readonly encoder: Network } | undefined;

  /**
   * The attribution matrix of a stored specimen, with the requested rows and otherwise by the method of its
   * run. Requests are queued, since most of them need the same data.
   * @param report receives the events of generating the data
   * @throws Stopped when the signal is set
   * @throws LabError when the run does not keep the specimen, its data cannot be read, or memory is too small
   * to generate it
   */
  of(
    request: AttributionOf,
    signal?: StopSignal,
    report: (event: ExperimentEvent) => void = () => undefined,
  ): Promise<StoredMatrix> {
    const result = this.turn.then(() => {
      if (signal?.aborted) throw new Stopped();
      return this.compute(request, signal, report);
    });
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async compute(
    { run, checkpoint, rows }: AttributionOf,
    signal: StopSignal | undefined,
    report: (event: ExperimentEvent) => void,
  ): Promise<StoredMatrix> {
    const stored = await readRun(run);
    const specimen = await stored.specimen(checkpoint);
    const encoder = await this.encoderOf(stored, signal, report);
    const request = { ...stored.header.specification.attribution, rows };
    return matrixOf(encoder, specimen, request, signal);
  }

  /** The encoder by the run's own specification, since the experiment's file may have changed. */
  private async encoderOf(
    stored: StoredRun,
    signal: StopSignal | undefined,
    report: (event: ExperimentEvent) => void,
  ): Promise<Network> {
    const { folder, header } = stored;
    if (this.last?.run === folder) return this.last.encoder;
    requireMemory(header.specification, { dataOnly: true });
    const { engine } = fastestLocalEngine();
    try {
      const experiment = experimentOfRun(folder, header.specification);
      const source = dataSourceOf(experiment, engine, { readOnly: true })(nodePace(signal));
      let next = await source.next();
      while (!next.done) {
        report(next.value);
        next = await source.next();
      }
      const { encoder } = next.value;
      this.last = { run: folder, encoder };
      return encoder;
    } finally {
      engine.dispose();
    }
  }
}

/** Takes about 50 ms. */
const LONG_OPERATIONS = 1e9;

/** Computes the matrix in this thread, or if that takes long, in one that can be terminated. */
async function matrixOf(
  encoder: Network,
  specimen: Specimen,
  request: AttributionRequest,
  signal: StopSignal | undefined,
): Promise<StoredMatrix> {
  if (attributionOperations(encoder, specimen, request) > LONG_OPERATIONS) {
    const thread = startThread('simd');
    try {
      const who = 'the thread that computes the matrix';
      return await runJob(thread, 'attribute', { encoder, specimen, request }, { who, signal });
    } finally {
      await thread.end();
    }
  }
  const { engine } = fastestLocalEngine();
  try {
    return storedMatrix(attribute(encoder, specimen, request, engine.attribution));
  } finally {
    engine.dispose();
  }
}
