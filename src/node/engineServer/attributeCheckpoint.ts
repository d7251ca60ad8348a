import {
  attribute,
  attributionOperations,
  type AttributionRequest,
} from '../../core/attribution/attribute';
import type { AttributionMatrix } from '../../core/attribution/matrix';
import type { Network } from '../../core/network/layout';
import type { Specimen } from '../../core/network/specimen';
import type { StopSignal } from '../../core/stop';
import type { AttributeParams, AttributeResult } from '../../protocol/engine';
import { dataSourceOf } from '../dataSources';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../pace';
import { startThread } from '../pool/host';
import { doJob } from '../pool/jobs';
import { experimentOfRun } from '../runStore/experimentOfRun';
import { readRun, type StoredRun } from '../runStore/readRun';

/** Computes matrices of kept specimens; remembers the encoder of the run that was asked for last. */
export class CheckpointAttribution {
  private last: { readonly run: string; readonly encoder: Network } | undefined;

  /**
   * The attribution matrix of a kept specimen, with the rows that are asked for and otherwise by the method
   * of its run.
   * @throws Stopped when the signal is set
   * @throws LabError when the run does not keep the specimen, or its data cannot be read
   */
  async of(
    { run, checkpoint, rows }: AttributeParams,
    signal?: StopSignal,
  ): Promise<AttributeResult> {
    const stored = await readRun(run);
    const specimen = await stored.specimen(checkpoint);
    const encoder = await this.encoderOf(stored, signal);
    const request = { ...stored.header.specification.attribution, rows };
    const { values, ...matrix } = await matrixOf(encoder, specimen, request, signal);
    const { neurons, features, layers, units, featureNames } = matrix;
    const rounded = Float32Array.from(values);
    return { neurons, features, values: rounded, rows, layers, units, featureNames };
  }

  /** Of the run's own specification: the experiment's file may say something else by now. */
  private async encoderOf(stored: StoredRun, signal?: StopSignal): Promise<Network> {
    const { folder, header } = stored;
    if (this.last?.run === folder) return this.last.encoder;
    const { engine } = fastestLocalEngine();
    try {
      const experiment = experimentOfRun(folder, header.specification);
      const source = dataSourceOf(experiment, engine, { readOnly: true })({
        ...nodePace(),
        signal,
      });
      let next = await source.next();
      while (!next.done) next = await source.next();
      const { encoder } = next.value;
      this.last = { run: folder, encoder };
      return encoder;
    } finally {
      engine.dispose();
    }
  }
}

/** In some 50 ms. */
const LONG_OPERATIONS = 1e9;

/** Here, or where it takes long in a thread of its own, which can be ended. */
async function matrixOf(
  encoder: Network,
  specimen: Specimen,
  request: AttributionRequest,
  signal: StopSignal | undefined,
): Promise<AttributionMatrix> {
  if (attributionOperations(encoder, specimen, request) > LONG_OPERATIONS) {
    const thread = startThread('simd');
    try {
      const who = 'the thread that computes the matrix';
      return await doJob(thread, 'attribute', { encoder, specimen, request }, { who, signal });
    } finally {
      await thread.end();
    }
  }
  const { engine } = fastestLocalEngine();
  try {
    return attribute(encoder, specimen, request, engine.attribution);
  } finally {
    engine.dispose();
  }
}
