import { checkpointsKept } from '../../../core/experiment/plan';
import type { Specification } from '../../../core/experiment/specification';
import type { StopSignal } from '../../../core/stop';
import type { KeepChoice } from '../../../protocol/engine';
import type { Experiment } from '../../experiments/openExperiment';
import { readImportedData, resolvePaths } from '../data/readData';
import { fitsHeader } from '../../runStore/merge';

/** With `auto`, the matrices of every epoch are kept if they take at most this. */
export const AUTOMATIC_BYTES = 64 * 2 ** 20;

/**
 * What a run keeps, by the user's choice.
 * @returns undefined if it is what the specification says
 * @throws Stopped; LabError when imported files cannot be read
 */
export async function keepOf(
  choice: KeepChoice,
  experiment: Experiment,
  signal?: StopSignal,
): Promise<Specification['keep'] | undefined> {
  const { keep } = experiment.specification;
  switch (choice) {
    case 'specification':
      return undefined;
    case 'stages':
    case 'epochs':
      return { ...keep, attributions: choice };
    case 'auto': {
      if (keep.attributions !== 'stages') return undefined;
      const everyEpoch: Specification['keep'] = { ...keep, attributions: 'epochs' };
      const specification = { ...experiment.specification, keep: everyEpoch };
      // `auto` must not keep so much that the run refuses to start.
      const checkpoints = checkpointsKept(specification, 'attributions');
      if (!fitsHeader(specification, 'attributions', checkpoints)) return undefined;
      const features = await featuresOf(experiment, signal);
      return attributionBytes(specification, features) <= AUTOMATIC_BYTES ? everyEpoch : undefined;
    }
  }
}

/** Upper bound of the bytes of the attribution matrices that a run keeps: without pruning. */
export function attributionBytes(specification: Specification, features: number): number {
  const neurons = specification.specimen.hidden.reduce((sum, width) => sum + width, 0);
  const checkpoints = checkpointsKept(specification, 'attributions');
  return checkpoints * neurons * features * Float32Array.BYTES_PER_ELEMENT;
}

async function featuresOf(
  { folder, specification }: Experiment,
  signal?: StopSignal,
): Promise<number> {
  const { data, features } = specification;
  if (data.source === 'generated') return features?.count ?? 0;
  const { activation } = data;
  const work = { files: resolvePaths(folder, data), activation };
  return (await readImportedData(work, signal)).encoder.layout.widths[0];
}
