import { importData } from '../../core/data/importedData';
import { legEpochs, planRun } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import path from 'node:path';
import type { KeepChoice } from '../../protocol/engine';
import type { Experiment } from '../experiment';
import { readNamedFiles } from '../importedFiles';

/** Matrices of every epoch are kept unasked where they take no more than this. */
export const AUTOMATIC_BYTES = 64 * 2 ** 20;

/**
 * What a run keeps by a choice of the user.
 * @returns undefined where it is what the specification says
 * @throws LabError when imported files cannot be read
 */
export async function keepOf(
  choice: KeepChoice,
  experiment: Experiment,
  specification: Specification,
): Promise<Specification['keep'] | undefined> {
  const { keep } = specification;
  switch (choice) {
    case 'specification':
      return undefined;
    case 'stages':
    case 'epochs':
      return { ...keep, attributions: choice };
    case 'auto': {
      if (keep.attributions !== 'stages') return undefined;
      const features = await featuresOf(experiment, specification);
      const bytes = bytesOfEveryEpoch(specification, features);
      return bytes <= AUTOMATIC_BYTES ? { ...keep, attributions: 'epochs' } : undefined;
    }
  }
}

/** Bytes of the attribution matrices of all epochs, were no neuron ever pruned. */
export function bytesOfEveryEpoch(specification: Specification, features: number): number {
  const neurons = specification.specimen.hidden.reduce((sum, width) => sum + width, 0);
  const matrices = planRun(specification).reduce(
    (sum, leg) => sum + legEpochs(specification, leg) + 1,
    0,
  );
  return matrices * neurons * features * Float32Array.BYTES_PER_ELEMENT;
}

async function featuresOf(
  { folder }: Experiment,
  { data, features }: Specification,
): Promise<number> {
  if (data.source === 'generated') return features?.count ?? 0;
  const files = await readNamedFiles(data, (file) => path.resolve(folder, file));
  return importData(files, data.activation).encoder.layout.widths[0];
}
