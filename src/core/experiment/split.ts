import { counted } from '../counted';
/** Number of training samples; the others are for testing. */
export function trainingSamples(samples: number, trainShare: number): number {
  return Math.round(samples * trainShare);
}

/** Why samples cannot be split by a share; undefined when they can. */
export function splitProblem(samples: number, trainShare: number): string | undefined {
  const train = trainingSamples(samples, trainShare);
  return train >= 1 && train < samples
    ? undefined
    : `of ${counted(samples, 'sample')} it leaves ${train} for training and ${samples - train} for testing; both need at least one`;
}
