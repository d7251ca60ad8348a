import path from 'node:path';
import { attribute } from '../../core/attribution/attribute';
import type { AttributeParams, AttributeResult } from '../../protocol/engine';
import { dataSourceOf } from '../dataSources';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../pace';
import { readRun } from '../runStore/readRun';
import { EXPERIMENT_FILE } from '../experiment';

/**
 * The attribution matrix of a kept specimen, with the rows that are asked for and otherwise by the method
 * of its run.
 * @throws LabError when the run does not keep the specimen, or its data cannot be read
 */
export async function attributeCheckpoint({
  run,
  checkpoint,
  rows,
}: AttributeParams): Promise<AttributeResult> {
  const stored = await readRun(run);
  const { specification } = stored.header;
  const specimen = await stored.specimen(checkpoint);
  const folder = path.resolve(run, '..', '..');
  const { engine } = fastestLocalEngine();
  try {
    // The encoder that the run was made with: of the run's specification, not of the file as it is now.
    const experiment = { folder, file: path.join(folder, EXPERIMENT_FILE), specification };
    const source = dataSourceOf(experiment, engine)(nodePace());
    let next = await source.next();
    while (!next.done) next = await source.next();
    const { encoder } = next.value;
    const matrix = attribute(
      encoder,
      specimen,
      { ...specification.attribution, rows },
      engine.attribution,
    );
    const { neurons, features, values, layers, units, featureNames } = matrix;
    return {
      neurons,
      features,
      values: Float32Array.from(values),
      rows,
      layers,
      units,
      featureNames,
    };
  } finally {
    engine.dispose();
  }
}
