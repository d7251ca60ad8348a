import {
  matrixOperations,
  probedMatrix,
  type MatrixTask,
} from '../../../core/attribution/probedMatrix';
import type { AttributionRequest } from '../../../core/attribution/request';
import { type StoredMatrix, storedMatrix } from '../../../core/attribution/matrix';
import type { ExperimentEvent } from '../../../core/experiment/events';
import type { ExperimentData } from '../../../core/experiment/context';
import { probeDataOf, probedEncoder, required } from '../../../core/experiment/probeData';
import { readingsOf } from '../../../core/experiment/readings';
import { requireOneOf } from '../../../core/errors';
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

/** The data that matrices depend on. */
type MatrixData = Pick<ExperimentData, 'encoder' | 'coefficients'>;

/** Computes matrices of stored specimens; caches the data of the last run. */
export class CheckpointAttribution {
  private turn: Promise<unknown> = Promise.resolve();
  private last: { readonly run: string; readonly data: MatrixData } | undefined;

  /**
   * The attribution matrix of a stored specimen, with the requested rows and otherwise by probe and method of a
   * reading of its run. Requests are queued, since most of them need the same data.
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
    { run, checkpoint, rows, reading: key }: AttributionOf,
    signal: StopSignal | undefined,
    report: (event: ExperimentEvent) => void,
  ): Promise<StoredMatrix> {
    const stored = await readRun(run);
    const specimen = await stored.specimen(checkpoint);
    const { encoder, coefficients } = await this.dataOf(stored, signal, report);
    const { specification } = stored.header;
    const readings = readingsOf(specification);
    if (key !== undefined)
      requireOneOf(
        key,
        readings.map((known) => known.key),
        'reading',
      );
    const reading = readings.find((known) => known.key === key) ?? readings[0];
    const probes = probeDataOf(specification, coefficients);
    const request: AttributionRequest = { ...specification.attribution, rows };
    const samples = reading.probe === 'distribution' ? required(probes).coefficients : undefined;
    const task = { encoder: probedEncoder(encoder, reading, probes), specimen, request, samples };
    return matrixOf(task, signal);
  }

  /** The data by the run's own specification, since the experiment's file may have changed. */
  private async dataOf(
    stored: StoredRun,
    signal: StopSignal | undefined,
    report: (event: ExperimentEvent) => void,
  ): Promise<MatrixData> {
    const { folder, header } = stored;
    if (this.last?.run === folder) return this.last.data;
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
      const { encoder, coefficients } = next.value;
      const data = { encoder, coefficients };
      this.last = { run: folder, data };
      return data;
    } finally {
      engine.dispose();
    }
  }
}

/** Takes about 50 ms. */
const LONG_OPERATIONS = 1e9;

/** Computes the matrix in this thread, or if that takes long, in one that can be terminated. */
async function matrixOf(task: MatrixTask, signal: StopSignal | undefined): Promise<StoredMatrix> {
  if (matrixOperations(task) > LONG_OPERATIONS) {
    const thread = startThread('simd');
    try {
      const who = 'the thread that computes the matrix';
      return await runJob(thread, 'attribute', task, { who, signal });
    } finally {
      await thread.end();
    }
  }
  const { engine } = fastestLocalEngine();
  try {
    return storedMatrix(probedMatrix(task, engine.attribution));
  } finally {
    engine.dispose();
  }
}
