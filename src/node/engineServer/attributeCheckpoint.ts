import { attribute } from '../../core/attribution/attribute';
import type { Network } from '../../core/network/layout';
import type { StopSignal } from '../../core/stop';
import type { AttributeParams, AttributeResult } from '../../protocol/engine';
import { dataSourceOf } from '../dataSources';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../pace';
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
    const { engine } = fastestLocalEngine();
    try {
      const request = { ...stored.header.specification.attribution, rows };
      const matrix = attribute(encoder, specimen, request, engine.attribution);
      return { ...matrix, values: Float32Array.from(matrix.values) };
    } finally {
      engine.dispose();
    }
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
